"""The rows of a class: a line per student as in the gradebook, whatever happened, in alphabetical order."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from notegrad.marks.final_mark import is_scored
from notegrad.messages.typography import SORTED_AS
from notegrad.records import ClassList, GradingResult, Record
from notegrad.results.gradebooks.standings import every_attempt, standings
from notegrad.results.report.worth_a_look import Look, LookKind

MISSING = "missing"


class ClassRow(Record, frozen=True, kw_only=True):
    """A student's line: the attempt that counts, if any, its state, and what is to be looked at.

    `score` is None where there is none. `state` is the result's status, or `missing`.
    """

    student: str
    submission: str = ""
    state: str = MISSING
    score: float | None = None
    group: str = ""
    received_at: str = ""
    attempt: int = 0
    attempts: int = 0
    is_late: bool = False
    kinds: tuple[LookKind, ...] = ()
    reasons: tuple[str, ...] = ()


def dictionary_key(name: str) -> tuple[str, str]:
    """The key by which a dictionary sorts: letters without accents and case, then the name as it is."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(SORTED_AS))
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split()), name


def class_rows(
    results: Sequence[GradingResult], class_list: ClassList | None, looks: Sequence[Look]
) -> tuple[ClassRow, ...]:
    """The rows, by name. Without a class list each result is a row."""
    by_id = {result.submission: result for result in results}
    found = {look.submission: look for look in looks}
    rows = [] if class_list is None else _of_class(class_list, by_id, found)
    listed = {one.submission for one in class_list.handed} if class_list else set()
    rows += [_row(r.student or r.submission, r, found) for r in results if r.submission not in listed]
    return tuple(sorted(rows, key=lambda row: (dictionary_key(row.student), row.submission)))


def counting_results(
    results: Sequence[GradingResult], class_list: ClassList | None
) -> tuple[GradingResult, ...]:
    """The results that figures are about: of several attempts the one that counts, unless all do."""
    if class_list is None or class_list.attempts == "all":
        return tuple(results)
    by_id = {result.submission: result for result in results}
    counting = {one.handed.submission for one in standings(class_list, by_id) if one.handed is not None}
    handed = {one.submission for one in class_list.handed}
    return tuple(r for r in results if r.submission in counting or r.submission not in handed)


def _of_class(
    class_list: ClassList, results: Mapping[str, GradingResult], looks: Mapping[str, Look]
) -> list[ClassRow]:
    chosen = (every_attempt if class_list.attempts == "all" else standings)(class_list, results)
    rows = []
    for one in chosen:
        student, handed = one.student, one.handed
        name = student.name or student.key or student.login or student.email
        if handed is None:
            rows.append(ClassRow(student=name, group=student.group, kinds=("absent",)))
            continue
        row = _row(name or handed.submission, one.result, looks, handed.submission)
        rows.append(
            ClassRow(
                student=row.student,
                submission=handed.submission,
                state=row.state,
                score=row.score,
                group=student.group,
                received_at=handed.received_at,
                attempt=handed.attempt,
                attempts=one.attempts,
                is_late=row.is_late,
                kinds=row.kinds,
                reasons=row.reasons,
            )
        )
    return rows


def _row(
    name: str, result: GradingResult | None, looks: Mapping[str, Look], submission: str = ""
) -> ClassRow:
    look = looks.get(result.submission if result else submission)
    kinds = look.kinds if look else ()
    return ClassRow(
        student=name,
        submission=result.submission if result else submission,
        state=result.status if result else "not_graded",
        score=result.score if result and is_scored(result) else None,
        is_late="late" in kinds,
        kinds=kinds,
        reasons=look.reasons if look else (),
    )
