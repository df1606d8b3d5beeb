"""The feedback page shows one student the score, each question with its sentences, and the notebook.

Pure: a result and a submission in, one HTML file out. Everything that a student can choose (names, code,
messages of exceptions, output) is text here, never markup. What is for staff only (`TestCaseResult.detail`)
is not read at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from notegrad.intake.choice import counted
from notegrad.marks.final_mark import is_scored, said_of_automatic
from notegrad.messages import DEFAULT_LANGUAGE, translate
from notegrad.records import GradingResult, Outcome, Submission, TestCaseResult, Visibility
from notegrad.results.pages.answer_cells import AnswerPlaces, find_places
from notegrad.results.pages.feedback_cells import notebook_section
from notegrad.results.pages.feedback_style import STYLE
from notegrad.results.pages.page import decimal, line, page, prose, shade
from notegrad.results.pages.visibility import Moment, ShownQuestion, shown_question

MARKS: dict[Outcome, str] = {
    "passed": "✓",
    "failed": "✗",
    "errored": "!",
    "timeout": "…",
    "skipped": "–",
    "not_judged": "?",
}
_WITHOUT_CASES = ("unreadable", "not_graded")  # one sentence says what all test cases would repeat


def to_feedback(
    result: GradingResult,
    submission: Submission | None = None,
    *,
    title: str = "",
    language: str = DEFAULT_LANGUAGE,
    moment: Moment = "before_due_date",
    hidden_visibility: Visibility = "after_published",
    scale: float | None = None,
) -> bytes:
    """The page, UTF-8, the same bytes for the same arguments.

    `moment` is when the student reads it: the default shows the visible test cases only, and no score that
    would tell of the others. `hidden_visibility` is what the course says of hidden ones. `scale`: the score
    is also said out of that many points. Without the submission, the page has no code.
    """
    submission = counted(submission, result.notebook) if submission else None
    questions = [shown_question(question, moment, hidden_visibility) for question in result.questions]
    places = find_places(submission.cells if submission else (), [q.question for q in questions])
    cells = notebook_section(result, submission, questions, places, language)
    version = line(result.versions.get("notegrad", ""))
    parts = [
        _header(result, questions, title, language, scale),
        '<main id="main">',
        "" if result.status in _WITHOUT_CASES else _questions(questions, places, language),
        cells,
        "</main>",
        f"<footer><p>{translate('page_made', language, version=version)}</p></footer>",
    ]
    heading = f"{title or result.assignment} · {result.student or result.submission}"
    return page(title=heading, style=STYLE, body="\n".join(filter(None, parts)), language=language)


def _header(
    result: GradingResult,
    questions: Sequence[ShownQuestion],
    title: str,
    language: str,
    scale: float | None,
) -> str:
    status = "" if result.status == "graded" else translate(f"status_{result.status}", language)
    pill = f'<span class="pill error">{status}</span>' if status else ""
    return f"""<header>
<p class="kicker">{line(title or result.assignment)}</p>
<h1><bdi>{line(result.student or result.submission)}</bdi></h1>
<p class="result">{_score(result, questions, language, scale)}{pill}</p>
{_notice(result, questions, language)}
{"" if result.status in _WITHOUT_CASES else _overview(questions, language)}
</header>"""


def _score(
    result: GradingResult, questions: Sequence[ShownQuestion], language: str, scale: float | None
) -> str:
    if not is_scored(result):
        return f'<span class="score">{translate("page_no_score", language)}</span>'
    if not _is_whole(result, questions):
        score, points = sum(q.score for q in questions), sum(q.points for q in questions)
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
        sentences += [_withheld(withheld, is_final=is_final, language=language) + later]
    said = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return f'<div class="notice" role="note">{said}</div>' if said else ""


def _withheld(count: int, *, is_final: bool, language: str) -> str:
    key = "page_withheld_one" if count == 1 else "page_withheld"
    return translate(f"{key}_ever" if is_final else key, language, count=count)


def _overview(questions: Sequence[ShownQuestion], language: str) -> str:
    entries = "".join(
        f'<li><a class="{_state(q)}" href="#q{number}"><strong>{line(q.question.name)}</strong> '
        f"<span>{_had(q, language)}<br>{_state_word(q, language)}</span></a></li>"
        for number, q in enumerate(questions, start=1)
    )
    label = translate("page_question_overview", language)
    return f'<nav aria-label="{label}"><ul class="overview">{entries}</ul></nav>' if entries else ""


def _state(question: ShownQuestion) -> str:
    """The class of a question: whether all that is shown of it succeeds, not only the points."""
    if not question.test_cases and not question.is_final:
        return "off"
    if not question.points:
        return "full" if all(case.outcome == "passed" for case in question.test_cases) else "none"
    return shade(question.score, question.points)


def _state_word(question: ShownQuestion, language: str) -> str:
    state = _state(question)
    if state == "off":
        state = "withheld"
    elif state == "full" and not question.is_final:
        state = "passed"
    return translate(f"page_state_{state}", language)


def _had(question: ShownQuestion, language: str) -> str:
    return f"{decimal(question.score, language)} / {decimal(question.points, language)}"


def _questions(questions: Sequence[ShownQuestion], places: AnswerPlaces, language: str) -> str:
    articles = "\n".join(
        _question(number, question, places, language) for number, question in enumerate(questions, start=1)
    )
    heading = f'<h2 id="questions">{translate("page_questions", language)}</h2>'
    return f'<section aria-labelledby="questions">{heading}\n{articles}\n</section>'


def _question(number: int, shown: ShownQuestion, places: AnswerPlaces, language: str) -> str:
    name = shown.question.name
    found = places.answers.get(name) or places.checks.get(name)
    link = f'<a href="#c{found[0] + 1}">{translate("page_to_code", language)}</a>' if found else ""
    notes = [translate("page_all_or_nothing", language)] if shown.question.all_or_nothing else []
    notes += [_withheld(shown.withheld, is_final=shown.is_final, language=language)] if shown.withheld else []
    cases = "\n".join(_cases(group, name, language) for group in _groups(shown.test_cases))
    return f"""<article class="question" id="q{number}" aria-labelledby="q{number}h">
<header><h3 id="q{number}h">{line(name)}</h3><span class="had">{_had(shown, language)}</span>
<span class="pill {_state(shown)}">{_state_word(shown, language)}</span>{link}</header>
<ul class="cases">
{cases}
</ul>
{"".join(f'<p class="soft">{note}</p>' for note in notes)}</article>"""


def _groups(cases: Sequence[TestCaseResult]) -> list[list[TestCaseResult]]:
    """Test cases with the same outcome and sentence together, in order; those that passed come last."""
    groups: dict[tuple[bool, str, str, str], list[TestCaseResult]] = {}
    for case in cases:
        key = (case.outcome == "passed", case.outcome, _said(case), case.judged)
        groups.setdefault(key, []).append(case)
    return [group for (passed, *_), group in sorted(groups.items(), key=lambda item: item[0][0])]


def _said(case: TestCaseResult) -> str:
    """The sentence for the student: the verdict's, else the author's."""
    own = case.test_case.success_message if case.outcome == "passed" else case.test_case.failure_message
    return case.message or own or ""


def _cases(group: Sequence[TestCaseResult], question: str, language: str) -> str:
    outcome = group[0].outcome
    score, points = sum(case.score for case in group), sum(case.test_case.points for case in group)
    said = prose(_said(group[0]))
    sentence = f'<p class="said" dir="auto">{said}</p>' if said else ""
    if any(case.judged == "inside" for case in group):
        sentence += f'<p class="said">{translate("judged_inside_why", language)}</p>'
    return (
        f'<li class="{outcome}"><span class="word"><span aria-hidden="true">{MARKS[outcome]}</span> '
        f"{translate(f'outcome_{outcome}', language)}</span> "
        f'<span class="names">{_names(group, question, language)}</span> '
        f'<span class="had">{decimal(score, language)} / {decimal(points, language)}</span>{sentence}</li>'
    )


def _names(group: Sequence[TestCaseResult], question: str, language: str) -> str:
    """Names of test cases; those that only number them are said by number: tests 1, 2, 4."""
    numbers = [str(case.test_case.number) for case in group if _is_numbered(case, question)]
    named = [line(case.test_case.name) for case in group if not _is_numbered(case, question)]
    if numbers:
        key = "page_test" if len(numbers) == 1 else "page_tests"
        named.insert(0, translate(key, language, numbers=", ".join(numbers)))
    return ", ".join(named)


def _is_numbered(case: TestCaseResult, question: str) -> bool:
    return case.test_case.name == f"{question} - {case.test_case.number}"
