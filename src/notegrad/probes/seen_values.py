"""Values that were seen on the failing line of a test function: records only, for whoever shows them."""

from __future__ import annotations

from pathlib import Path

import msgspec

from notegrad.records import Record

KEPT = "_notegrad_kept_"
"""The beginning of names under which a watched test function keeps what it compares."""

TRACE_MARK = "\x1enotegrad trace\x1e"
"""Stands before and behind the trace that an answer prints."""


class ValueFacts(Record, frozen=True, kw_only=True):
    """A value under the name that the source has for it; `kind` is its type.

    `storage` is the address of the memory that it lies in, `identity` the object's; 0 where it has none.
    """

    name: str
    kind: str
    text: str
    shape: tuple[int, ...] | None = None
    dtype: str = ""
    device: str = ""
    strides: tuple[int, ...] = ()
    offset: int = 0
    storage: int = 0
    identity: int = 0
    graph: str = ""


class FailingLine(Record, frozen=True, kw_only=True):
    """What a test function held when it failed; `line` counts in its test file, `trace` is the answer's."""

    function: str
    line: int
    error: str
    values: tuple[ValueFacts, ...] = ()
    trace: str = ""


def read_failing_lines(path: Path) -> dict[str, FailingLine]:
    """Return what was written into the file at `path`, by the test function's name."""
    if not path.is_file():
        return {}
    found = [msgspec.json.decode(line, type=FailingLine) for line in path.read_bytes().splitlines()]
    return {one.function: one for one in found}
