"""Test files that record how they call an answer, for inputs that are like theirs."""

from __future__ import annotations

import ast

from notegrad.verify.insertions import around_function, case_decorators, inserted

_IMPORT = "from notegrad.probes.recorded_calls import recorded as _notegrad_recorded; "


def recorded_source(source: str, path: str) -> str:
    """Return the text of a test file that writes its calls into the file at `path`; doctests as they are."""
    wrapper = f"_notegrad_recorded({path!r})"
    decorators = [decorator for _, decorator in case_decorators(ast.parse(source))]
    if not decorators:
        return source
    return _IMPORT + inserted(source, [one for d in decorators for one in around_function(d, wrapper)])
