"""Brightspace (D2L): "Download" of all submissions of an assignment's folder.

A folder `<user>-<assignment> - <name> - <date>` per submission, or, as older versions do, files whose
names begin so; an `index.html` at the top. All submissions of a student are in it. The user's number is
Brightspace's own and in no gradebook, so a roster is matched by name where the name is one student's
only.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import PurePosixPath

from notegrad.intake.exports.handings import Export, Handing, strays
from notegrad.intake.exports.source import Entry, Source
from notegrad.intake.written_dates import hour_of_day, month_of
from notegrad.records import RosterEntry

INDEX = "index.html"

_WHEN = r"(?P<when>[^-]*\b\d{4}\b[^-]*?)"
_FOLDER = re.compile(rf"(?P<key>\d+)-(?P<place>\d+) ?- ?(?P<name>[^/]+?) ?- ?{_WHEN}\s*")
_FILE = re.compile(
    r"(?P<key>\d+)-(?P<place>\d+) ?- ?(?P<name>[^/]+?) ?- ?"
    r"(?P<when>[^-]*\b\d{4}\s+\d{3,4}(?:\s*[AP]M)?) ?- ?(?P<file>[^/]+)"
)
_DATE = re.compile(
    r"(?:(?P<month>[^\W\d]+)\.?\s+(?P<day>\d{1,2})|(?P<day2>\d{1,2})\s+(?P<month2>[^\W\d]+)\.?),?\s+"
    r"(?P<year>\d{4})(?:\s+(?P<hour>\d{1,2})(?P<minute>\d\d)\s*(?P<half>[AP]M)?)?",
    re.IGNORECASE,
)


def explained(source: Source) -> int:
    """How many files and empty folders are named as Brightspace names them, or lie in one, or the index."""
    paths = (*(entry.path for entry in source.entries), *(f"{folder}/" for folder in source.folders))
    found = sum(_match(path) is not None for path in paths)
    return found + (found > 0 and any(entry.path == INDEX for entry in source.entries))


def read(source: Source) -> Export:
    """Reads all attempts, by user and date."""
    strangers: list[Entry] = []
    empty: list[str] = []
    found: dict[str, list[tuple[re.Match[str], str, Entry | None]]] = {}
    for path, entry in (*((e.path, e) for e in source.entries), *((f, None) for f in source.folders)):
        match = _match(path if entry else f"{path}/")
        if match:
            top, *rest = PurePosixPath(path).parts
            inside = "/".join(rest) if rest else match.groupdict().get("file") or ""
            label = top if rest or not entry else top[: match.start("file")].rstrip(" -")
            found.setdefault(label, []).append((match, inside, entry))
        elif not entry:
            empty.append(path)
        elif path != INDEX:
            strangers.append(entry)
    handings = [_handing(label, parts) for label, parts in found.items()]
    stray = strays(strangers, "Brightspace", empty)
    return Export(
        platform="brightspace",
        handings=(*handings, *stray.handings),
        warnings=(*source.warnings, *stray.warnings),
    )


def _match(path: str) -> re.Match[str] | None:
    top, separator, _ = path.partition("/")
    return _FOLDER.fullmatch(top) if separator else _FILE.fullmatch(top)


def _handing(label: str, parts: list[tuple[re.Match[str], str, Entry | None]]) -> Handing:
    match = parts[0][0]
    when = when_of(match["when"])
    return Handing(
        label=label,
        students=(RosterEntry(name=match["name"].strip(), key=match["key"]),),
        files=tuple((inside, entry) for _, inside, entry in parts if entry is not None),
        order=(when, label),
        received_at=when or match["when"].strip(),
    )


def when_of(text: str) -> str:
    """A date such as `Oct 5, 2023 1105 PM` or `5 octobre, 2023 2305` as ISO; else the empty string."""
    match = _DATE.search(text)
    if not match:
        return ""
    month = month_of(match["month"] or match["month2"])
    hour = hour_of_day(int(match["hour"] or 0), match["half"])
    try:
        day, minute = int(match["day"] or match["day2"]), int(match["minute"] or 0)
        return datetime(int(match["year"]), month, day, hour, minute).isoformat(" ", "minutes")  # noqa: DTZ001 (the school's own clock, as it was written)
    except ValueError:
        return ""
