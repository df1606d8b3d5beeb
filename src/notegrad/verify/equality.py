"""Mutants that no test could kill: equal to the reference on every input like those of the tests.

The comparison itself (`probes/telling_apart.py`) runs as a cell in the sandbox; here is its notebook.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from notegrad import probes
from notegrad.probes.argument_forms import ArgumentForm, RecordedCall
from notegrad.records import GradingResult, Submission
from notegrad.verify.notebook_parts import NotebookParts

MAX_CALLS = 6  # that differ in more than sizes
_COMPARISON = Path(probes.__file__).parent / "telling_apart.py"


def equality_notebook(
    parts: NotebookParts, question: str, code: str, calls: Sequence[RecordedCall], *, any_axes: bool
) -> Submission:
    """Return a notebook whose last cell prints whether the mutant `code` is equal to the reference."""
    facts = {
        "reference": parts.references[question],
        "mutant": code,
        "calls": [msgspec.to_builtins(call) for call in calls],
        "any_axes": any_axes,
    }
    before = [reference for name, reference in parts.references.items() if name != question]
    cell = f"tell(dict(globals()), {json.dumps(facts)!r})"
    cells = (*parts.head, *before, _COMPARISON.read_text("utf-8"), cell)
    return Submission(id="equality", student="", cells=cells)


def told_equal(result: GradingResult) -> bool:
    """Whether the last cell of such a notebook said so; False where it did not come to an end."""
    last = result.run.cells[-1] if result.run and result.run.cells else None
    if last is None or last.status != "ok":
        return False
    try:
        told = json.loads(last.stdout_tail.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return False
    return isinstance(told, dict) and told.get("equal") is True


def distinct_calls(calls: Sequence[RecordedCall]) -> list[RecordedCall]:
    """Return one call of each kind; none where an argument cannot be made anew: then nobody can tell."""
    kinds: dict[object, RecordedCall] = {}
    for call in calls:
        forms = (*call.arguments, *call.keywords.values())
        if any(_is_opaque(form) for form in forms):
            return []
        kinds.setdefault((call.function, tuple(map(_kind, forms)), tuple(call.keywords)), call)
    return list(kinds.values())[:MAX_CALLS]


def _kind(form: ArgumentForm) -> object:
    """What tells calls apart: axes and which of them have size 0 or 1, not the sizes, and no dtype."""
    sizes = tuple(min(size, 2) for size in form.shape)
    return (form.kind, sizes, type(form.value), tuple(map(_kind, form.items)))


def _is_opaque(form: ArgumentForm) -> bool:
    return form.kind == "opaque" or any(map(_is_opaque, form.items))
