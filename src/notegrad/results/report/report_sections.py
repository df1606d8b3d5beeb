"""The report's other tables: questions, test cases, wrong answers, times, submissions to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notegrad.messages import translate
from notegrad.records import GradingResult
from notegrad.results.judged_inside import inside_cases
from notegrad.results.pages.page import decimal, line, percent, prose
from notegrad.results.report.report_data import ReportData
from notegrad.results.report.report_table import linked
from notegrad.results.report.statistics import FEW, ClassStatistics, Spread, named

MAX_ROWS = 40  # of wrong answers; the data file has them all
MAX_OPEN = 20  # rows of a table that is shown unasked
MAX_LISTED = 60  # names in one sentence
MAX_EXAMPLE_CHARS = 400
_WORTH_A_LOOK = 0.1  # a discrimination below


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


def questions_table(statistics: ClassStatistics, language: str) -> str:
    """Success and discrimination per question."""
    keys = (
        "report_question",
        "report_success",
        "report_full",
        "report_part",
        "report_none",
        "report_discrimination",
    )
    rows = [
        f'<tr><th scope="row">{line(q.name)}</th><td>{percent(q.success)}</td><td>{q.full}</td>'
        f"<td>{q.part}</td><td>{q.none}</td>{_correlation(q.discrimination, language)}</tr>"
        for q in statistics.questions
    ]
    few = translate("report_few", language, count=statistics.read) if statistics.read < FEW else ""
    warning = f'<p class="warn">{few}</p>\n' if few else ""
    return warning + table(
        [translate(key, language) for key in keys], rows, translate("report_questions", language)
    )


def cases_table(statistics: ClassStatistics, language: str) -> str:
    """Success, outcomes and discrimination per test case; which of them everybody passes, or nobody."""
    outcomes = ("failed", "errored", "timeout", "skipped", "not_judged")
    heads = [translate(key, language) for key in ("report_test_case", "report_success")]
    heads += [translate(f"outcome_{outcome}", language) for outcome in outcomes]
    heads.append(translate("report_discrimination", language))
    rows = []
    for question in statistics.questions:
        for case in question.test_cases:
            counts = "".join(f"<td>{case.outcomes.get(outcome, 0) or ''}</td>" for outcome in outcomes)
            rows.append(
                f'<tr><th scope="row">{line(case.name)}</th><td>{percent(case.success)}</td>{counts}'
                f"{_correlation(case.discrimination, language)}</tr>"
            )
    total = len(rows)
    sentences = [
        _naming("report_everybody", named(statistics.questions, lambda share: share >= 1), total, language),
        _naming("report_nobody", named(statistics.questions, lambda share: share <= 0), total, language),
    ]
    said = "".join(f"<p>{sentence}</p>\n" for sentence in sentences if sentence)
    summary = translate("report_all_cases", language, count=total)
    whole = table(heads, rows, translate("report_cases", language))
    state = " open" if total <= MAX_OPEN else ""
    return f"{said}<details{state}><summary>{summary}</summary>{whole}</details>\n"


def inside_list(results: Sequence[GradingResult], language: str) -> str:
    """The test cases that were judged inside, with how often and why; empty where there are none."""
    found = inside_cases(results)
    if not found:
        return ""
    items = "".join(
        f"<li>{line(case.name)}: {case.count}/{case.total} ({line('; '.join(case.reasons)[:300])})</li>"
        for case in found
    )
    return f'<p class="warn">{translate("class_inside", language, count=len(found))}</p>\n<ul>{items}</ul>\n'


def _naming(key: str, names: Sequence[str], total: int, language: str) -> str:
    if not names:
        return ""
    shown = ", ".join(line(name) for name in names[:MAX_LISTED]) + (" …" if len(names) > MAX_LISTED else "")
    return translate(key, language, count=len(names), total=total, names=shown)


def _correlation(value: float | None, language: str) -> str:
    if value is None:
        return "<td>—</td>"
    return f"<td{' class=low' if value < _WORTH_A_LOOK else ''}>{decimal(value, language)}</td>"


def seen_section(data: ReportData, language: str) -> str:
    """Wrong answers: messages that say the same, and submissions that fail the same test cases."""
    if not data.messages:
        return ""
    heads = [
        translate(key, language)
        for key in ("report_test_case", "report_outcome", "report_count", "report_example")
    ]
    rows = [
        f'<tr><th scope="row">{line(s.test_case)}</th><td>{translate(f"outcome_{s.outcome}", language)}</td>'
        f'<td>{s.count}</td><td class="text">{prose(s.example, MAX_EXAMPLE_CHARS)}</td></tr>'
        for s in data.messages[:MAX_ROWS]
    ]
    messages = table(heads, rows, translate("report_seen", language), text_columns=(3,))
    return (
        f"{_patterns(data, language)}<h3>{translate('report_messages', language)}</h3>\n"
        f'<p class="soft">{translate("report_seen_how", language)}</p>\n{messages}'
        f"{_more(len(data.messages), language)}"
    )


def _patterns(data: ReportData, language: str) -> str:
    """Only what several submissions share, or what a known misconception explains."""
    worth = [p for p in data.patterns if p.count > 1 or p.maybe]
    if not worth:
        return ""
    guess = any(p.maybe for p in worth)
    keys = ["report_question", "report_failing", "report_count", "report_first_message"]
    keys += ["report_maybe"] if guess else []
    heads = [translate(key, language) for key in keys]
    rows = [
        f'<tr><th scope="row">{line(p.question)}</th><td>{", ".join(map(str, p.numbers))}</td>'
        f'<td>{p.count}</td><td class="text">{prose(p.example, MAX_EXAMPLE_CHARS)}</td>'
        f"{_maybe(p.maybe) if guess else ''}</tr>"
        for p in worth[:MAX_ROWS]
    ]
    how = translate("report_pattern_how", language)
    how += " " + translate("report_patterns_answers", language) if guess else ""
    title = translate("report_patterns", language)
    return (
        f'<h3>{title}</h3>\n<p class="soft">{how}</p>\n'
        + table(heads, rows, title, text_columns=(3, 4))
        + _more(len(worth), language)
    )


def _maybe(texts: Sequence[str]) -> str:
    return f'<td class="text">{"<br>".join(line(text) for text in texts) or "—"}</td>'


def _more(count: int, language: str) -> str:
    if count <= MAX_ROWS:
        return ""
    return f'<p class="soft">{translate("report_more", language, count=count - MAX_ROWS)}</p>\n'


def look_section(data: ReportData, links: Mapping[str, str], language: str) -> str:
    """Submissions that somebody should open."""
    if not data.look:
        return f'<p class="soft">{translate("report_look_none", language)}</p>'
    colon = translate("colon", language)
    entries = "\n".join(
        f"<li>{linked(look.submission, look.student or look.submission, links)}{colon}"
        f"{' · '.join(line(reason) for reason in look.reasons)}</li>"
        for look in data.look
    )
    return f"<ul>\n{entries}\n</ul>\n"


def alike_section(data: ReportData, links: Mapping[str, str], language: str) -> str:
    """Pairs of submissions whose answers agree where few others do."""
    how = f'<p class="soft">{translate("report_alike_how", language)}</p>\n'
    if not data.alike:
        return how + f"<p>{translate('report_alike_none', language)}</p>\n"
    keys = (
        "report_alike_pair",
        "report_alike_same",
        "report_alike_renamed",
        "report_alike_bits",
        "report_alike_overlap",
    )
    rows = [
        f'<tr><th scope="row">{linked(p.first, p.first, links)} · {linked(p.second, p.second, links)}</th>'
        f"<td>{', '.join(map(line, p.same)) or '—'}</td><td>{', '.join(map(line, p.renamed)) or '—'}</td>"
        f"<td>{decimal(p.bits, language)}</td><td>{percent(p.overlap)}</td></tr>"
        for p in data.alike
    ]
    return how + table([translate(key, language) for key in keys], rows, translate("report_alike", language))


def time_table(statistics: ClassStatistics, language: str) -> str:
    """Times of submissions, and counts of statuses and outcomes."""
    heads = ["", *(translate(key, language) for key in ("report_median", "report_p90", "report_max"))]
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
