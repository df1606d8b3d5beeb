"""Forms of arguments with which tests call an answer: records only, for whoever makes others like them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from notegrad.records import Record

MAX_ITEMS = 20


class ArgumentForm(Record, frozen=True, kw_only=True):
    """One argument: a tensor's shape and dtype, a plain value, or several in a row; `opaque`: else."""

    kind: Literal["tensor", "plain", "list", "tuple", "opaque"]
    shape: tuple[int, ...] = ()
    dtype: str = ""
    requires_grad: bool = False
    value: bool | int | float | str | None = None
    items: tuple[ArgumentForm, ...] = ()


class RecordedCall(Record, frozen=True, kw_only=True):
    """One call of an answer's function."""

    function: str
    arguments: tuple[ArgumentForm, ...]
    keywords: dict[str, ArgumentForm] = {}


def read_calls(path: Path) -> list[RecordedCall]:
    """Return the calls that were written into the file at `path`."""
    if not path.is_file():
        return []
    return [msgspec.json.decode(line, type=RecordedCall) for line in path.read_bytes().splitlines()]
