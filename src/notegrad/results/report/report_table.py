"""The report's table of students: a row each, a column per question, the class's shares below.

Each row carries, for the page's script, what the filters and figures choose by; all of it can be read too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from urllib.parse import quote

from notegrad.marks.final_mark import is_scored
from notegrad.messages import translate
from notegrad.records import GradingResult, Outcome
from notegrad.results.gradebooks.submission_gradebook import question_names
from notegrad.results.pages.page import FULL_SHARE, MIN_SHARE, decimal, line, percent
from notegrad.results.pending import pending_questions
from notegrad.results.report.class_rows import MISSING, ClassRow
from notegrad.results.report.statistics import NOT_READ, read_results
from notegrad.results.text import MAX_OUTPUT_CHARS, one_line, remarks

_FEW_POINTS = 0.5
_LETTERS: dict[Outcome, str] = {
    "passed": "p",
    "failed": "f",
    "errored": "e",
    "timeout": "t",
    "skipped": "s",
    "not_judged": "n",
}


def class_table(
    results: Sequence[GradingResult],
    rows: Sequence[ClassRow],
    links: Mapping[str, str],
    language: str,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Scores by student and question, in the order of the rows."""
    names = question_names([*read_results(results), *results])  # the order of the figures
    by_id = {result.submission: result for result in results}
    pending = {result.submission: pending_questions(result) for result in results}
    body = "\n".join(
        _row(
            number,
            row,
            by_id.get(row.submission),
            pending.get(row.submission, frozenset()),
            names,
            links,
            language,
        )
        for number, row in enumerate(rows)
    )
    first = [translate(key, language) for key in ("report_student", "column_status", "column_score")]
    kinds = ("name", "state", "score", *["score"] * len(names))
    heads = "".join(
        f'<th scope="col" data-sort="{kind}"{_title(titles, name)}>{line(name)}</th>'
        for kind, name in zip(kinds, (*first, *names), strict=True)
    )
    legend = ""
    if any(pending.values()):
        legend = f' <span class="pending">{translate("page_state_pending", language)}</span>'
    full, part, none = (translate(f"report_{key}", language) for key in ("full", "part", "none"))
    return f"""<p class="legend"><span class="full">{full}</span> <span class="most">{part} (≥ 50 %)</span>
<span class="some">{part} (&lt; 50 %)</span> <span class="none">{none}</span>{legend}</p>
<div class="scroll class" tabindex="0" role="group" aria-labelledby="report_table"><table id="students">
<thead><tr>{heads}</tr></thead>
<tbody>
{body}
</tbody>
<tfoot>{_shares(results, names, language)}</tfoot>
</table></div>
"""


def linked(id_: str, shown: str, links: Mapping[str, str]) -> str:
    """A submission's name, with a link to its page where there is one."""
    place = links.get(id_)
    return f'<a href="{escape(quote(place))}">{line(shown)}</a>' if place else line(shown)


def _title(titles: Mapping[str, str] | None, name: str) -> str:
    title = (titles or {}).get(name, "")
    return f' title="{line(title)}"' if title else ""


def _row(
    number: int,
    row: ClassRow,
    result: GradingResult | None,
    pending: Collection[str],
    names: Sequence[str],
    links: Mapping[str, str],
    language: str,
) -> str:
    who = linked(row.submission, row.student, links)
    if row.student != row.submission and row.submission and result is None:
        who += f' <span class="soft">{line(row.submission)}</span>'
    read = row.state not in (*NOT_READ, MISSING)
    why = escape(one_line(" · ".join(row.reasons) or (remarks(result) if result else ""), MAX_OUTPUT_CHARS))
    if why and (read or not names):
        who += f'<div class="reason">{why}</div>'
    questions = {q.question.name: (q.score, q.question.points) for q in result.questions} if result else {}
    if result is not None and is_scored(result):
        total = _cell(result.score, result.max_score, language, " total", is_pending=bool(pending))
    else:
        total = '<td class="total">—</td>'
    if read or not names or (row.score is not None and row.state == "not_graded"):
        cells = "".join(
            _cell(*questions[n], language, is_pending=n in pending) if n in questions else "<td>—</td>"
            for n in names
        )
    else:  # a reason says more than a row of zeros
        cells = (
            f'<td class="reason" colspan="{len(names)}">{why or translate("report_nothing", language)}</td>'
        )
    status = f'<span class="status {row.state}">{translate("status_" + row.state, language)}</span>'
    if row.is_late:
        status += f' <span class="status late">{translate("report_late", language)}</span>'
    facts = _facts(row, result, names)
    return f'<tr id="s{number}"{facts}><th scope="row">{who}</th><td>{status}</td>{total}{cells}</tr>'


def _facts(row: ClassRow, result: GradingResult | None, names: Sequence[str]) -> str:
    """The row's facts for the script: state, kinds, group, score, and a letter for each test case."""
    found = {q.question.name: q.test_cases for q in result.questions} if result else {}
    letters = ("".join(_LETTERS[case.outcome] for case in found.get(name, ())) or "-" for name in names)
    cases = " ".join(letters) if found else ""
    facts = {
        "state": row.state,
        "kinds": " ".join(row.kinds),
        "group": one_line(row.group),
        "score": "" if row.score is None else f"{row.score:.6g}",
        "cases": cases,
    }
    return "".join(f' data-{name}="{escape(value)}"' for name, value in facts.items() if value)


def _cell(score: float, points: float, language: str, extra: str = "", *, is_pending: bool = False) -> str:
    share = score / points if points else 1.0
    shade = (
        "pending"
        if is_pending
        else "full"
        if share >= FULL_SHARE
        else "most"
        if share >= _FEW_POINTS
        else "some"
        if share > MIN_SHARE
        else "none"
    )
    return f'<td class="{shade}{extra}">{decimal(score, language)}</td>'


def _shares(results: Sequence[GradingResult], names: Sequence[str], language: str) -> str:
    """Share of the points that the class had, per question: which lesson to give again."""
    read = read_results(results)
    pairs: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for result in read:
        for q in result.questions:
            pairs[q.question.name].append((q.score, q.question.points))
    columns = [[(result.score, result.max_score) for result in read], *pairs.values()]
    cells = "".join(f"<td>{percent(_share(column))}</td>" for column in columns)
    return f'<tr><th scope="row" colspan="2">{translate("report_row_shares", language)}</th>{cells}</tr>'


def _share(pairs: Sequence[tuple[float, float]]) -> float | None:
    points = sum(point for _, point in pairs)
    return sum(score for score, _ in pairs) / points if points else None
