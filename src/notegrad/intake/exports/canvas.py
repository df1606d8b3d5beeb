"""Canvas: "Download Submissions" of an assignment.

Source: `lib/content_zipper.rb`. A file is called `<last><first>[_LATE]_<user>_<attachment>_<file name>`,
the name small letters of any script without anything between them; a typed-in text ends in `_text.html`
and a link in `_link.html`. Anonymous marking puts `anon_<letters>` where name and number were. Canvas
exports the last attempt; where the student's computer or Canvas renamed a second upload, `-1`, `-2`
stands before the ending.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from notegrad.intake.exports.handings import Export, Handing, strays
from notegrad.intake.exports.source import Entry, Source
from notegrad.records import RosterEntry

_NAME = re.compile(
    r"(?P<label>(?P<name>[^/]+?)(?P<late>_LATE)?_(?P<key>\d+)_(?P<attachment>\d+))_(?P<file>[^/]+)",
    re.IGNORECASE,
)
_ANONYMOUS = re.compile(
    r"(?P<label>(?P<late>LATE_)?(?P<name>anon_(?P<key>[0-9A-Za-z]+))_(?P<attachment>\d+))_(?P<file>[^/]+)"
)
_TYPED = re.compile(
    r"(?P<label>(?P<name>[^/]+?)(?P<late>_LATE)?_(?P<key>\d+))_(?P<file>(?P<text>text|link)\.html)",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<number>\d{1,3})(?P<ending>\.[^.]+)")


def explained(source: Source) -> int:
    """How many files are named as Canvas names them; 0 where numbers are not used as Canvas uses them.

    Much looks like `name_1_2_file`: letters only, one name per user and each attachment once make it Canvas.
    """
    matches = [_match(entry.path) for entry in source.entries]
    found = [match for match in matches if match]
    names: dict[str, set[str]] = {}
    attachments: list[str] = []
    for match in found:
        names.setdefault(match["key"], set()).add(match["name"].casefold())
        if "attachment" in match.groupdict():
            attachments.append(match["attachment"])
        anonymous = match.re is _ANONYMOUS
        if not anonymous and (match["key"].startswith("0") or any(c.isdigit() for c in match["name"])):
            return 0
    is_one_each = len(set(attachments)) == len(attachments)
    return len(found) if is_one_each and all(len(several) == 1 for several in names.values()) else 0


def read(source: Source) -> Export:
    """The attempts of each user: one, but where the same notebook is there again as `-1`, `-2`."""
    strangers: list[Entry] = []
    found: dict[str, list[tuple[re.Match[str], Entry]]] = {}
    for entry in source.entries:
        match = _match(entry.path)
        if match:
            found.setdefault(match["key"], []).append((match, entry))
        else:
            strangers.append(entry)
    handings = [handing for parts in found.values() for handing in _handings(parts)]
    stray = strays(strangers, "Canvas", source.folders)
    return Export(
        platform="canvas",
        handings=(*handings, *stray.handings),
        warnings=(*source.warnings, *stray.warnings),
    )


def _match(path: str) -> re.Match[str] | None:
    if "/" in path:
        return None
    return _ANONYMOUS.fullmatch(path) or _NAME.fullmatch(path) or _TYPED.fullmatch(path)


def _handings(parts: list[tuple[re.Match[str], Entry]]) -> list[Handing]:
    parts.sort(key=lambda part: (_attachment(part[0]), part[1].path))
    first = parts[0][0]
    student = RosterEntry(name=first["name"], key=first["key"])
    text = any("text" in match.groupdict() for match, _ in parts)
    files = [(match, entry) for match, entry in parts if "text" not in match.groupdict()]
    attempts = _attempts(files)
    beside = [(match["file"], entry) for match, entry in files if not _is_notebook(match["file"])]
    made = []
    for number, (match, entry) in enumerate(attempts, 1):
        together = [(other["file"], e) for other, e in files if _is_notebook(other["file"])]
        mine = together if len(attempts) == 1 else [(match["file"], entry)]
        made.append(
            Handing(
                label=match["label"],
                students=(student,),
                files=(*mine, *_named_as_before(beside)),
                order=(number,),
                late=bool(match["late"]),
            )
        )
    if not made:
        label, late = first["label"], bool(first["late"])
        made = [Handing(label=label, students=(student,), files=tuple(beside), late=late, text=text)]
    return made


def _attempts(files: list[tuple[re.Match[str], Entry]]) -> list[tuple[re.Match[str], Entry]]:
    """The notebooks in the order of uploading where they are one file again and again, else the last."""
    notebooks = [part for part in files if _is_notebook(part[0]["file"])]
    if len({_before(match["file"]) for match, _ in notebooks}) == 1:
        return notebooks
    return notebooks[-1:]


def _before(name: str) -> str:
    """The name that a file had before it was numbered."""
    again = _AGAIN.fullmatch(name)
    return again["stem"] + again["ending"] if again else name


def _named_as_before(files: list[tuple[str, Entry]]) -> tuple[tuple[str, Entry], ...]:
    """The files, and each numbered one a second time under the name that the notebook opens."""
    names = {name for name, _ in files}
    again = {_before(name): entry for name, entry in files if _before(name) not in names}
    return (*files, *again.items())


def _attachment(match: re.Match[str]) -> int:
    return int(match["attachment"][:18]) if "attachment" in match.groupdict() else 0


def _is_notebook(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in (".ipynb", ".zip")
