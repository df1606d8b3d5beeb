"""The student's notebook on the feedback page: each code cell, what became of it, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from notegrad.messages import translate
from notegrad.records import CellRun, GradingResult
from notegrad.results.pages.answer_cells import AnswerPlaces
from notegrad.results.pages.code_listing import MAX_CELLS, CodeListing
from notegrad.results.pages.page import line, prose
from notegrad.results.pages.question_articles import had, state_of
from notegrad.results.pages.visibility import ShownQuestion
from notegrad.results.text import clean

MAX_TAIL_CHARS = 2_000  # of a cell's output, its end
MAX_TROUBLES = 30

_MARKS = {"ok": "✓", "error": "✗", "timeout": "…", "not_run": "–"}


def notebook_section(
    result: GradingResult,
    listing: CodeListing,
    questions: Sequence[ShownQuestion],
    places: AnswerPlaces,
    language: str,
) -> str:
    """The section, or nothing where no notebook ran and none is at hand.

    Cells that a question has shown already are named with a link to it; code that ran is folded.
    """
    runs = {cell.index: cell for cell in result.run.cells} if result.run else {}
    count = max(listing.count, max(runs, default=-1) + 1)
    if not count:
        return ""
    badges = _badges(questions, places, language)
    cells = [
        _cell(
            index,
            _code(index, listing, runs.get(index), language),
            runs.get(index),
            badges.get(index, []),
            language,
        )
        for index in range(min(count, MAX_CELLS))
    ]
    more = translate("page_cut_cells", language, count=count - MAX_CELLS) if count > MAX_CELLS else ""
    intro = translate("page_notebook_intro" if listing.count else "page_no_code", language)
    heading = translate("page_notebook", language)
    return f"""<section aria-labelledby="notebook"><h2 id="notebook">{heading}</h2>
<p class="soft">{intro}</p>
{_troubles(list(runs.values()), language)}
{chr(10).join(cells)}
{f'<p class="soft">{more}</p>' if more else ""}</section>"""


def _code(index: int, listing: CodeListing, run: CellRun | None, language: str) -> str:
    """The cell's source, or where it is shown; nothing where it is not known."""
    if index >= listing.count:
        return ""
    if index in listing.shown_at:
        above = translate("page_code_above", language)
        return f'<p class="caption"><a href="#{listing.shown_at[index]}">{above}</a></p>'
    stopped = run.line if run and run.status == "error" else 0
    source = listing.html(index, {stopped: f"c{index + 1}l{stopped}"} if stopped else {})
    if run is None or run.status != "ok":
        return source
    return f"<details><summary>{translate('page_code', language)}</summary>{source}</details>"


def _badges(questions: Sequence[ShownQuestion], places: AnswerPlaces, language: str) -> dict[int, list[str]]:
    """By cell: which questions it answers or checks, each with a link and its verdict."""
    badges: dict[int, list[str]] = {}
    for number, shown in enumerate(questions, start=1):
        name = shown.question.name
        for key, found in (("page_answers", places.answers), ("page_checks", places.checks)):
            text = translate(key, language, question=line(name))
            badge = f'<a href="#q{number}">{text}</a>'
            if shown.test_cases or shown.is_final:
                badge += f' <span class="pill {state_of(shown)}">{had(shown, language)}</span>'
            for index in found.get(name, ()):
                badges.setdefault(index, []).append(badge)
    return badges


def _troubles(cells: Sequence[CellRun], language: str) -> str:
    """Links to the cells that did not run to their end."""
    found = [cell for cell in cells if cell.status in ("error", "timeout") and cell.index < MAX_CELLS]
    links = ", ".join(
        f'<a href="#c{cell.index + 1}">{translate("page_cell", language, number=cell.index + 1).lower()}</a>'
        for cell in found[:MAX_TROUBLES]
    )
    return f"<p>{translate('page_notebook_troubles', language)} {links}.</p>" if links else ""


def _cell(index: int, code: str, run: CellRun | None, badges: Sequence[str], language: str) -> str:
    status = run.status if run else "not_run"
    word = translate("cell_timeout_word" if status == "timeout" else f"cell_{status}", language)
    error = ""
    if run and run.error:
        error = (
            f'<p class="trouble{" quiet" if status == "not_run" else ""}" dir="auto">{prose(run.error)}</p>'
        )
    number = index + 1
    return f"""<article class="cell {status}" id="c{number}" aria-labelledby="c{number}h">
<header><h3 id="c{number}h">{translate("page_cell", language, number=number)}</h3>
<span class="pill {status}"><span aria-hidden="true">{_MARKS[status]}</span> {word}</span>
{" ".join(badges)}</header>
{code}{error}{_output(run.stdout_tail, language) if run else ""}</article>"""


def _output(text: str, language: str) -> str:
    """The end of what the cell printed, closed at first: it is the student's own and known."""
    if not text.strip():
        return ""
    tail = text[-MAX_TAIL_CHARS:]
    title = translate("page_output_tail" if len(tail) < len(text) else "page_output", language)
    shown = escape(clean(tail, MAX_TAIL_CHARS))
    return f'<details><summary>{title}</summary><pre class="output" tabindex="0">{shown}</pre></details>'
