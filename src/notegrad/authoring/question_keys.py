"""Questions as their first cell declares them: the name, the points, whether they are graded by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from notegrad.authoring.cell_yaml import find_not_boolean, find_unknown, read_keys
from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.points import find_wrong_number
from notegrad.authoring.slips import Slip, slip
from notegrad.records import Record

QUESTION_KEYS = frozenset({"name", "points", "manual", "export", "check_cell", "all_or_nothing"})
_FLAGS = ("manual", "export", "check_cell", "all_or_nothing")

# A name becomes a file's name, on the student's machine too, and a text in quotes in a program.
_NO_NAME = re.compile(r"""[/\\"'<>:|?*{}\x00-\x1f]|^[.\s]|[.\s]$""")
_NAME_IN_CELL = re.compile(r"^\s*name\s*:\s*(.*?)\s*(?:#.*)?$")


class QuestionKeys(Record, frozen=True, kw_only=True):
    """The declaration of a question; `name` is empty and `points` None where they cannot be used."""

    name: str
    points: Any
    manual: bool
    slips: tuple[Slip, ...]


def read_question_keys(cell: MasterCell) -> QuestionKeys:
    """Read the cell that begins a question."""
    read = read_keys(cell.lines, cell)
    keys = read.keys
    name = keys["name"].strip() if isinstance(keys.get("name"), str) else ""
    return QuestionKeys(
        name=name,
        points=keys.get("points"),
        manual=keys.get("manual") is True,
        slips=read.slips or tuple(_check(keys, cell, name)),
    )


def find_names_twice(questions: Sequence[tuple[QuestionKeys, MasterCell]]) -> Iterator[Slip]:
    """Yield each question whose name an earlier one has; otter would grade one of the two."""
    first: dict[str, MasterCell] = {}
    for keys, cell in questions:
        earlier = first.setdefault(keys.name.casefold(), cell) if keys.name else cell
        if earlier is not cell:
            yield slip("slip_name_twice", cell, name=keys.name, number=earlier.number)


def _check(keys: Mapping[str, Any], cell: MasterCell, name: str) -> Iterator[Slip]:
    unknown = list(find_unknown(keys, QUESTION_KEYS, cell, name))
    yield from unknown
    if not unknown or "name" in keys:
        yield from _check_name(keys, cell)
    yield from find_not_boolean(keys, _FLAGS, cell, name)
    points = keys.get("points")
    if isinstance(points, dict):
        yield from find_unknown(points, ("each",), cell, name, under="points.")
        points = points.get("each")
    for value in points if isinstance(points, list) else [points]:
        yield from find_wrong_number(value, cell, name)


def _check_name(keys: Mapping[str, Any], cell: MasterCell) -> Iterator[Slip]:
    name = keys.get("name")
    if name is None or name == "":
        yield slip("slip_no_name", cell)
    elif not isinstance(name, str):
        written = next((m[1] for line in cell.lines if (m := _NAME_IN_CELL.match(line))), str(name))
        key = (
            "slip_name_number"
            if isinstance(name, (int, float)) and not isinstance(name, bool)
            else "slip_name_no_text"
        )
        yield slip(key, cell, name=written)
    elif found := _NO_NAME.search(name):
        yield slip("slip_name_sign", cell, name=name, sign=found[0].strip() or "␣")
