"""The report's table of submissions: a row each, a column per question, the class's shares below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from notegrad.marks.final_mark import for_staff, is_scored
from notegrad.messages import translate
from notegrad.records import GradingResult
from notegrad.results.gradebooks.submission_gradebook import question_names
from notegrad.results.pages.page import FULL_SHARE, MIN_SHARE, decimal, line, percent
from notegrad.results.report.statistics import NOT_READ, read_results
from notegrad.results.text import MAX_OUTPUT_CHARS, one_line, remarks

_FEW_POINTS = 0.5


def class_table(results: Sequence[GradingResult], links: Mapping[str, str], language: str) -> str:
    """Scores by submission and question, in the order of the results."""
    names = question_names(results)
    rows = "\n".join(_row(result, names, links.get(result.submission), language) for result in results)
    first = [translate(key, language) for key in ("column_submission", "column_status", "column_score")]
    heads = "".join(f'<th scope="col">{text}</th>' for text in (*first, *map(line, names)))
    full, part, none = (translate(f"report_{key}", language) for key in ("full", "part", "none"))
    return f"""<p class="legend"><span class="full">{full}</span> <span class="most">{part} (≥ 50 %)</span>
<span class="some">{part} (&lt; 50 %)</span> <span class="none">{none}</span></p>
<div class="scroll class" tabindex="0" role="group" aria-labelledby="report_table"><table>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody>
<tfoot>{_shares(results, names, language)}</tfoot>
</table></div>
"""


def linked(id_: str, shown: str, links: Mapping[str, str]) -> str:
    """A submission's name, with a link to its page where there is one."""
    place = links.get(id_)
    return f'<a href="{escape(quote(place))}">{line(shown)}</a>' if place else line(shown)


def _row(result: GradingResult, names: Sequence[str], link: str | None, language: str) -> str:
    who = linked(
        result.submission, result.student or result.submission, {result.submission: link} if link else {}
    )
    said = " ".join(filter(None, (remarks(result), *for_staff(result, language))))
    why = escape(one_line(said, MAX_OUTPUT_CHARS))
    read = result.status not in NOT_READ
    if why and (read or not names):
        who += f'<div class="reason">{why}</div>'
    scored = is_scored(result)
    questions = {q.question.name: (q.score, q.question.points) for q in result.questions}
    total = (
        _cell(result.score, result.max_score, language, " total") if scored else '<td class="total">—</td>'
    )
    if read or not names:
        cells = "".join(_cell(*questions[n], language) if n in questions else "<td>—</td>" for n in names)
    else:  # a reason says more than a row of zeros
        cells = f'<td class="reason" colspan="{len(names)}">{why}</td>'
    status = f'<span class="status {result.status}">{translate("status_" + result.status, language)}</span>'
    return f'<tr><th scope="row">{who}</th><td>{status}</td>{total}{cells}</tr>'


def _cell(score: float, points: float, language: str, extra: str = "") -> str:
    share = score / points if points else 1.0
    shade = (
        "full"
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
