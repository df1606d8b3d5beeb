"""ASSIGNMENT CONFIG: the keys of otter's, checked with those below them, and what the build needs of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from notegrad.authoring.cell_yaml import find_not_boolean, find_unknown, read_keys
from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.slips import Slip, slip
from notegrad.records import Record

_FILE_KEYS = ("files", "autograder_files")


class AssignmentKeys(Record, frozen=True, kw_only=True):
    """The assignment's configuration, all its cells together."""

    ok_format: bool
    strips_everywhere: bool
    points_possible: float | None
    slips: tuple[Slip, ...]


def read_assignment_keys(cells: tuple[MasterCell, ...], folder: Path) -> AssignmentKeys:
    """Read the configuration cells of a master notebook that lies in `folder`."""
    merged: dict[str, Any] = {}
    slips: list[Slip] = []
    for cell in cells:
        read = read_keys(cell.lines, cell)
        slips += read.slips
        merged |= _of_file(read.keys.get("config_file"), folder)
        slips += _check(read.keys, cell, folder)
        merged |= read.keys
    tests, generate = merged.get("tests"), merged.get("generate")
    possible = generate.get("points_possible") if isinstance(generate, dict) else None
    return AssignmentKeys(
        ok_format=bool(tests.get("ok_format", True)) if isinstance(tests, dict) else True,
        strips_everywhere=bool(merged.get("strip_solutions_from_all_cells")),
        points_possible=possible if isinstance(possible, (int, float)) else None,
        slips=tuple(slips),
    )


def _check(keys: Mapping[str, Any], cell: MasterCell, folder: Path) -> Iterator[Slip]:
    from otter.assign.assignment import Assignment

    yield from _check_keys(keys, Assignment, cell, under="")
    if keys.get("generate") is False:
        yield slip("slip_generate_false", cell)
    for key in _FILE_KEYS:
        names = keys.get(key) or []
        if not isinstance(names, list):
            yield slip("slip_not_list", cell, entry=key, value=names)
            continue
        for name in names:
            if isinstance(name, str) and not list(folder.glob(name)):
                yield slip("slip_no_file", cell, entry=key, name=name)


def _check_keys(keys: Mapping[str, Any], owner: type, cell: MasterCell, *, under: str) -> Iterator[Slip]:
    """Check the keys of one of otter's own records, and of the records in it."""
    import fica

    known = {name: key for name, key in vars(owner).items() if isinstance(key, fica.Key)}
    below = {sub: name for name, key in known.items() for sub in _names_below(key)}
    misplaced = [name for name in keys if name not in known and name in below]
    for name in misplaced:
        yield slip("slip_key_misplaced", cell, entry=name, above=f"{under}{below[name]}")
    yield from find_unknown({k: v for k, v in keys.items() if k not in misplaced}, known, cell, under=under)
    flags = [name for name, key in known.items() if isinstance(key.default, bool)]
    mixed = [name for name in flags if known[name].subkey_container is not None or name == "solutions_pdf"]
    yield from find_not_boolean(keys, [f for f in flags if f not in mixed], cell, under=under)
    for name, key in known.items():
        value = keys.get(name)
        if isinstance(value, dict) and key.subkey_container is not None:
            yield from _check_keys(value, key.subkey_container, cell, under=f"{under}{name}.")
        elif key.subkey_container is not None and value is not None:
            yield from find_not_boolean(keys, (name,), cell, under=under)


def _names_below(key: Any) -> list[str]:
    import fica

    container = key.subkey_container
    return [name for name, sub in vars(container).items() if isinstance(sub, fica.Key)] if container else []


def _of_file(name: object, folder: Path) -> dict[str, Any]:
    """The keys of another file that the configuration names; none where it cannot be read: otter says why."""
    try:
        read = yaml.safe_load((folder / str(name)).read_text("utf-8")) if name else {}
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return read if isinstance(read, dict) else {}
