"""The feedback page shows one student a receipt, each question with its sentences, and the notebook.

Pure: a result and a submission in, one HTML file out. Everything that a student can choose (names, code,
messages of exceptions, output) is text here, never markup. What is for staff only (`TestCaseResult.detail`)
is not read at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notegrad.intake.choice import counted
from notegrad.marks.final_mark import is_scored, said_of_automatic
from notegrad.messages import DEFAULT_LANGUAGE, translate
from notegrad.records import GradingResult, Submission, Visibility
from notegrad.results.pages.answer_cells import find_places
from notegrad.results.pages.code_listing import CodeListing
from notegrad.results.pages.feedback_cells import notebook_section
from notegrad.results.pages.feedback_style import STYLE
from notegrad.results.pages.page import decimal, line, page, prose
from notegrad.results.pages.prompts import question_title
from notegrad.results.pages.question_articles import (
    QuestionArticles,
    had,
    passed_of,
    state_of,
    state_word,
    withheld_sentence,
)
from notegrad.results.pages.receipt import Receipt, hidden_until, receipt_list, receipt_of
from notegrad.results.pages.visibility import Moment, ShownQuestion, shown_questions

_WITHOUT_CASES = ("unreadable", "not_graded")  # one sentence says what all test cases would repeat
_NO_PROMPTS: Mapping[str, str] = {}


def to_feedback(
    result: GradingResult,
    submission: Submission | None = None,
    *,
    title: str = "",
    language: str = DEFAULT_LANGUAGE,
    moment: Moment = "before_due_date",
    hidden_visibility: Visibility = "after_published",
    scale: float | None = None,
    receipt: Receipt | None = None,
    prompts: Mapping[str, str] = _NO_PROMPTS,
) -> bytes:
    """The page, UTF-8, the same bytes for the same arguments.

    `moment` is when the student reads it: the default shows the visible test cases only, and no score that
    would tell of the others. `hidden_visibility` is what the course says of hidden ones. `scale`: the score
    is also said out of that many points. Without the submission, the page has no code. `receipt`: what the
    hand-in does not tell itself. `prompts`: the questions' texts, as Markdown.
    """
    submission = counted(submission, result.notebook) if submission else None
    questions = shown_questions(result, moment, hidden_visibility)
    places = find_places(submission.cells if submission else (), [q.question for q in questions])
    listing = CodeListing(submission.cells if submission else (), language)
    runs = {cell.index: cell for cell in result.run.cells} if result.run else {}
    known = receipt or (receipt_of(submission) if submission else Receipt())
    withheld, until = hidden_until(questions, hidden_visibility, moment, known.due, language)
    without = result.status in _WITHOUT_CASES
    articles = QuestionArticles(questions, places, listing, runs, prompts, language)
    parts = [
        f"""<header id="top">
<p class="kicker">{line(title or result.assignment)}</p>
{_name_and_score(result, questions, language, scale)}
{receipt_list(known, submission, result, 0 if without else withheld, until, language)}
{_notice(result, questions, language)}
{"" if without else _overview(questions, prompts, language)}
</header>""",
        '<main id="main">',
        "" if without else articles.section(),
        notebook_section(result, listing, questions, places, language),
        "</main>",
        _footer(result, language),
    ]
    heading = f"{title or result.assignment} · {result.student or result.submission}"
    return page(title=heading, style=STYLE, body="\n".join(filter(None, parts)), language=language)


def _footer(result: GradingResult, language: str) -> str:
    version = line(result.versions.get("notegrad", ""))
    made, top = translate("page_made", language, version=version), translate("page_to_top", language)
    return f'<footer><p>{made} <a href="#top">{top}</a></p></footer>'


def _name_and_score(
    result: GradingResult,
    questions: Sequence[ShownQuestion],
    language: str,
    scale: float | None,
) -> str:
    status = "" if result.status == "graded" else translate(f"status_{result.status}", language)
    pill = f'<span class="pill error">{status}</span>' if status else ""
    return f"""<h1><bdi>{line(result.student or result.submission)}</bdi></h1>
<p class="result">{_score(result, questions, language, scale)}{pill}</p>"""


def _score(
    result: GradingResult, questions: Sequence[ShownQuestion], language: str, scale: float | None
) -> str:
    if not is_scored(result):
        return f'<span class="score">{translate("page_no_score", language)}</span>'
    if not _is_whole(result, questions):
        score, points = sum(q.score for q in questions), sum(q.points for q in questions)
        if not points:  # the author gave shown tests none: they are counted
            score, points = sum(passed_of(q) for q in questions), sum(len(q.test_cases) for q in questions)
        label, scaled = translate("page_shown_score", language), ""
    else:
        score, points = result.score, result.max_score
        label = translate("page_score", language)
        scaled = _scaled(score, points, scale, language)
    return (
        f'<span class="soft">{label}</span> <span class="score">{decimal(score, language)}'
        f"<small> / {decimal(points, language)}</small></span>{scaled}"
    )


def _is_whole(result: GradingResult, questions: Sequence[ShownQuestion]) -> bool:
    """Whether the whole score may be told, and not that of the shown test cases alone."""
    return result.status in _WITHOUT_CASES or all(question.is_final for question in questions)


def _scaled(score: float, points: float, scale: float | None, language: str) -> str:
    if scale is None or points <= 0 or scale == points:
        return ""
    facts = {"score": decimal(score / points * scale, language), "scale": decimal(scale, language)}
    return f'<span class="scaled">{translate("page_scaled", language, **facts)}</span>'


def _notice(result: GradingResult, questions: Sequence[ShownQuestion], language: str) -> str:
    sentences = [] if is_scored(result) else [translate("page_not_graded", language)]
    sentences += [prose(result.reason)] if result.reason else []
    sentences += [prose(note) for note in result.notes]
    if _is_whole(result, questions) and (said := said_of_automatic(result, language)):
        sentences.append(prose(said))
    withheld = sum(question.withheld for question in questions)
    if withheld and result.status not in _WITHOUT_CASES:
        is_final = all(question.is_final for question in questions)
        later = "" if is_final else " " + translate("page_withheld_score", language)
        sentences += [withheld_sentence(withheld, is_final=is_final, language=language) + later]
    said = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return f'<div class="notice" role="note">{said}</div>' if said else ""


def _overview(questions: Sequence[ShownQuestion], prompts: Mapping[str, str], language: str) -> str:
    entries = "".join(
        f'<li><a class="{state_of(q)}" href="#q{number}"><strong>{line(q.question.name)}</strong> '
        f"{_titled(q, prompts)}<span>{had(q, language)}<br>{state_word(q, language)}</span></a></li>"
        for number, q in enumerate(questions, start=1)
    )
    label = translate("page_question_overview", language)
    return (
        f'<nav id="overview" aria-label="{label}"><ul class="overview">{entries}</ul></nav>'
        if entries
        else ""
    )


def _titled(question: ShownQuestion, prompts: Mapping[str, str]) -> str:
    title = question_title(prompts.get(question.question.name, ""))
    return f'<span class="title">{line(title)}</span>' if title else ""
