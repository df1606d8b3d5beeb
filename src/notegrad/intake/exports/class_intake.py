"""Reads what a class handed in: recognises the export, makes submissions of it, and names their students.

Of several attempts the newest is graded, or all where the best or every one counts. A student's
folder is read as any folder is (`intake.submissions`): what is wrong in it is told to that student, and costs
the class nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Literal
from zipfile import is_zipfile

import msgspec

from notegrad.errors import InputError
from notegrad.intake.archives import is_ignored
from notegrad.intake.class_list.joining import identity, join
from notegrad.intake.class_list.roster import roster_of
from notegrad.intake.class_list.spreadsheet import read_sheet
from notegrad.intake.exports.handings import Export, Handing
from notegrad.intake.exports.recognise import read_as, recognise
from notegrad.intake.exports.source import Entry, Source, open_source
from notegrad.intake.hand_in import ANYTHING, Found, read_together
from notegrad.intake.submission_ids import printable, safe_id, unique
from notegrad.intake.submissions import read_submissions, set_aside
from notegrad.intake.unreadable import UnreadableError
from notegrad.intake.wanted import Wanted
from notegrad.messages import Message, listed, translate
from notegrad.records import Attempts, ClassList, Handed, Platform, Record, RosterEntry, Submission

From = Literal["auto", "folder", "gradescope", "moodle", "canvas", "blackboard", "brightspace"]

MAX_NAME_BYTES = 80  # of an id: what identifies comes after the name, and must not be cut off


class ClassIntake(Record, frozen=True, kw_only=True):
    """Submissions, the class list that names their students, and warnings for the person who grades.

    `recognised` is false where these are plain paths that no platform made. `left_out`: what is in an export
    and nobody's row.
    """

    submissions: tuple[Submission, ...]
    class_list: ClassList
    recognised: bool = False
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def read_class(
    paths: Sequence[Path],
    *,
    platform: From = "auto",
    attempts: Attempts = "latest",
    roster: Path | None = None,
    key: str | None = None,
    wanted: Wanted = ANYTHING,
) -> ClassIntake:
    """The submissions at the paths, an export or plain files, and the class list.

    Raises InputError where a path or the roster cannot be used, and where nothing was found.
    """
    with ExitStack() as stack:
        exports, plain = ([], paths) if platform == "folder" else _exports(paths, platform, stack)
        found = _from_exports(exports, attempts, wanted) if exports else _from_folder(paths, attempts, wanted)
    if exports and plain:
        found = _with_plain(found, _from_folder(plain, attempts, wanted), wanted)
    if roster is None:
        return found
    class_list = msgspec.structs.replace(found.class_list, language=wanted.language)
    sheet = read_sheet(roster, wanted.language, head=key)
    joined = join(class_list, roster_of(sheet, class_list, key=key))
    return msgspec.structs.replace(
        found,
        class_list=joined.class_list,
        submissions=tuple(_renamed(found.submissions, joined.class_list)),
        warnings=(*found.warnings, *joined.warnings),
    )


def _exports(
    paths: Sequence[Path], platform: From, stack: ExitStack
) -> tuple[list[tuple[Export, Source]], list[Path]]:
    """The exports at the paths, and the paths that `auto` does not recognise.

    Raises InputError where the exports are not all one platform's.
    """
    read = [
        (path, _guessed(path, stack) if platform == "auto" else _given(path, platform, stack))
        for path in paths
    ]
    if platform == "auto" and len({one and one[0].platform for _, one in read}) > 1:
        # beside others, what one student zipped may be named as an export is
        read = [(path, one if one and _is_of_several(one[0]) else None) for path, one in read]
    found = [one for _, one in read if one]
    names = sorted({export.platform.title() for export, _ in found})
    if len(names) > 1:
        raise InputError(Message("several_platforms", platforms=", ".join(names)))
    return found, [path for path, one in read if one is None]


def _is_of_several(export: Export) -> bool:
    handings = (handing for handing in export.handings if not handing.is_stray)
    return len({identity(student) for handing in handings for student in handing.students}) > 1


def _with_plain(found: ClassIntake, plain: ClassIntake, wanted: Wanted) -> ClassIntake:
    """An export's class, and what was given beside it: each a row under its own name."""
    ids: set[str] = set()
    for submission in found.submissions:
        unique(submission.id, ids)
    renamed = {submission.id: unique(submission.id, ids) for submission in plain.submissions}
    beside = [msgspec.structs.replace(one, id=renamed[one.id]) for one in plain.submissions]
    handed = [
        msgspec.structs.replace(
            one,
            submission=renamed[one.submission],
            students=(RosterEntry(name=one.label),),
        )
        for one in plain.class_list.handed
    ]
    told = translate("beside_export", wanted.language, names=listed(one.label for one in handed))
    return msgspec.structs.replace(
        found,
        submissions=(*found.submissions, *beside),
        class_list=msgspec.structs.replace(found.class_list, handed=(*found.class_list.handed, *handed)),
        warnings=(*found.warnings, *plain.warnings, told),
    )


def _guessed(path: Path, stack: ExitStack) -> tuple[Export, Source] | None:
    try:
        source = open_source(path)
    except InputError:  # whoever reads it as plain files says what is wrong
        return None
    guess = recognise(stack.enter_context(source)) if source else None
    return (read_as(*guess), guess[1]) if guess else None


def _given(path: Path, platform: From, stack: ExitStack) -> tuple[Export, Source] | None:
    source = open_source(path)
    if source is None:
        raise InputError(Message("export_neither", path=printable(str(path))))
    stack.enter_context(source)
    return None if platform == "auto" else (read_as(platform, source), source)


def _from_folder(paths: Sequence[Path], attempts: Attempts, wanted: Wanted) -> ClassIntake:
    submissions = read_submissions(paths, wanted)
    aside = set_aside(paths)
    handed = tuple(
        Handed(submission=s.id, students=(RosterEntry(name=s.student, key=s.id),), label=s.id)
        for s in submissions
    )
    return ClassIntake(
        submissions=submissions,
        class_list=ClassList(platform="folder", attempts=attempts, handed=handed),
        warnings=tuple(
            warning.text(wanted.language)
            for warning in (
                *([Message("set_aside", names=listed(aside))] if aside else ()),
                *_exports_inside(paths),
            )
        ),
    )


def _exports_inside(paths: Sequence[Path]) -> Iterator[Message]:
    """A sentence on each zip or folder among submissions that is a whole class's: it is one row only."""
    for child in (child for path in paths if path.is_dir() for child in sorted(path.iterdir())):
        if child.is_symlink() or is_ignored(child.name) or not (child.is_dir() or is_zipfile(child)):
            continue
        with ExitStack() as stack:
            guess = _guessed(child, stack)
        if guess and _is_of_several(guess[0]):
            platform = guess[0].platform.title()
            yield Message("export_inside", name=printable(child.name), platform=platform)


def _from_exports(
    exports: Sequence[tuple[Export, Source]], attempts: Attempts, wanted: Wanted
) -> ClassIntake:
    platform = exports[0][0].platform
    handings = [(handing, source) for export, source in exports for handing in export.handings]
    numbered = _numbered(handings)
    several = any(number > 1 for _, _, number, _ in numbered)
    if attempts == "latest":
        numbered = [one for one in numbered if one[3]]
    ids: set[str] = set()
    submissions, handed = [], []
    for handing, source, number, _ in numbered:
        submission = _submission(handing, source, number, ids, wanted)
        submissions.append(submission)
        handed.append(
            Handed(
                submission=submission.id,
                students=handing.students,
                attempt=number,
                received_at=handing.received_at,
                late=handing.late,
                label=handing.label,
            )
        )
    absent = tuple(student for export, _ in exports for student in export.absent)
    known = tuple({identity(s): s for s in (*(s for h in handed for s in h.students), *absent)}.values())
    warnings = [warning for export, _ in exports for warning in export.warnings]
    if several and attempts == "latest":
        warnings.append(Message("newest_only"))
    warnings += _namesakes(known, platform)
    return ClassIntake(
        submissions=tuple(submissions),
        class_list=ClassList(
            platform=platform, attempts=attempts, handed=tuple(handed), roster=known if absent else ()
        ),
        recognised=True,
        warnings=tuple(warning.text(wanted.language) for warning in warnings),
        left_out=tuple(path for _, source in exports for path in source.left_out),
    )


def _numbered(
    handings: Sequence[tuple[Handing, Source]],
) -> list[tuple[Handing, Source, int, bool]]:
    """Each handing with its number among those of the same students, and whether it is their newest."""
    own: dict[tuple[tuple[str, str], ...], list[tuple[Handing, Source]]] = {}
    for handing, source in handings:
        own.setdefault(tuple(sorted(map(identity, handing.students))), []).append((handing, source))
    return [
        (handing, source, number, number == len(several))
        for several in own.values()
        for number, (handing, source) in enumerate(
            sorted(several, key=lambda one: tuple(map(str, one[0].order))), 1
        )
    ]


def _submission(handing: Handing, source: Source, number: int, ids: set[str], wanted: Wanted) -> Submission:
    name = ", ".join(student.name for student in handing.students)
    who = handing.students[0]
    mark = handing.label if len(handing.students) > 1 or not identity(who)[1] else who.key or who.login
    short = name.encode()[:MAX_NAME_BYTES].decode("utf-8", "ignore")
    name_of_id = f"{short}-{mark or who.number or handing.label}" + (f"-{number}" if number > 1 else "")
    blank = Submission(
        id=unique(safe_id(name_of_id), ids),
        student=name,
        received_at=handing.received_at or None,
        source=printable(f"{source.path} > {handing.label}"),
        attempt=number,
    )
    if not handing.files:
        reason = translate("only_text" if handing.text else "no_file", wanted.language)
        return msgspec.structs.replace(blank, unreadable=reason)
    return read_together(
        _files(handing, source),
        blank,
        container=Message("in_hand_in", names=listed(path for path, _ in handing.files)),
        wanted=wanted,
    )


def _files(handing: Handing, source: Source) -> Iterator[Found]:
    for path, entry in handing.files:
        yield Found(
            path=path,
            size=entry.size,
            modified=entry.modified,
            read=partial(_read, source, entry),
        )


def _read(source: Source, entry: Entry, limit: int) -> bytes:
    """The file's bytes. Raises UnreadableError where the export's copy cannot be read."""
    name = entry.path.rsplit("/", 1)[-1]
    if entry.refusal:
        raise UnreadableError("file_refused", name=name, why=Message(f"refused_{entry.refusal}"))
    data = source.read(entry, limit)
    if data is None:
        raise UnreadableError("damaged_in_export", name=name)
    return data


def _namesakes(students: Sequence[RosterEntry], platform: Platform) -> list[Message]:
    """A sentence where two students have one name, since only their numbers tell them apart."""
    names: dict[str, int] = {}
    for student in students:
        names[student.name.casefold()] = names.get(student.name.casefold(), 0) + 1
    same = [student.name for student in students if names[student.name.casefold()] > 1]
    blind = platform == "moodle" and all(name.casefold() == "participant" for name in same)
    if not same or blind:
        return []
    return [Message("namesakes", names=listed(dict.fromkeys(same)))]


def _renamed(submissions: Sequence[Submission], class_list: ClassList) -> Iterator[Submission]:
    """The submissions with the names that the roster has for their students."""
    names = {h.submission: ", ".join(student.name for student in h.students) for h in class_list.handed}
    for submission in submissions:
        name = names.get(submission.id) or submission.student
        yield msgspec.structs.replace(submission, student=name)
