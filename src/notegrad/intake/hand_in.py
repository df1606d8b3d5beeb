"""Makes one submission of what one student handed in: a notebook, a zip, or several files.

What a stranger wrote never raises: it gives a submission with `unreadable`, one sentence for the student.
Every file is tried as a notebook, whatever it is called, and zips are looked into; of several notebooks the
one that answers this assignment is taken (`intake.choice`), and the submission's `notes` say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec

from notegrad.intake.archives import Member, is_archive, read_archive
from notegrad.intake.choice import MAX_CANDIDATES, Fit, fit, is_untouched, other_assignment
from notegrad.intake.defined_names import defined_names
from notegrad.intake.hand_in_files import MAX_DATA_FILE_BYTES, Fault, Found, opened, within_limits
from notegrad.intake.notebooks import may_be_notebook, names_in_text, read_code_cells
from notegrad.intake.outputs import without_outputs
from notegrad.intake.scripts import script_cells, slip_in_script
from notegrad.intake.unreadable import UnreadableError
from notegrad.intake.wanted import Wanted
from notegrad.messages import Message, listed, translate
from notegrad.records import Candidate, Submission

__all__ = ["ANYTHING", "Found", "read_notebook", "read_submission", "read_together"]

MAX_NOTEBOOKS = 20
MAX_DATA_FILES = 200
MAX_DATA_BYTES = 32 * 1024 * 1024

ANYTHING = Wanted()


class _Notebook(NamedTuple):
    member: Member
    cells: tuple[str, ...]
    fit: Fit


def read_notebook(
    data: bytes,
    *,
    id: str,  # noqa: A002 (the record's word)
    student: str = "",
    source: str = "",
    wanted: Wanted = ANYTHING,
) -> Submission:
    """The submission that the bytes of one notebook make; never raises."""
    blank = Submission(id=id, student=student, source=source)
    small = without_outputs(data)
    return _read_one(Member(path="", data=small, is_cut=len(small) < len(data)), blank, wanted)


def _read_one(member: Member, blank: Submission, wanted: Wanted) -> Submission:
    try:
        cells = _answers_in_script(member, wanted) or read_code_cells(member.data)
    except UnreadableError as error:
        said = error.message.text(wanted.language)
        return _told_of_slip(msgspec.structs.replace(blank, unreadable=said), member, wanted)
    notes = (*_notes_on_assignment(cells, wanted), *_note_on_outputs([member], wanted))
    in_text = _names_in_text(member, cells, wanted)
    return msgspec.structs.replace(blank, cells=cells, path=member.path, notes=notes, in_text=in_text)


def _told_of_slip(read: Submission, member: Member, wanted: Wanted) -> Submission:
    """The same submission; a script that cannot be read is told by its line."""
    line = slip_in_script(member.data, member.path) if read.unreadable else 0
    said = translate("script_slip", wanted.language, line=line)
    return msgspec.structs.replace(read, unreadable=said) if line else read


def read_submission(
    data: bytes,
    *,
    id: str,  # noqa: A002 (the record's word)
    student: str = "",
    source: str = "",
    path: str = "",
    wanted: Wanted = ANYTHING,
) -> Submission:
    """The submission that the bytes of a notebook or of a zip make, told apart by content; never raises.

    path: the file's name, where it has one; a notebook that is called otherwise is told so.
    """
    if not is_archive(data):
        script = Member(path=path, data=data)
        if _answers_in_script(script, wanted):
            blank = Submission(id=id, student=student, source=source)
            return _told_of_name(_read_one(script, blank, wanted), path, wanted)
        read = read_notebook(data, id=id, student=student, source=source, wanted=wanted)
        return _told_of_name(_told_of_slip(read, script, wanted), path, wanted) if path else read
    blank = Submission(id=id, student=student, source=source)
    try:
        return _choose(read_archive(data), blank, wanted, container=Message("in_zip"))
    except UnreadableError as error:
        return msgspec.structs.replace(blank, unreadable=error.message.text(wanted.language))


def read_together(
    found: Iterable[Found], blank: Submission, *, container: Message, wanted: Wanted = ANYTHING
) -> Submission:
    """The submission that several files make, those in zips among them.

    Never raises for what is in the files; `container` begins the sentence on what is wrong with them.
    """
    try:
        members, left_out, faults = within_limits(found, container)
        archives = [member for member in members if is_archive(member.data)]
        if len(members) == 1 and not archives and not faults:  # its own fault says more than its container's
            read = _read_one(members[0], blank, wanted)
            return _told_of_name(read, members[0].path, wanted)
        inside, unopened = opened(archives)
        plain = (member for member in members if not is_archive(member.data))
        return _choose(
            (*plain, *inside),
            blank,
            wanted,
            container=container,
            left_out=left_out,
            faults=(*faults, *unopened),
        )
    except UnreadableError as error:
        return msgspec.structs.replace(blank, unreadable=error.message.text(wanted.language))


def _choose(
    members: Sequence[Member],
    blank: Submission,
    wanted: Wanted,
    *,
    container: Message,
    left_out: int = 0,
    faults: Sequence[Fault] = (),
) -> Submission:
    """The submission that a zip or a folder makes: its best notebook, with the data files around it."""
    notebooks, unread = _notebooks(members, wanted, container)
    faults = (*faults, *unread)
    if not notebooks and faults:
        raise faults[-1].error
    if not notebooks:
        raise UnreadableError("no_notebook", container=container)
    first, *rest = _best(notebooks)
    read = {id(notebook.member) for notebook in notebooks}
    candidates, dropped = [], left_out
    for each in (first, *rest):
        files, too_many = _data_files(members, read, PurePosixPath(each.member.path).parent)
        candidates.append(Candidate(path=each.member.path, cells=each.cells, files=files))
        dropped += too_many
    source = f"{blank.source} > {first.member.path}"
    if dropped:
        source += f" {translate('data_left_out', wanted.language, count=dropped)}"
    return msgspec.structs.replace(
        blank,
        cells=first.cells,
        files=candidates[0].files,
        path=first.member.path,
        among=len(notebooks),
        others=tuple(candidates[1:]),
        source=source,
        in_text=_names_in_text(first.member, first.cells, wanted),
        notes=(
            *_notes_on_choice(notebooks, first, rest, wanted),
            *_notes_on_assignment(first.cells, wanted),
            *_note_on_outputs([each.member for each in (first, *rest)], wanted),
            *_note_on_faults(faults, wanted),
        ),
    )


def _notebooks(
    members: Sequence[Member], wanted: Wanted, container: Message
) -> tuple[list[_Notebook], list[Fault]]:
    """The notebooks that can be read, one for each content, and why others cannot; the newest come last."""
    named = [member for member in members if _is_notebook(member.path)]
    if len(named) > MAX_NOTEBOOKS:
        raise UnreadableError("many_notebooks", container=container, count=len(named))
    faults: list[Fault] = []
    found: dict[tuple[str, ...], _Notebook] = {}
    for member in sorted(members, key=lambda member: (member.modified, member.path)):
        if not _may_be_notebook(member):
            continue
        try:
            cells = read_code_cells(member.data)
        except UnreadableError as error:
            if _is_notebook(member.path):
                faults.append(Fault(member.path, error))
            continue
        found[cells] = _Notebook(member, cells, fit(cells, member.path, wanted))
    if not found and not faults:
        for member in sorted(members, key=lambda member: (member.modified, member.path)):
            if cells := _answers_in_script(member, wanted):
                found[cells] = _Notebook(member, cells, fit(cells, member.path, wanted))
    return list(found.values()), faults


def _best(notebooks: Sequence[_Notebook]) -> list[_Notebook]:
    """Those that fit best, the newest first, and no more than are graded."""
    best = max(notebook.fit for notebook in notebooks)
    return [notebook for notebook in reversed(notebooks) if notebook.fit == best][:MAX_CANDIDATES]


def _notes_on_choice(
    notebooks: Sequence[_Notebook], first: _Notebook, rest: Sequence[_Notebook], wanted: Wanted
) -> list[str]:
    language = wanted.language
    notes = []
    if rest:
        paths = ", ".join(each.member.path for each in (first, *rest))
        notes.append(translate("choice_of_best", language, count=len(notebooks), paths=paths))
    elif len(notebooks) > 1:
        facts = {"count": len(notebooks), "path": first.member.path}
        others = [each.fit for each in notebooks if each is not first]
        if first.fit.answered > max(other.answered for other in others):
            notes.append(
                translate(
                    "choice_of_answers",
                    language,
                    **facts,
                    answered=first.fit.answered,
                    asked=len(wanted.names),
                )
            )
        else:
            notes.append(translate("choice_of_name", language, **facts))
    if not _is_notebook(first.member.path):
        notes.append(translate("read_as_notebook", language, path=first.member.path))
    return notes


def _told_of_name(read: Submission, path: str, wanted: Wanted) -> Submission:
    """The submission that a file alone made, with a note where its name is no notebook's."""
    if read.unreadable or _is_notebook(path):
        return read
    note = translate("read_as_notebook", wanted.language, path=path)
    return msgspec.structs.replace(read, notes=(*read.notes, note))


def _names_in_text(member: Member, cells: Sequence[str], wanted: Wanted) -> tuple[str, ...]:
    """The names that are asked for, that no code cell defines and that a cell of text does."""
    missing = wanted.names - defined_names(cells).keys()
    return names_in_text(member.data, missing) if missing else ()


def _notes_on_assignment(cells: Sequence[str], wanted: Wanted) -> tuple[str, ...]:
    if is_untouched(cells, wanted):
        return (translate("untouched_handout", wanted.language),)
    title = other_assignment(cells, wanted)
    return () if title is None else (translate("of_other_assignment", wanted.language, title=title),)


def _note_on_outputs(members: Sequence[Member], wanted: Wanted) -> tuple[str, ...]:
    cut = [member.path or ".ipynb" for member in members if member.is_cut]
    return (translate("read_without_outputs", wanted.language, paths=", ".join(cut)),) if cut else ()


def _note_on_faults(faults: Sequence[Fault], wanted: Wanted) -> tuple[str, ...]:
    paths = listed(fault.path for fault in faults)
    return (translate("not_read", wanted.language, paths=paths),) if faults else ()


def _answers_in_script(member: Member, wanted: Wanted) -> tuple[str, ...]:
    """The cell of a script that defines something of what is asked for; other scripts are helpers."""
    cells = script_cells(member.data, member.path)
    return cells if cells and fit(cells, member.path, wanted).defined else ()


def _is_notebook(path: str) -> bool:
    return path.lower().endswith(".ipynb")


def _may_be_notebook(member: Member) -> bool:
    return _is_notebook(member.path) or may_be_notebook(member.data)


def _data_files(
    members: Iterable[Member], notebooks: set[int], folder: PurePosixPath
) -> tuple[tuple[tuple[str, bytes], ...], int]:
    """Files beside and below the notebook, named as its code would open them, and how many were left out."""
    kept: dict[str, bytes] = {}
    dropped, left = 0, MAX_DATA_BYTES
    for member in members:
        path = PurePosixPath(member.path)
        if _is_notebook(member.path) or id(member) in notebooks or not path.is_relative_to(folder):
            continue
        if len(kept) == MAX_DATA_FILES or len(member.data) > min(left, MAX_DATA_FILE_BYTES):
            dropped += 1
            continue
        left -= len(member.data)
        kept[path.relative_to(folder).as_posix()] = member.data
    return tuple(sorted(kept.items())), dropped
