"""A look at the line on which a test function fails: the values on it, and the answer's own trace.

`watched` stands around a test function of `notegrad try`, in the judge; the source of that function was made
to keep what its assertions compare under names of `KEPT`.
"""

from __future__ import annotations

import contextlib
import functools
import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

import msgspec

from notegrad.probes.seen_values import TRACE_MARK, FailingLine
from notegrad.probes.value_facts import facts_of

MAX_TRACE_CHARACTERS = 6_000
MAX_VALUES = 12


def watched(
    path: str, names: Mapping[int, Mapping[str, str]]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that writes a `FailingLine` into the file at `path` where the test function fails.

    names: for each line of the test file, the variables to look at there, each with what the source calls it.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            printed = io.StringIO()
            try:
                with contextlib.redirect_stdout(printed):
                    return function(*args, **kwargs)
            except Exception as error:
                found = _look(function, error, names, _trace(printed.getvalue()))
                with Path(path).open("ab") as file:
                    file.write(msgspec.json.encode(found) + b"\n")
                raise
            finally:
                sys.stdout.write(printed.getvalue())

        return call

    return decorate


def _look(
    function: Callable[..., Any], error: BaseException, names: Mapping[int, Mapping[str, str]], trace: str
) -> FailingLine:
    frame, line = _frame_of(function, error.__traceback__)
    held = dict(frame.f_locals) if frame is not None else {}
    wanted = {name: shown for name, shown in names.get(line, {}).items() if name in held}
    values = [facts_of(shown, held[name]) for name, shown in list(wanted.items())[:MAX_VALUES]]
    said = f"{type(error).__name__}: {error}"
    return FailingLine(
        function=function.__name__, line=line, error=said[:1000], values=tuple(values), trace=trace
    )


def _frame_of(function: Callable[..., Any], trace: TracebackType | None) -> tuple[FrameType | None, int]:
    code = getattr(function, "__code__", None)
    while trace is not None:
        if trace.tb_frame.f_code is code:
            return trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    return None, 0


def _trace(printed: str) -> str:
    """Return the last trace that the answer printed: that of the call which failed."""
    parts = printed.split(TRACE_MARK)
    return parts[-2][:MAX_TRACE_CHARACTERS] if len(parts) > 2 else ""
