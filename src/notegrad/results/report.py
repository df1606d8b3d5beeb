"""A summary of a batch as one HTML file: who has what, and where to look first.

Self-contained: no script, no font, no image from elsewhere. Colours never speak alone: each cell has its
number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from statistics import median
from urllib.parse import quote

from notegrad.messages import translate
from notegrad.records import GradingResult
from notegrad.results.gradebook import question_names
from notegrad.results.report_style import STYLE
from notegrad.results.text import MAX_OUTPUT_CHARS, one_line

_NOT_READ = ("unreadable", "not_graded")  # left out of means: they say nothing about what was learnt
_FULL, _EMPTY = 0.999, 0.001


def to_html(
    results: Sequence[GradingResult], *, title: str = "", links: Mapping[str, str] | None = None
) -> bytes:
    """The report, UTF-8; `links` maps a submission's id to the relative path of its result."""
    heading = escape(one_line(title) or next((r.assignment for r in results), "") or "Résultats")
    names = question_names(results)
    rows = "\n".join(_row(result, names, (links or {}).get(result.submission)) for result in results)
    return f"""<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{heading} · notegrad</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{heading}</h1>
{_overview(results)}
<p class="legend"><span class="full">tous les points</span> <span class="most">la moitié ou plus</span>
<span class="some">moins de la moitié</span> <span class="none">zéro</span></p>
<div class="scroll"><table>
<thead><tr>{_heads(("Copie", "État", "Note", *names))}</tr></thead>
<tbody>
{rows}
</tbody>
<tfoot>{_averages(results, names)}</tfoot>
</table></div>
<p class="made">notegrad {escape(_version(results))} · le détail est dans le results.json de chaque copie</p>
</body>
</html>
""".encode()


def _overview(results: Sequence[GradingResult]) -> str:
    scored = [result for result in results if result.status not in _NOT_READ]
    facts = [(str(len(results)), "copie" if len(results) == 1 else "copies")]
    if scored:
        out_of = _decimal(max(result.max_score for result in scored))
        facts.append((f"{_decimal(sum(r.score for r in scored) / len(scored))} / {out_of}", "moyenne"))
        facts.append((f"{_decimal(median(r.score for r in scored))} / {out_of}", "médiane"))
    unreadable = sum(result.status == "unreadable" for result in results)
    facts += [(str(unreadable), "illisible" + "s" * (unreadable > 1))] if unreadable else []
    missing = sum(result.status == "not_graded" for result in results)
    facts += [(str(missing), "à corriger de nouveau")] if missing else []
    return "<dl>" + "".join(f"<div><dt>{what}</dt><dd>{value}</dd></div>" for value, what in facts) + "</dl>"


def _heads(names: Sequence[str]) -> str:
    return "".join(f'<th scope="col">{escape(one_line(name))}</th>' for name in names)


def _row(result: GradingResult, names: Sequence[str], link: str | None) -> str:
    who = escape(one_line(result.student or result.submission))
    if link:
        who = f'<a href="{escape(quote(link))}">{who}</a>'
    why = escape(one_line(result.reason or "", MAX_OUTPUT_CHARS))
    read = result.status not in _NOT_READ
    if why and (read or not names):
        who += f'<div class="reason">{why}</div>'
    scored = result.status != "not_graded"
    questions = {q.question.name: (q.score, q.question.points) for q in result.questions}
    total = _score_cell(result.score, result.max_score, "total") if scored else '<td class="total">—</td>'
    cells = "".join(_score_cell(*questions[name]) if name in questions else "<td>—</td>" for name in names)
    if not read and names:  # a reason says more than a row of zeros
        cells = f'<td class="reason" colspan="{len(names)}">{why}</td>'
    status = f'<span class="status {result.status}">{translate("status_" + result.status)}</span>'
    return f'<tr><th scope="row">{who}</th><td>{status}</td>{total}{cells}</tr>'


def _score_cell(score: float, points: float, extra: str = "") -> str:
    share = score / points if points else 1.0
    shade = "full" if share >= _FULL else "most" if share >= 0.5 else "some" if share > _EMPTY else "none"
    tooltip = f"{_decimal(score)} sur {_decimal(points)}"
    return f'<td class="{shade} {extra}" title="{tooltip}">{_decimal(score)}</td>'.replace(' "', '"')


def _averages(results: Sequence[GradingResult], names: Sequence[str]) -> str:
    """Share of the points that the class had, per question: which lesson to give again."""
    scored = [result for result in results if result.status not in _NOT_READ]
    shares = [_share([(r.score, r.max_score) for r in scored])]
    for name in names:
        pairs = [(q.score, q.question.points) for r in scored for q in r.questions if q.question.name == name]
        shares.append(_share(pairs))
    cells = "".join(f"<td>{share}</td>" for share in shares)
    return f'<tr><th scope="row" colspan="2">Part des points obtenue, copies lues</th>{cells}</tr>'


def _share(pairs: Sequence[tuple[float, float]]) -> str:
    points = sum(point for _, point in pairs)
    return f"{100 * sum(score for score, _ in pairs) / points:.0f}\u202f%" if points else "—"


def _version(results: Sequence[GradingResult]) -> str:
    return next((one_line(r.versions["notegrad"]) for r in results if "notegrad" in r.versions), "")


def _decimal(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")
