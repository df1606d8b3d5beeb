"""The report page shows a class: its students, what to look at, questions, answers, tests, and who is alike.

One file, offline, with one script of its own; all of it can be read without. Colours never speak alone: each
cell has its number. For staff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notegrad.messages import DEFAULT_LANGUAGE, translate
from notegrad.records import GradingResult
from notegrad.results.gradebooks.submission_gradebook import question_names
from notegrad.results.pages.page import decimal, line, page
from notegrad.results.report.answers_section import alike_section, answers_section
from notegrad.results.report.class_rows import counting_results
from notegrad.results.report.figures import case_failures, heat_map, histogram, question_shares
from notegrad.results.report.report_data import ReportData, report_data
from notegrad.results.report.report_script import report_script
from notegrad.results.report.report_sections import (
    cases_table,
    common_stop_note,
    look_section,
    questions_table,
    seen_section,
    time_table,
    told_lists,
)
from notegrad.results.report.report_style import STYLE
from notegrad.results.report.report_table import class_table
from notegrad.results.report.report_tools import reader, tools
from notegrad.results.report.statistics import LEAST_FOR_CORRELATION, ClassStatistics, read_results


def to_html(
    results: Sequence[GradingResult],
    *,
    title: str = "",
    links: Mapping[str, str] | None = None,
    data: ReportData | None = None,
    language: str = DEFAULT_LANGUAGE,
) -> bytes:
    """The report, UTF-8; `links` maps a submission's id to the relative path of its page.

    data: what `report_data` says of these results, where it was asked already.
    """
    known = data or report_data(results, title=title, language=language)
    results = counting_results(results, known.class_list)
    statistics, where = known.statistics, links or {}
    heading = title or known.assignment or translate("report_title", language)
    names = question_names([*read_results(results), *results])
    numbers = {name: number for number, name in enumerate(names)}
    rows_of: dict[str, list[int]] = {}
    for number, row in enumerate(known.rows):
        rows_of.setdefault(row.submission, []).append(number)
    people = {row.submission: row.student for row in known.rows if row.submission}
    sections = [
        (
            "report_table",
            tools(known.rows, names, known.titles, language)
            + class_table(results, known.rows, where, language, known.titles),
        ),
        ("report_look", look_section(known, where, language)),
        ("report_scores", _scores(results, statistics, language)),
        ("report_questions", _questions(known, numbers, language)),
        ("report_answers", answers_section(known, rows_of, people, where, numbers, language)),
        ("report_cases", _cases(results, known, numbers, language)),
        ("report_seen", seen_section(known, rows_of, language)),
        ("report_map", _map(results, statistics, rows_of, numbers, language)),
        ("report_alike", alike_section(known, people, where, language)),
        ("report_time", _time(results, statistics, language)),
    ]
    shown = [(key, html) for key, html in sections if html]
    entries = "".join(f'<li><a href="#{key}">{translate(key, language)}</a></li>' for key, _ in shown)
    body = "\n".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{translate(key, language)}</h2>\n{html}</section>'
        for key, html in shown
    )
    made = translate("report_made", language, version=line(known.versions.get("notegrad", "")))
    return page(
        title=f"{heading} · notegrad",
        style=STYLE,
        language=language,
        script=report_script(),
        body=f"""<header><h1>{line(heading)}</h1>
{_facts(statistics, language)}
<nav aria-label="{translate("report_contents", language)}"><ul>{entries}</ul></nav></header>
<main id="main">
{body}
</main>
{reader(names, known.titles, language)}<footer><p>{made}</p></footer>""",
    )


def _figure(svg: str) -> str:
    """A figure that scrolls by itself, also by the keyboard, where the window is narrow."""
    return f'<figure tabindex="0">{svg}</figure>'


def _facts(statistics: ClassStatistics, language: str) -> str:
    counted = {"report_submissions": statistics.submissions}
    facts = [(str(statistics.submissions), "report_submissions")]
    scores = statistics.scores
    if scores:
        out_of = f" / {decimal(statistics.max_score, language)}"
        facts += [
            (decimal(scores.mean, language) + out_of, "report_mean"),
            (decimal(scores.median, language) + out_of, "report_median"),
            (decimal(scores.deviation, language), "report_deviation"),
        ]
    if statistics.reliability is not None:
        facts.append((decimal(statistics.reliability, language), "report_reliability"))
    for status, key in (("unreadable", "report_unreadable"), ("not_graded", "report_again")):
        count = statistics.statuses.get(status, 0)
        counted[key] = count
        facts += [(str(count), key)] if count else []
    entries = "".join(
        f"<div><dt>{translate(key, language, count=counted.get(key, 0))}</dt><dd>{value}</dd></div>"
        for value, key in facts
    )
    return f'<dl class="facts">{entries}</dl>'


def _scores(results: Sequence[GradingResult], statistics: ClassStatistics, language: str) -> str:
    scores = statistics.scores
    if scores is None:
        return f'<p class="soft">{translate("report_no_results", language)}</p>'
    facts = {
        "count": scores.count,
        "low": decimal(scores.low, language),
        "high": decimal(scores.high, language),
        "points": decimal(statistics.max_score, language),
    }
    figure = histogram(
        [result.score for result in read_results(results)],
        high=statistics.max_score,
        title=translate("report_scores", language),
        description=translate("report_scores_alt", language, **facts),
        label=translate("report_axis_score", language),
        count=translate("report_axis_submissions", language),
        mark=translate("decimal_mark", language),
        pick="score",
    )
    return f"{_figure(figure)}"


def _questions(data: ReportData, numbers: Mapping[str, int], language: str) -> str:
    statistics = data.statistics
    if not statistics.questions:
        return ""
    figure = question_shares(
        statistics.questions,
        title=translate("report_questions", language),
        description=translate("report_questions_alt", language),
        words=(
            translate("report_full", language),
            translate("report_part", language),
            translate("report_none", language),
        ),
        label=translate("report_axis_share", language),
    )
    how = translate("report_how", language, least=LEAST_FOR_CORRELATION)
    return f'{_figure(figure)}\n<p class="soft">{how}</p>\n{questions_table(data, numbers, language)}'


def _cases(
    results: Sequence[GradingResult], data: ReportData, numbers: Mapping[str, int], language: str
) -> str:
    statistics = data.statistics
    if not any(question.test_cases for question in statistics.questions):
        return ""
    figure = case_failures(
        statistics.questions,
        title=translate("report_cases", language),
        description=translate("report_cases_alt", language),
        words={
            key: translate(f"outcome_{key}", language)
            for key in ("failed", "errored", "timeout", "skipped", "not_judged")
        },
        label=translate("report_axis_share", language),
    )
    read = read_results(results)
    notes = common_stop_note(read, language) + told_lists(read, language)
    return f"{_figure(figure)}\n{notes}{cases_table(data, numbers, language)}"


def _map(
    results: Sequence[GradingResult],
    statistics: ClassStatistics,
    rows_of: Mapping[str, Sequence[int]],
    numbers: Mapping[str, int],
    language: str,
) -> str:
    """Best submissions on top, easiest questions on the left: what breaks the staircase is worth a look."""
    read = sorted(read_results(results), key=lambda result: -result.score)
    ranked = sorted((q for q in statistics.questions if q.points > 0), key=lambda q: -(q.success or 0.0))
    if len(read) < 2 or len(ranked) < 2:
        return ""
    shares = [
        {q.question.name: q.score / q.question.points for q in result.questions if q.question.points > 0}
        for result in read
    ]
    figure = heat_map(
        [[min(1.0, max(0.0, row.get(q.name, 0.0))) for q in ranked] for row in shares],
        [question.name for question in ranked],
        title=translate("report_map", language),
        description=translate("report_map_alt", language),
        labels=(translate("report_axis_rank", language), translate("report_axis_points", language)),
        order=[next(iter(rows_of.get(result.submission, ())), -1) for result in read],
        columns=[numbers[question.name] for question in ranked],
    )
    return f"{_figure(figure)}"


def _time(results: Sequence[GradingResult], statistics: ClassStatistics, language: str) -> str:
    spread = statistics.total_s
    if spread is None or not question_names(results):
        return ""
    facts = {"median": decimal(spread.median, language), "high": decimal(spread.high, language)}
    figure = histogram(
        [result.timings.total_s for result in read_results(results)],
        high=spread.high,
        title=translate("report_time", language),
        description=translate("report_time_alt", language, **facts),
        label=translate("report_axis_seconds", language),
        count=translate("report_axis_submissions", language),
        mark=translate("decimal_mark", language),
    )
    return f"{_figure(figure)}\n{time_table(statistics, language)}"
