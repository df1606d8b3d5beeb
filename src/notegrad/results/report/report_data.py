"""The report's data is one record: `report.json` holds it, `report.html` shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import msgspec

from notegrad.intake.choice import counted
from notegrad.intake.wanted import Wanted
from notegrad.marks.final_mark import machine_result
from notegrad.messages import DEFAULT_LANGUAGE
from notegrad.records import SCHEMA_VERSION, ClassList, GradingResult, Record, Submission
from notegrad.results.gradebooks.standings import is_class
from notegrad.results.pages.prompts import question_title
from notegrad.results.report.answer_groups import AnswerGroup, answer_groups, read_answers_of
from notegrad.results.report.class_rows import ClassRow, class_rows, counting_results
from notegrad.results.report.misconceptions import (
    Misconception,
    SeenMessage,
    SeenPattern,
    seen_messages,
    seen_patterns,
)
from notegrad.results.report.similarity import AlikePair, alike_pairs
from notegrad.results.report.statistics import ClassStatistics, class_statistics, read_results
from notegrad.results.report.worth_a_look import Look, LookFacts, look_facts, looks
from notegrad.results.text import escape_unprintable


class Background(Record, frozen=True, kw_only=True):
    """The course's knowledge of an assignment: by question misconceptions and the code of right answers.

    `starter` are the handout's code cells. `wanted`: what tells work on another assignment.
    """

    misconceptions: dict[str, tuple[Misconception, ...]] = {}
    accepted: dict[str, tuple[str, ...]] = {}
    starter: tuple[str, ...] = ()
    wanted: Wanted | None = None


_NO_BACKGROUND = Background()


class ReportData(Record, frozen=True, kw_only=True):
    """The report: what is known of the class, and where to look first.

    `rows` are the students, `titles` the questions'. `class_list` and `facts` are what `with_marks` needs.
    """

    schema_version: int = SCHEMA_VERSION
    assignment: str
    title: str = ""
    titles: dict[str, str] = {}
    versions: dict[str, str] = {}
    statistics: ClassStatistics
    rows: tuple[ClassRow, ...] = ()
    messages: tuple[SeenMessage, ...] = ()
    patterns: tuple[SeenPattern, ...] = ()
    answers: tuple[AnswerGroup, ...] = ()
    alike: tuple[AlikePair, ...] = ()
    look: tuple[Look, ...] = ()
    class_list: ClassList | None = None
    facts: LookFacts = LookFacts()


def report_data(
    results: Sequence[GradingResult],
    submissions: Sequence[Submission] = (),
    *,
    title: str = "",
    language: str = DEFAULT_LANGUAGE,
    background: Background = _NO_BACKGROUND,
    class_list: ClassList | None = None,
    prompts: Mapping[str, str] | None = None,
    held: Collection[str] = (),
) -> ReportData:
    """The report's data for the results.

    submissions: for answers that are alike, their code. class_list: who is in the class, and what counts.
    prompts: the questions' texts, as Markdown. held: submissions whose results are held back.
    """
    class_list = class_list if class_list is not None and is_class(class_list) else None
    counting = counting_results(results, class_list)
    read = read_results(counting)
    asked = {q.question.name: q.question for result in read for q in result.questions}
    judged = {result.submission: result.notebook for result in read}
    code = [counted(each, judged[each.id]) for each in submissions if each.id in judged]
    found = [machine_result(result) for result in read]
    answers = read_answers_of(found, submissions, background.misconceptions, background.accepted)
    data = ReportData(
        assignment=next((result.assignment for result in results), ""),
        title=title,
        titles={name: question_title(text) for name, text in (prompts or {}).items()},
        versions=next((result.versions for result in results if result.versions), {}),
        statistics=class_statistics(counting),
        messages=seen_messages(read),
        patterns=seen_patterns(read, background.misconceptions, answers.misconception),
        answers=answer_groups(found, answers),
        alike=tuple(
            _with_code(pair, answers.code)
            for pair in alike_pairs(code, list(asked.values()), background.starter)
        ),
        class_list=class_list,
        facts=look_facts(submissions, class_list.handed if class_list else (), background.wanted, held),
    )
    return with_marks(data, results, language)


def _with_code(pair: AlikePair, code: Mapping[str, Mapping[str, str]]) -> AlikePair:
    own, other = code.get(pair.first, {}), code.get(pair.second, {})
    both = [name for name in (*pair.same, *pair.renamed) if name in own and name in other]
    return msgspec.structs.replace(pair, answers=tuple((name, own[name], other[name]) for name in both))


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
    counting = counting_results(results, data.class_list)
    names = {result.submission: result.student or result.submission for result in counting}
    alike: dict[str, list[str]] = {}
    for pair in data.alike:
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            alike.setdefault(one, []).append(names.get(other, other))
    found = looks(counting, language, data.facts, alike)
    return msgspec.structs.replace(
        data,
        statistics=class_statistics(counting),
        look=found,
        rows=class_rows(counting, data.class_list, found),
    )
