"""The report's data is one record: `report.json` holds it, `report.html` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from notegrad.intake.choice import counted
from notegrad.marks.final_mark import for_staff, machine_result
from notegrad.messages import DEFAULT_LANGUAGE, translate
from notegrad.records import SCHEMA_VERSION, GradingResult, Record, Submission
from notegrad.results.report.misconceptions import (
    Misconception,
    SeenMessage,
    SeenPattern,
    seen_messages,
    seen_patterns,
)
from notegrad.results.report.similarity import AlikePair, alike_pairs
from notegrad.results.report.statistics import ClassStatistics, class_statistics, read_results
from notegrad.results.text import MAX_OUTPUT_CHARS, escape_unprintable, one_line

MAX_TIMEOUTS_UNSEEN = 1  # of one submission's test cases
_STOPPED = ("timeout", "memory", "crashed")


class Background(Record, frozen=True, kw_only=True):
    """The course's knowledge of an assignment: misconceptions by question, and the handout's code cells."""

    misconceptions: dict[str, tuple[Misconception, ...]] = {}
    starter: tuple[str, ...] = ()


_NO_BACKGROUND = Background()


class Look(Record, frozen=True, kw_only=True):
    """A submission that somebody should look at, with each reason as one sentence."""

    submission: str
    student: str
    reasons: tuple[str, ...]


class ReportData(Record, frozen=True, kw_only=True):
    """The report: what is known of the class, and where to look first."""

    schema_version: int = SCHEMA_VERSION
    assignment: str
    title: str = ""
    versions: dict[str, str] = {}
    statistics: ClassStatistics
    messages: tuple[SeenMessage, ...] = ()
    patterns: tuple[SeenPattern, ...] = ()
    alike: tuple[AlikePair, ...] = ()
    look: tuple[Look, ...] = ()


def report_data(
    results: Sequence[GradingResult],
    submissions: Sequence[Submission] = (),
    *,
    title: str = "",
    language: str = DEFAULT_LANGUAGE,
    background: Background = _NO_BACKGROUND,
) -> ReportData:
    """The report's data for the results.

    submissions: for answers that are alike, their code.
    """
    read = read_results(results)
    asked = {q.question.name: q.question for result in read for q in result.questions}
    judged = {result.submission: result.notebook for result in read}
    code = [counted(each, judged[each.id]) for each in submissions if each.id in judged]
    return ReportData(
        assignment=next((result.assignment for result in results), ""),
        title=title,
        versions=next((result.versions for result in results if result.versions), {}),
        statistics=class_statistics(results),
        messages=seen_messages(read),
        patterns=seen_patterns(read, background.misconceptions),
        alike=alike_pairs(code, list(asked.values()), background.starter),
        look=looks(results, language),
    )


def to_report_json(data: ReportData) -> bytes:
    """The data as UTF-8 JSON, the same bytes for the same data."""
    text = msgspec.json.format(msgspec.json.encode(data), indent=1).decode()
    return f"{escape_unprintable(text)}\n".encode()


def read_report_data(path: Path) -> ReportData | None:
    """The data that a file holds; None where it cannot be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=ReportData)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def with_marks(data: ReportData, results: Sequence[GradingResult], language: str) -> ReportData:
    """The data with what marks decide made anew of these results."""
    return msgspec.structs.replace(data, statistics=class_statistics(results), look=looks(results, language))


def looks(results: Sequence[GradingResult], language: str) -> tuple[Look, ...]:
    """The submissions that somebody should look at, in the order of the results."""
    return tuple(look for result in results if (look := _look(result, language)).reasons)


def _look(result: GradingResult, language: str) -> Look:
    marked, result = result, machine_result(result)
    why = one_line(result.reason or "", MAX_OUTPUT_CHARS)
    cases = [case for question in result.questions for case in question.test_cases]
    reasons = []
    if result.status in ("unreadable", "not_graded"):
        reasons.append(translate(f"report_reason_{result.status}", language, text=why))
    else:
        if result.status in _STOPPED:
            reasons.append(translate("report_reason_stopped", language, text=why))
        if result.score <= 0 < result.max_score:
            reasons.append(translate("report_reason_zero", language))
        timeouts = sum(case.outcome == "timeout" for case in cases)
        skipped = sum(case.outcome == "skipped" for case in cases)
        if timeouts > MAX_TIMEOUTS_UNSEEN:
            reasons.append(translate("report_reason_timeouts", language, count=timeouts))
        if skipped:
            reasons.append(translate("report_reason_skipped", language, count=skipped))
    said = (*result.notes, *marked.notes[len(result.notes) :], *for_staff(marked, language))
    reasons += [one_line(note, MAX_OUTPUT_CHARS) for note in said]
    return Look(submission=result.submission, student=result.student, reasons=tuple(reasons))
