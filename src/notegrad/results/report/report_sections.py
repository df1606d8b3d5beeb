"""The report's other tables: questions, test cases, wrong answers, times, submissions to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notegrad.messages import translate
from notegrad.records import GradingResult
from notegrad.results.common_stop import common_stop
from notegrad.results.pages.page import decimal, line, percent, prose
from notegrad.results.report.misconceptions import SeenPattern
from notegrad.results.report.report_data import ReportData
from notegrad.results.report.report_table import linked
from notegrad.results.report.report_tools import titled
from notegrad.results.report.statistics import FEW, ClassStatistics, Spread, named
from notegrad.results.report.worth_a_look import KINDS
from notegrad.results.told_cases import ToldCase, inside_cases, unjudged_cases

MAX_ROWS = 40  # of wrong answers; the data file has them all
MAX_OPEN = 20  # rows of a table that is shown unasked
MAX_LISTED = 60  # names in one sentence
MAX_EXAMPLE_CHARS = 400
MAX_KIND_OPEN = 8  # students of a kind that are listed unasked
_WORTH_A_LOOK = 0.1  # a discrimination below


Numbers = Mapping[str, int]
"""The numbers of questions in the table of students, by name."""

Rows = Mapping[str, Sequence[int]]
"""The numbers of the table's rows, by submission."""


def table(heads: Sequence[str], rows: Sequence[str], label: str, text_columns: Sequence[int] = ()) -> str:
    """A table that scrolls by itself; `rows` are HTML, `heads` escaped already."""
    cells = "".join(
        f'<th scope="col"{" class=text" if index in text_columns else ""}>{head}</th>'
        for index, head in enumerate(heads)
    )
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{label}"><table>\n'
        f"<thead><tr>{cells}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>\n"
    )


def questions_table(data: ReportData, numbers: Numbers, language: str) -> str:
    """Success and discrimination per question."""
    statistics = data.statistics
    keys = (
        "report_question",
        "report_success",
        "report_full",
        "report_part",
        "report_none",
        "report_discrimination",
    )
    rows = []
    for q in statistics.questions:
        counts = "".join(
            f'<td data-pick="question:{numbers[q.name]}:{kind}">{count}</td>'
            for kind, count in (("full", q.full), ("part", q.part), ("none", q.none))
        )
        rows.append(
            f'<tr><th scope="row">{_answers_link(q.name, data, numbers)}</th>'
            f"<td>{percent(q.success)}</td>{counts}"
            f"{_correlation(q.discrimination, language)}</tr>"
        )
    few = translate("report_few", language, count=statistics.read) if statistics.read < FEW else ""
    warning = f'<p class="warn">{few}</p>\n' if few else ""
    return warning + table(
        [translate(key, language) for key in keys], rows, translate("report_questions", language)
    )


def _answers_link(name: str, data: ReportData, numbers: Numbers) -> str:
    """A question with its title, leading to its answers where these are known."""
    shown = line(titled(name, data.titles))
    has_answers = any(group.question == name for group in data.answers)
    return f'<a href="#a{numbers[name]}">{shown}</a>' if has_answers else shown


def cases_table(data: ReportData, numbers: Numbers, language: str) -> str:
    """Success, outcomes and discrimination per test case; which of them everybody passes, or nobody."""
    statistics = data.statistics
    outcomes = ("failed", "errored", "timeout", "skipped", "not_judged")
    heads = [translate(key, language) for key in ("report_test_case", "report_success")]
    heads += [translate(f"outcome_{outcome}", language) for outcome in outcomes]
    heads.append(translate("report_discrimination", language))
    rows = []
    for question in statistics.questions:
        number = numbers[question.name]
        head = line(titled(question.name, data.titles))
        rows.append(f'<tr class="group"><th scope="rowgroup" colspan="{len(heads)}">{head}</th></tr>')
        for place, case in enumerate(question.test_cases):
            counts = "".join(
                f'<td data-pick="case:{number}:{place}:{outcome}">{case.outcomes[outcome]}</td>'
                if case.outcomes.get(outcome)
                else "<td></td>"
                for outcome in outcomes
            )
            rows.append(
                f'<tr id="t{number}-{place}"><th scope="row">{line(case.told)}</th>'
                f"<td>{percent(case.success)}</td>"
                f"{counts}{_correlation(case.discrimination, language)}</tr>"
            )
    every = [case for question in statistics.questions for case in question.test_cases]
    total = len(every)
    weak = [c.told for c in every if c.discrimination is not None and c.discrimination < _WORTH_A_LOOK]
    sentences = [
        _naming("report_weak", weak, total, language),
        _naming("report_everybody", named(statistics.questions, lambda share: share >= 1), total, language),
        _naming("report_nobody", named(statistics.questions, lambda share: share <= 0), total, language),
    ]
    said = "".join(f"<p>{sentence}</p>\n" for sentence in sentences if sentence)
    summary = translate("report_all_cases", language, count=total)
    whole = table(heads, rows, translate("report_cases", language))
    state = " open" if total <= MAX_OPEN else ""
    return f"{said}<details{state}><summary>{summary}</summary>{whole}</details>\n"


def common_stop_note(results: Sequence[GradingResult], language: str) -> str:
    """The error of the surroundings by which most notebooks stopped, as a paragraph; empty where none did."""
    found = common_stop(results)
    if found is None:
        return ""
    facts = {"count": found.count, "total": found.total, "error": line(found.error)}
    return f'<p class="warn">{translate("class_common_stop", language, **facts)}</p>\n'


def told_lists(results: Sequence[GradingResult], language: str) -> str:
    """The test cases without a verdict, and those judged inside: in how many submissions, and why."""
    return _told_list("class_unjudged", unjudged_cases(results), language) + _told_list(
        "class_inside", inside_cases(results), language
    )


def _told_list(key: str, found: Sequence[ToldCase], language: str) -> str:
    if not found:
        return ""
    items = "".join(
        f"<li>{line(case.name)}: {case.count}/{case.total} ({line('; '.join(case.reasons)[:300])})</li>"
        for case in found
    )
    return f'<p class="warn">{translate(key, language, count=len(found))}</p>\n<ul>{items}</ul>\n'


def _naming(key: str, names: Sequence[str], total: int, language: str) -> str:
    if not names:
        return ""
    shown = ", ".join(line(name) for name in names[:MAX_LISTED]) + (" …" if len(names) > MAX_LISTED else "")
    return translate(key, language, count=len(names), total=total, names=shown)


def _correlation(value: float | None, language: str) -> str:
    if value is None:
        return "<td>—</td>"
    return f"<td{' class=low' if value < _WORTH_A_LOOK else ''}>{decimal(value, language)}</td>"


def seen_section(data: ReportData, rows_of: Rows, language: str) -> str:
    """Wrong answers: messages that say the same, and submissions that fail the same test cases."""
    if not data.messages:
        return ""
    heads = [
        translate(key, language)
        for key in ("report_test_case", "report_outcome", "report_count", "report_example")
    ]
    rows = [
        f'<tr><th scope="row">{line(_case_name(s.question, s.told))}</th>'
        f"<td>{translate(f'outcome_{s.outcome}', language)}</td>"
        f"{_counted_cell(s.count, s.submissions, rows_of)}{_example(s.example)}</tr>"
        for s in data.messages[:MAX_ROWS]
    ]
    messages = table(heads, rows, translate("report_seen", language), text_columns=(3,))
    return (
        f"{_patterns(data, rows_of, language)}<h3>{translate('report_messages', language)}</h3>\n"
        f'<p class="soft">{translate("report_seen_how", language)}</p>\n{messages}'
        f"{_more(len(data.messages), language)}"
    )


def _case_name(question: str, case: str) -> str:
    """The name of a test case, with its question's where that does not begin it."""
    return case if case.startswith(question) else f"{question} · {case}"


def _counted_cell(count: int, submissions: Sequence[str], rows_of: Rows) -> str:
    numbers = " ".join(str(n) for one in submissions for n in rows_of.get(one, ()))
    return f'<td data-pick="rows:{numbers}">{count}</td>'


def _example(text: str) -> str:
    return f'<td class="text">{prose(text, MAX_EXAMPLE_CHARS)}</td>'


def _patterns(data: ReportData, rows_of: Rows, language: str) -> str:
    """Only what several submissions share, or what a known misconception explains."""
    worth = [p for p in data.patterns if p.count > 1 or p.maybe or p.known]
    if not worth:
        return ""
    ideas = any(p.maybe or p.known for p in worth)
    keys = ["report_question", "report_failing", "report_count", "report_first_message"]
    keys += ["report_idea"] if ideas else []
    heads = [translate(key, language) for key in keys]
    rows = [
        f'<tr><th scope="row">{line(titled(p.question, data.titles))}</th>'
        f"<td>{', '.join(map(str, p.numbers))}</td>"
        f"{_counted_cell(p.count, p.submissions, rows_of)}{_example(p.example)}"
        f"{_idea(p, language) if ideas else ''}</tr>"
        for p in worth[:MAX_ROWS]
    ]
    how = translate("report_pattern_how", language)
    how += " " + translate("report_patterns_answers", language) if ideas else ""
    title = translate("report_patterns", language)
    return (
        f'<h3>{title}</h3>\n<p class="soft">{how}</p>\n'
        + table(heads, rows, title, text_columns=(3, 4))
        + _more(len(worth), language)
    )


def _idea(pattern: SeenPattern, language: str) -> str:
    """The misconception, known by its code, or guessed by the test cases that it fails."""
    if pattern.known:
        return f'<td class="text">{translate("report_known", language, idea=line(pattern.known))}</td>'
    guessed = [translate("report_guessed", language, idea=line(text)) for text in pattern.maybe]
    return f'<td class="text">{"<br>".join(guessed) or "—"}</td>'


def _more(count: int, language: str) -> str:
    if count <= MAX_ROWS:
        return ""
    return f'<p class="soft">{translate("report_more", language, count=count - MAX_ROWS)}</p>\n'


def look_section(data: ReportData, links: Mapping[str, str], language: str) -> str:
    """The students whom somebody should look at, by kind of reason."""
    colon = translate("colon", language)
    parts = []
    for kind in KINDS:
        rows = [(number, row) for number, row in enumerate(data.rows) if kind in row.kinds]
        if not rows:
            continue
        entries = "\n".join(
            f"<li>{linked(row.submission, row.student, links)}"
            f"{colon + ' · '.join(map(line, row.reasons)) if row.reasons else ''}</li>"
            for _, row in rows
        )
        said = translate(f"report_kind_{kind}", language)
        chosen = f'<p data-pick="kind:{kind}" hidden>{translate("report_in_table", language)}</p>'
        state = " open" if len(rows) <= MAX_KIND_OPEN else ""
        head = f'<details class="kind"{state}><summary>{said} ({len(rows)})</summary>{chosen}'
        parts.append(f"{head}<ul>\n{entries}\n</ul></details>")
    if not parts:
        return f'<p class="soft">{translate("report_look_none", language)}</p>'
    return "\n".join(parts)


def time_table(statistics: ClassStatistics, language: str) -> str:
    """Times of submissions, and counts of statuses and outcomes."""
    keys = ("report_duration", "report_median", "report_p90", "report_max")
    heads = [translate(key, language) for key in keys]
    named_spreads: tuple[tuple[str, Spread | None], ...] = (
        ("report_total_s", statistics.total_s),
        ("report_notebook_s", statistics.notebook_s),
        ("report_tests_s", statistics.tests_s),
    )
    rows = [
        f'<tr><th scope="row">{translate(key, language)}</th>'
        + "".join(f"<td>{decimal(value, language)} s</td>" for value in (s.median, s.p90, s.high))
        + "</tr>"
        for key, s in named_spreads
        if s is not None
    ]
    times = table(heads, rows, translate("report_time", language))
    colon = translate("colon", language)
    ended = "".join(
        f"<p>{translate(what, language)}{colon}{_counted(counts, kind, language)}</p>\n"
        for what, kind, counts in (
            ("report_status", "status", statistics.statuses),
            ("report_outcome", "outcome", statistics.outcomes),
        )
    )
    return times + ended


def _counted(counts: Mapping[str, int], kind: str, language: str) -> str:
    return ", ".join(f"{translate(f'{kind}_{key}', language)} {count}" for key, count in counts.items())
