"""Moodle: "Download all submissions" of an assignment.

Source: `mod/assign/classes/downloader.php`. A folder or file is called `<full
name>_<participant>_assignsubmission_<plugin>`, with a `_` more at the end before Moodle 4.1; underscores
in names become spaces, and some characters go, so only the number identifies. Without folders the
student's file name follows after another `_`. Marking blind, the name is `Participant`. Where groups hand
in, the name and the number are the group's.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from notegrad.intake.exports.handings import Export, Handing, strays
from notegrad.intake.exports.source import Entry, Source
from notegrad.records import RosterEntry

# Of a typed-in text, in the languages of our users; other plugins are told by their own name.
ONLINE_TEXT = "onlinetext"
_NAME = re.compile(
    r"(?P<label>(?P<name>[^_]*)(?:_(?P<key>\d+))?_assignsubmission_(?P<plugin>[a-z][a-z0-9]*))(?:_(?P<file>.*))?"
)


def explained(source: Source) -> int:
    """How many files, or empty folders, are named as Moodle names them, or lie in a folder that is."""
    tops = [PurePosixPath(path).parts[0] for path in (*(e.path for e in source.entries), *source.folders)]
    return sum(_NAME.fullmatch(top) is not None for top in tops)


def read(source: Source) -> Export:
    """One attempt per participant, which is the last: Moodle exports no other."""
    strangers: list[Entry] = []
    empty: list[str] = []
    found: dict[tuple[str, str], list[tuple[re.Match[str], Entry | None]]] = {}
    for path, entry in (*((e.path, e) for e in source.entries), *((f, None) for f in source.folders)):
        match = _NAME.fullmatch(PurePosixPath(path).parts[0])
        if match:
            key = match["key"] or ""
            found.setdefault((key, "" if key else match["name"]), []).append((match, entry))
        elif entry:
            strangers.append(entry)
        else:
            empty.append(path)
    stray = strays(strangers, "Moodle", empty)
    handings = (*(_handing(parts) for parts in found.values()), *stray.handings)
    return Export(platform="moodle", handings=handings, warnings=(*source.warnings, *stray.warnings))


def _handing(parts: list[tuple[re.Match[str], Entry | None]]) -> Handing:
    files: list[tuple[str, Entry]] = []
    text = False
    label = parts[0][0]["label"]
    for match, entry in parts:
        if match["plugin"] == ONLINE_TEXT:
            text = True
        elif entry is not None:
            label = match["label"]
            inside = "/".join(PurePosixPath(entry.path).parts[1:])
            files.append((inside or match["file"] or entry.path, entry))
    student = RosterEntry(name=parts[0][0]["name"].strip(), key=parts[0][0]["key"] or "")
    return Handing(label=label, students=(student,), files=tuple(files), text=text)
