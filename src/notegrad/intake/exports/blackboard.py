"""Blackboard Learn: "Assignment File Download" of a column of the Grade Center.

Files are called `<assignment>_<user name>_attempt_<date>_<file name>`, all at the top, and each attempt
has a `<assignment>_<user name>_attempt_<date>.txt` that tells the student's name, when it was handed in,
and the files' own names. All attempts can be in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from notegrad.intake.exports.handings import Export, Handing, strays
from notegrad.intake.exports.source import Entry, Source
from notegrad.records import Record, RosterEntry

MAX_RECEIPT_BYTES = 4 << 20

_NAME = re.compile(
    r"(?P<head>[^/]+?)_(?:attempt|tentative)_(?P<when>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>[^/]+)|(?P<receipt>\.txt))"
)
_STUDENT = re.compile(r"^(?:Name|Nom)\s*:\s*(?P<name>.*?)\s*\((?P<login>[^()]+)\)\s*$", re.MULTILINE)
_FILES = re.compile(
    r"^\s*(?:Original filename|Nom de fichier d.origine)\s*:\s*(?P<own>.+?)\s*$\s*"
    r"^\s*(?:Filename|Nom de fichier)\s*:\s*(?P<stored>.+?)\s*$",
    re.MULTILINE,
)
_NO_TEXT = re.compile(r"^There is no student submission text data|^Aucun", re.MULTILINE)
_TEXT = re.compile(r"^(?:Submission Field|Champ de soumission)\s*:\s*$", re.MULTILINE)


class _Receipt(Record, frozen=True, kw_only=True):
    """The facts in the text file of an attempt."""

    name: str = ""
    login: str = ""
    own_names: dict[str, str] = {}
    text: bool = False


def explained(source: Source) -> int:
    """How many files at the top are named as Blackboard names them."""
    return sum(_NAME.fullmatch(entry.path) is not None for entry in source.entries)


def read(source: Source) -> Export:
    """Reads all attempts, by user name and date."""
    strangers: list[Entry] = []
    found: dict[tuple[str, str], list[tuple[re.Match[str], Entry]]] = {}
    for entry in source.entries:
        match = _NAME.fullmatch(entry.path)
        if match:
            found.setdefault((match["head"], match["when"]), []).append((match, entry))
        else:
            strangers.append(entry)
    receipts = {place: _receipt(source, parts) for place, parts in found.items()}
    logins = {receipt.login for receipt in receipts.values() if receipt.login}
    handings = [
        _handing(head, when, parts, receipts[head, when], logins)
        for (head, when), parts in sorted(found.items(), key=lambda item: item[0][::-1])
    ]
    stray = strays(strangers, "Blackboard", source.folders)
    return Export(
        platform="blackboard",
        handings=(*handings, *stray.handings),
        warnings=(*source.warnings, *stray.warnings),
    )


def _receipt(source: Source, parts: list[tuple[re.Match[str], Entry]]) -> _Receipt:
    entry = next((entry for match, entry in parts if match["receipt"]), None)
    data = source.read(entry, MAX_RECEIPT_BYTES) if entry else None
    if data is None:
        return _Receipt()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    student = _STUDENT.search(text)
    field = _TEXT.search(text)
    return _Receipt(
        name=student["name"] if student else "",
        login=student["login"] if student else "",
        own_names={match["stored"]: match["own"] for match in _FILES.finditer(text)},
        text=bool(field) and not _NO_TEXT.search(text),
    )


def _handing(
    head: str, when: str, parts: list[tuple[re.Match[str], Entry]], receipt: _Receipt, logins: Iterable[str]
) -> Handing:
    # A user name may hold the `_` that separates it: one that a receipt gave is surer than the last part.
    known = [login for login in logins if head.endswith(f"_{login}")]
    login = receipt.login or max(known, key=len, default=head.rsplit("_", 1)[-1])
    day, clock = when[:10], when[11:].replace("-", ":")
    files = [
        (receipt.own_names.get(entry.path, match["file"]).replace("/", "-"), entry)
        for match, entry in parts
        if match["file"]
    ]
    return Handing(
        label=f"{head}_attempt_{when}",
        students=(RosterEntry(name=receipt.name or login, login=login),),
        files=tuple(files),
        order=(when,),
        received_at=f"{day} {clock}",
        text=receipt.text,
    )
