"""A cell that makes functions of an answer print the trace of what they raise, for `notegrad try`."""

from __future__ import annotations

from collections.abc import Sequence

from notegrad.probes.seen_values import TRACE_MARK

_CELL = """\
def _notegrad_trace(names, mark):
    import functools
    import traceback
    import types

    def traced(function):
        @functools.wraps(function)
        def call(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except Exception as error:
                frames = traceback.extract_tb(error.__traceback__)[1:]
                lines = [f"{{frame.name}}: {{(frame.line or '').strip()}}" for frame in frames]
                print(mark + "\\n".join([*lines, f"{{type(error).__name__}}: {{error}}"])[:4000] + mark)
                raise

        return call

    for name in names:
        value = globals().get(name)
        if isinstance(value, types.FunctionType):
            globals()[name] = traced(value)


_notegrad_trace({names!r}, {mark!r})
"""


def trace_cell(names: Sequence[str]) -> str:
    """Return the source of a code cell to be run before the question's check."""
    return _CELL.format(names=list(names), mark=TRACE_MARK)
