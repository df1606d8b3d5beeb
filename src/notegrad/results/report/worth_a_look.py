"""The submissions that somebody should look at: each reason as a sentence, and its kind for lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

from notegrad.intake.choice import is_untouched, other_assignment
from notegrad.intake.wanted import Wanted
from notegrad.marks.final_mark import came_late, for_staff, machine_result, mark_of
from notegrad.messages import translate
from notegrad.records import GradingResult, Handed, Record, Submission
from notegrad.results.pending import has_unjudged
from notegrad.results.text import MAX_OUTPUT_CHARS, one_line

LookKind = Literal[
    "not_graded", "unreadable", "death", "stopped", "cell", "timeouts", "skipped", "not_judged", "inside",
    "other_assignment", "untouched", "choice", "zero", "late", "decided", "held", "absent", "alike", "note",
]  # fmt: skip
KINDS: tuple[LookKind, ...] = LookKind.__args__  # type: ignore[attr-defined] # in the order of lists

MAX_TIMEOUTS_UNSEEN = 1  # of one submission's test cases
_STOPPED: dict[str, LookKind] = {"timeout": "stopped", "memory": "stopped", "crashed": "death"}


class Look(Record, frozen=True, kw_only=True):
    """A submission that somebody should look at, with each reason as one sentence, and the kinds of these."""

    submission: str
    student: str
    reasons: tuple[str, ...]
    kinds: tuple[LookKind, ...] = ()


class LookFacts(Record, frozen=True, kw_only=True):
    """What is known of submissions beside their results, by id: see `look_facts`.

    `kinds`: what the hand-ins themselves show. `late`: those that a platform called late.
    """

    kinds: dict[str, tuple[LookKind, ...]] = {}
    late: tuple[str, ...] = ()


def look_facts(
    submissions: Sequence[Submission],
    handed: Sequence[Handed] = (),
    wanted: Wanted | None = None,
    held: Collection[str] = (),
) -> LookFacts:
    """The kinds of what was handed in; `wanted` tells work on another assignment, `held` is held back."""
    kinds: dict[str, tuple[LookKind, ...]] = {}
    for submission in submissions:
        found: list[LookKind] = ["held"] if submission.id in held else []
        if submission.among > 1 or submission.others:
            found.append("choice")
        if wanted is not None and submission.cells:
            if is_untouched(submission.cells, wanted):
                found.append("untouched")
            elif other_assignment(submission.cells, wanted) is not None:
                found.append("other_assignment")
        if found:
            kinds[submission.id] = tuple(found)
    return LookFacts(kinds=kinds, late=tuple(one.submission for one in handed if one.late))


_NO_FACTS = LookFacts()


def looks(
    results: Sequence[GradingResult],
    language: str,
    facts: LookFacts = _NO_FACTS,
    alike: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Look, ...]:
    """The submissions that somebody should look at, in the order of the results.

    alike: by submission, the names of those whose answers are like its own.
    """
    found = (_look(result, language, facts, (alike or {}).get(result.submission, ())) for result in results)
    return tuple(look for look in found if look.reasons or look.kinds)


def _look(marked: GradingResult, language: str, facts: LookFacts, alike: Sequence[str]) -> Look:
    result = machine_result(marked)
    reasons: list[tuple[LookKind, str]] = []
    if result.status in ("unreadable", "not_graded"):
        why = one_line(result.reason or "", MAX_OUTPUT_CHARS)
        kind: LookKind = "unreadable" if result.status == "unreadable" else "not_graded"
        reasons.append((kind, translate(f"report_reason_{result.status}", language, text=why)))
    else:
        reasons += _of_run(result, language)
    kinds = [kind for kind, _ in reasons]
    own = facts.kinds.get(result.submission, ())
    notes = [one_line(note, MAX_OUTPUT_CHARS) for note in result.notes]
    said = [*(text for _, text in reasons), *notes]
    kinds += [*own, *_kinds_of_cases(result)]
    if notes and not kinds:
        kinds.append("note")
    said += [
        one_line(n, MAX_OUTPUT_CHARS)
        for n in (*marked.notes[len(result.notes) :], *for_staff(marked, language))
    ]
    if "held" in own:
        said.append(translate("report_reason_held", language))
    mark = mark_of(marked)
    if mark is not None and mark.overrides:
        kinds.append("decided")
    if came_late(marked, flagged=result.submission in facts.late):
        kinds.append("late")
        if mark is None or mark.lateness is None:
            said.append(translate("report_reason_late", language))
    if alike:
        kinds.append("alike")
        said.append(translate("report_reason_alike", language, names=one_line(", ".join(alike))))
    return Look(
        submission=result.submission,
        student=result.student,
        reasons=tuple(said),
        kinds=tuple(kind for kind in KINDS if kind in kinds),
    )


def _of_run(result: GradingResult, language: str) -> list[tuple[LookKind, str]]:
    """What a notebook that was read shows of itself."""
    cases = [case for question in result.questions for case in question.test_cases]
    reasons: list[tuple[LookKind, str]] = []
    if result.status in _STOPPED:
        why = one_line(result.reason or "", MAX_OUTPUT_CHARS)
        reasons.append((_STOPPED[result.status], translate("report_reason_stopped", language, text=why)))
    if result.score <= 0 < result.max_score and {case.outcome for case in cases} != {"not_judged"}:
        reasons.append(("zero", translate("report_reason_zero", language)))
    timeouts = sum(case.outcome == "timeout" for case in cases)
    skipped = sum(case.outcome == "skipped" for case in cases)
    cells = [cell.index + 1 for cell in (result.run.cells if result.run else ()) if cell.status == "timeout"]
    if timeouts > MAX_TIMEOUTS_UNSEEN:
        reasons.append(("timeouts", translate("report_reason_timeouts", language, count=timeouts)))
    if skipped:
        reasons.append(("skipped", translate("report_reason_skipped", language, count=skipped)))
    if cells:
        numbers = ", ".join(map(str, cells[:10]))
        reasons.append(("cell", translate("report_reason_cells", language, numbers=numbers)))
    return reasons


def _kinds_of_cases(result: GradingResult) -> list[LookKind]:
    """Kinds of which the result's own notes speak."""
    cases = [case for question in result.questions for case in question.test_cases]
    found: list[LookKind] = []
    if any(case.judged == "inside" for case in cases):
        found.append("inside")
    if has_unjudged(cases):
        found.append("not_judged")
    return found
