"""Gradescope: "Download Submissions" of a programming assignment.

A folder `submission_<number>` per submission and one `submission_metadata.yml`, whose keys Ruby wrote as
symbols (`:submitters:`, `:sid:`, `:created_at:`). Only the active submission of each student or group has
its files; the earlier ones are known by `:history:` alone.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import yaml

from notegrad.intake.exports.handings import Export, Handing, strays
from notegrad.intake.exports.source import Entry, Source
from notegrad.intake.shallow_yaml import read_shallow_yaml
from notegrad.messages import Message, listed
from notegrad.records import RosterEntry

METADATA = "submission_metadata.yml"
MAX_METADATA_BYTES = 256 << 20

_FOLDER = re.compile(r"submission_\d+")


def explained(source: Source) -> int:
    """How many files lie in folders named as Gradescope names them, the metadata file among them."""
    paths = (*(entry.path for entry in source.entries), *source.folders)
    tops = [PurePosixPath(path).parts[0] for path in paths]
    folders = sum(_FOLDER.fullmatch(top) is not None for top in tops)
    return folders + tops.count(METADATA) if folders else 0


def read(source: Source) -> Export:
    """One attempt per submission, with all who submitted it; who has no folder is absent."""
    metadata, problem = _metadata(source)
    files: dict[str, list[tuple[str, Entry]]] = {}
    for entry in source.entries:
        top, *rest = PurePosixPath(entry.path).parts
        files.setdefault(top, []).append(("/".join(rest) or top, entry))
    for folder in source.folders:
        files.setdefault(PurePosixPath(folder).parts[0], [])
    folders = [name for name in files if _FOLDER.fullmatch(PurePosixPath(name).stem)]
    tops = [*metadata, *(name for name in folders if name not in metadata)]
    handings = [_handing(top, metadata.get(top, {}), files[top]) for top in tops if top in files]
    gone = [top for top in metadata if top not in files]
    strangers = [name for name in files if name not in tops and name != METADATA]
    stray = strays(
        [entry for name in strangers for _, entry in files[name]],
        "Gradescope",
        [name for name in strangers if not files[name]],
    )
    unnamed = [name for name in folders if name not in metadata]
    warnings = [*source.warnings, *problem]
    if gone:
        warnings.append(Message("export_names_gone", file=METADATA, names=listed(gone)))
    if unnamed and not problem:
        warnings.append(Message("export_names_unknown", file=METADATA, names=listed(unnamed)))
    return Export(
        platform="gradescope",
        handings=(*handings, *stray.handings),
        absent=tuple(student for top in gone for student in _students(metadata[top])),
        warnings=(*warnings, *stray.warnings),
    )


def _metadata(source: Source) -> tuple[dict[str, Any], tuple[Message, ...]]:
    """The facts of each submission, or the reason why there are none."""
    entry = next((entry for entry in source.entries if entry.path == METADATA), None)
    if entry is None:
        return {}, (Message("metadata_missing", file=METADATA),)
    data = source.read(entry, MAX_METADATA_BYTES)
    if data is None or len(data) > MAX_METADATA_BYTES:
        return {}, (Message("metadata_damaged", file=METADATA, mib=MAX_METADATA_BYTES >> 20),)
    try:
        found = read_shallow_yaml(_text(data))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else "?"
        return {}, (Message("metadata_invalid", file=METADATA, line=line),)
    if not isinstance(found, dict):
        return {}, (Message("metadata_empty", file=METADATA),)
    known = {str(top): facts for top, facts in found.items() if isinstance(facts, dict)}
    return known, ()


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _handing(top: str, facts: dict[str, Any], files: list[tuple[str, Entry]]) -> Handing:
    students = _students(facts) or (RosterEntry(name=top),)
    return Handing(
        label=top,
        students=students,
        files=tuple(files),
        received_at=_field(facts, "created_at"),
        late=_is_late(_field(facts, "lateness")),
        order=(_field(facts, "created_at"), top),
    )


def _students(facts: dict[str, Any]) -> tuple[RosterEntry, ...]:
    submitters = facts.get(":submitters", facts.get("submitters"))
    return tuple(
        RosterEntry(name=_field(one, "name"), number=_field(one, "sid"), email=_field(one, "email"))
        for one in (submitters if isinstance(submitters, list) else [])
        if isinstance(one, dict)
    )


def _field(facts: dict[str, Any], name: str) -> str:
    value = facts.get(f":{name}", facts.get(name, ""))
    return " ".join(value.split()) if isinstance(value, str) and value not in ("null", "~") else ""


def _is_late(lateness: str) -> bool:
    return any(char in "123456789" for char in lateness)
