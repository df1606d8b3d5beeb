"""Reads the list of extensions: `student,due[,late_due],reason`, one line for each student who has one."""

from __future__ import annotations

from notegrad.errors import InputError
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.marks.lateness import moment_of_due
from notegrad.marks.moments import time_of
from notegrad.messages import Message, translate
from notegrad.records import Record
from notegrad.settings import LateSettings

_STUDENT = ("student", "étudiant", "étudiante", "email", "login", "sid")
_DUE = ("due", "due date", "date limite", "échéance")
_LATE_DUE = ("late_due", "late due date", "cut off", "date butoir")
_REASON = ("reason", "why", "raison", "motif")


class ExtensionRow(Record, frozen=True, kw_only=True):
    """Another due date for one student; `line` is where it stands in the file."""

    student: str
    due: str
    late_due: str = ""
    reason: str = ""
    line: int = 0


class ReadExtensions(Record, frozen=True, kw_only=True):
    """The extensions that can be used, and a sentence on each other line."""

    extensions: tuple[ExtensionRow, ...] = ()
    problems: tuple[str, ...] = ()


def extensions_of(sheet: Sheet, late: LateSettings, language: str) -> ReadExtensions:
    """The extensions that a sheet lists. Raises InputError where its heads do not say whose and when."""
    student, due = sheet.column(_STUDENT), sheet.column(_DUE)
    if student is None or due is None:
        raise InputError(Message("extensions_heads", path=sheet.name))
    late_due, reason = sheet.column(_LATE_DUE), sheet.column(_REASON)
    found, problems = [], []
    for row in range(1, len(sheet.rows)):
        one = ExtensionRow(
            student=sheet.text(row, student),
            due=sheet.text(row, due),
            late_due=sheet.text(row, late_due),
            reason=sheet.text(row, reason),
            line=row + 1,
        )
        if not one.student and not one.due:
            continue
        if problem := _problem(one, late, language):
            problems.append(row_problem(sheet.name, one, problem, language))
        else:
            found.append(one)
    return ReadExtensions(extensions=tuple(found), problems=tuple(problems))


def row_problem(path: str, extension: ExtensionRow, problem: str, language: str) -> str:
    """The sentence on a line that was not taken."""
    return translate("extensions_row", language, path=path, line=extension.line, problem=problem)


def _problem(one: ExtensionRow, late: LateSettings, language: str) -> str:
    """A sentence on a line that cannot hold; the empty string where it can."""
    if not one.student:
        return translate("marks_key_missing", language, name="student")
    for text in filter(None, (one.due or "?", one.late_due)):
        if time_of(text) is None:
            return translate("extensions_due", language, text=text)
        if moment_of_due(text, late) is None:
            return translate("extensions_zone", language)
    due, everybody = moment_of_due(one.due, late), moment_of_due(late.due, late)
    if due is not None and everybody is not None and due < everybody:
        return translate("extensions_before", language, due=one.due, all_due=late.due)
    cut_off = moment_of_due(one.late_due, late)
    if due is not None and cut_off is not None and cut_off < due:
        return translate("extensions_cut_off", language, text=one.late_due, due=one.due)
    return ""
