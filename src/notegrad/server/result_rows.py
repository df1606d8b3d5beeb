"""Results between the database and the records, with their marks; the part that a student may read now."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import msgspec

from notegrad.marks.final_mark import mark_of, said_of_automatic
from notegrad.records import GradingResult, Record
from notegrad.results.pages.visibility import Moment, shown_questions
from notegrad.server.models import Extension, HandIn, Override, Rehearsal, ResultVersion
from notegrad.server.page_marks import PageMarks

_WITHOUT_CASES = ("unreadable", "not_graded")


class ShownScore(Record, frozen=True, kw_only=True):
    """The score that a student may read; `is_final` where no test case is withheld any more.

    `told` are sentences on the mark: what was decided by hand, and what lateness takes.
    """

    score: float
    points: float
    is_final: bool
    withheld: int
    is_decided: bool = False
    told: tuple[str, ...] = ()


def packed(result: GradingResult) -> bytes:
    """A result as the database keeps it."""
    return zlib.compress(msgspec.msgpack.encode(result), 6)


def unpacked(row: ResultVersion | Rehearsal) -> GradingResult:
    """The result that a row holds; raises msgspec's error where it holds none."""
    return msgspec.msgpack.decode(zlib.decompress(bytes(row.data)), type=GradingResult)


def shown_result(result: GradingResult, moment: Moment, hidden_visibility: str) -> GradingResult:
    """The result without what its student may not read yet, and with the score that tells nothing of it."""
    shown = shown_questions(result, moment, hidden_visibility)  # type: ignore[arg-type]
    questions = tuple(
        msgspec.structs.replace(
            whole,
            score=part.score,
            test_cases=part.test_cases,
            question=msgspec.structs.replace(
                whole.question,
                points=part.points,
                test_cases=tuple(case.test_case for case in part.test_cases),
            ),
        )
        for whole, part in zip(result.questions, shown, strict=True)
    )
    score = shown_score(result, moment, hidden_visibility)
    return msgspec.structs.replace(result, questions=questions, score=score.score, max_score=score.points)


def visibility_of(hand_in: HandIn) -> str:
    """What the course says of hidden test cases: the assignment's setting, else the bundle's."""
    said: str = hand_in.assignment.hidden_visibility
    bundle = hand_in.current.bundle if hand_in.current else hand_in.assignment.bundle
    return said or bundle.hidden_visibility


def marks_of(hand_ins: Sequence[HandIn], language: str = "", rows: Iterable[ResultVersion] = ()) -> PageMarks:
    """What decides the marks of these attempts, of one course, in a few queries, however many there are.

    `rows` are further results of them whose marks are asked for; `language` is that of sentences.
    """
    if not hand_ins:
        return PageMarks(language, {}, {}, {})
    assignments = {hand_in.assignment_id for hand_in in hand_ins}
    users = {hand_in.user_id for hand_in in hand_ins}
    extensions = Extension.objects.filter(assignment__in=assignments)
    if len(users) == 1:
        extensions = extensions.filter(user__in=users)
    overrides: dict[int, tuple[Override, ...]] = {}
    wanted = {hand_in.pk for hand_in in hand_ins}
    decided_rows = Override.objects.filter(hand_in__assignment__in=assignments).select_related("by")
    if len(wanted) == 1:
        decided_rows = decided_rows.filter(hand_in__in=wanted)
    for row in decided_rows.order_by("pk"):
        overrides[row.hand_in_id] = (*overrides.get(row.hand_in_id, ()), row)
    needed = {h.current_id for h in hand_ins if h.pk in overrides and h.current_id}
    needed |= {row.pk for row in rows if row.hand_in_id in overrides}
    machines = (
        {row.pk: unpacked(row) for row in ResultVersion.objects.filter(pk__in=needed)} if needed else {}
    )
    lacks = any(h.pk in overrides and h.current_id is None for h in hand_ins)
    return PageMarks(
        language or hand_ins[0].assignment.course.language,
        {(one.assignment_id, one.user_id): one for one in extensions},
        overrides,
        machines,
        like_result(hand_ins[0].assignment_id) if lacks or machines else None,
    )


def like_result(assignment: int) -> GradingResult | None:
    """A result of the assignment that names its questions, where there is one."""
    graded = ResultVersion.objects.filter(hand_in__assignment=assignment).exclude(status="unreadable")
    tried = Rehearsal.objects.filter(bundle__assignment=assignment, state="graded")
    row = graded.order_by("-bundle__version", "-pk").first() or tried.order_by("-pk").first()
    return None if row is None else unpacked(row)


def told_of_mark(marked: GradingResult, machine: GradingResult, language: str) -> tuple[str, ...]:
    """The sentences on a mark, for who may know the whole score."""
    automatic = said_of_automatic(marked, language)
    return (*marked.notes[len(machine.notes) :], *([automatic] if automatic else []))


def shown_score(result: GradingResult, moment: Moment, hidden_visibility: str) -> ShownScore:
    """The score that tells nothing of what is withheld, as the feedback page shows it."""
    shown = shown_questions(result, moment, hidden_visibility)  # type: ignore[arg-type]
    is_final = result.status in _WITHOUT_CASES or all(question.is_final for question in shown)
    return ShownScore(
        score=result.score if is_final else sum(question.score for question in shown),
        points=result.max_score if is_final else sum(question.points for question in shown),
        is_final=is_final,
        withheld=sum(question.withheld for question in shown),
    )


def shown_mark(
    machine: GradingResult, marked: GradingResult, moment: Moment, hidden_visibility: str, language: str
) -> ShownScore:
    """The score with its mark; while test cases are withheld, what was decided is withheld as well."""
    score = shown_score(machine, moment, hidden_visibility)
    mark = mark_of(marked)
    if mark is None or not score.is_final or mark.points is None:
        return score
    return msgspec.structs.replace(
        score,
        score=mark.points,
        points=marked.max_score,
        is_decided=bool(mark.overrides),
        told=told_of_mark(marked, machine, language),
    )


def readable_result(hand_in: HandIn, moment: Moment, marks: PageMarks | None = None) -> GradingResult:
    """The result of a graded attempt with its mark, or without it while that would tell too much.

    What is withheld of test cases is not taken out here.
    """
    machine = unpacked(hand_in.current)
    if not shown_score(machine, moment, visibility_of(hand_in)).is_final:
        return machine
    known = marks or marks_of([hand_in], hand_in.current.bundle.language)
    return known.marked(hand_in, machine)
