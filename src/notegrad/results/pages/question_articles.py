"""The questions on the feedback page: prompt, the student's own cell, and beside it what was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notegrad.messages import translate
from notegrad.records import CellRun, Outcome, TestCaseResult
from notegrad.results.pages.answer_cells import AnswerPlaces
from notegrad.results.pages.code_listing import MAX_CELLS, CodeListing, line_of
from notegrad.results.pages.page import decimal, line, prose, shade
from notegrad.results.pages.prompts import question_title, shown_prompt
from notegrad.results.pages.visibility import ShownQuestion

MARKS: dict[Outcome, str] = {
    "passed": "✓",
    "failed": "✗",
    "errored": "!",
    "timeout": "…",
    "skipped": "–",
    "not_judged": "?",
}


class QuestionArticles:
    """Writes the articles of one page's questions; the code that they show is shown nowhere else."""

    def __init__(
        self,
        questions: Sequence[ShownQuestion],
        places: AnswerPlaces,
        listing: CodeListing,
        runs: Mapping[int, CellRun],
        prompts: Mapping[str, str],
        language: str,
    ) -> None:
        """Keeps what the page knows; `prompts` are Markdown by question, `runs` by index of the cell."""
        self._questions, self._places, self._listing = questions, places, listing
        self._runs, self._prompts, self._language = runs, prompts, language

    def section(self) -> str:
        """All questions, in order."""
        articles = "\n".join(
            self._article(number, shown) for number, shown in enumerate(self._questions, start=1)
        )
        heading = f'<h2 id="questions">{self._say("page_questions")}</h2>'
        return f'<section aria-labelledby="questions">{heading}\n{articles}\n</section>'

    def _say(self, key: str, **facts: object) -> str:
        return translate(key, self._language, **facts)

    def _article(self, number: int, shown: ShownQuestion) -> str:
        name = shown.question.name
        title = question_title(self._prompts.get(name, ""))
        named = f'{line(name)} <span class="title">{line(title)}</span>' if title else line(name)
        state = state_of(shown)
        passed = [case for case in shown.test_cases if case.outcome == "passed"]
        other = [case for case in shown.test_cases if case.outcome != "passed"]
        notes = [self._say("page_all_or_nothing")] if shown.question.all_or_nothing else []
        notes += [withheld_sentence(shown.withheld, is_final=shown.is_final, language=self._language)] * bool(
            shown.withheld
        )
        body = self._prompt(name, is_open=bool(other))
        own = self._own_cells(number, shown, other)
        if other:
            body += f'<div class="pair">{own}<div class="told">{self._list(other, name)}</div></div>'
            body += self._folded(passed, name)
        else:
            body += own + (self._list(passed, name) if passed else "")
            if body:
                body = f'<details class="fold"><summary>{self._say("page_details")}</summary>{body}</details>'
        said = "".join(f'<p class="soft">{note}</p>' for note in notes)
        return f"""<article class="question {state}" id="q{number}" aria-labelledby="q{number}h">
<header><h3 id="q{number}h">{named}</h3><span class="had">{had(shown, self._language)}</span>
<span class="pill {state}">{state_word(shown, self._language)}</span>
<a class="back" href="#overview">{self._say("page_back")}</a></header>
{body}{said}</article>"""

    def _prompt(self, name: str, *, is_open: bool) -> str:
        html = shown_prompt(self._prompts[name]).html if name in self._prompts else ""
        if not html.strip():
            return ""
        state = " open" if is_open else ""
        summary = f"<summary>{self._say('page_prompt')}</summary>"
        return f'<details class="prompt"{state}>{summary}<div class="prose">{html}</div></details>'

    def _own_cells(self, number: int, shown: ShownQuestion, failed: Sequence[TestCaseResult]) -> str:
        """The cells that answer the question, with the lines on which they stopped."""
        indexes = [i for i in self._places.answers.get(shown.question.name, ()) if i < self._listing.count]
        if not indexes:
            is_known = self._listing.count and shown.question.asks_for
            return (
                f'<div class="own"><p class="soft">{self._say("page_no_answer")}</p></div>'
                if is_known and failed
                else ""
            )
        parts = []
        for index in indexes:
            anchor = f"q{number}c{index + 1}"
            marked = {n: f"{anchor}l{n}" for n in self._failing_lines(index, failed)}
            self._listing.shown_at.setdefault(index, f"q{number}")
            lines = ", ".join(
                f'<a href="#{id_}">{self._say("page_line", number=n)}</a>' for n, id_ in marked.items()
            )
            cell = self._say("page_cell", number=index + 1)
            where = f'<a href="#c{index + 1}">{cell}</a>' if index < MAX_CELLS else cell
            where += f" · {lines}" if lines else ""
            parts.append(
                f'<p class="caption">{where}</p>{self._listing.html(index, marked)}{self._error(index)}'
            )
        return f'<div class="own">{"".join(parts)}</div>'

    def _failing_lines(self, index: int, failed: Sequence[TestCaseResult]) -> list[int]:
        source = self._listing.source(index)
        run = self._runs.get(index)
        found = {run.line} if run and run.status == "error" and run.line else set()
        found |= {line_of(source, case.where) for case in failed}
        return sorted(n for n in found if 0 < n <= source.count("\n") + 1)

    def _error(self, index: int) -> str:
        run = self._runs.get(index)
        if run is None or not run.error or run.status not in ("error", "timeout"):
            return ""
        return f'<p class="trouble" dir="auto">{prose(run.error)}</p>'

    def _folded(self, passed: Sequence[TestCaseResult], name: str) -> str:
        if not passed:
            return ""
        summary = self._say("page_passed", count=len(passed))
        return f'<details class="fold"><summary>{summary}</summary>{self._list(passed, name)}</details>'

    def _list(self, cases: Sequence[TestCaseResult], question: str) -> str:
        entries = "\n".join(self._cases(group, question) for group in _groups(cases))
        return f'<ul class="cases">\n{entries}\n</ul>\n'

    def _cases(self, group: Sequence[TestCaseResult], question: str) -> str:
        outcome = group[0].outcome
        score, points = sum(case.score for case in group), sum(case.test_case.points for case in group)
        said = prose(said_of(group[0]))
        points_had = f"{decimal(score, self._language)} / {decimal(points, self._language)}" if points else ""
        sentence = f'<p class="said" dir="auto">{said}</p>' if said else ""
        sentence += self._apart(group[0])
        if any(case.judged == "inside" for case in group):
            sentence += f'<p class="said">{self._say("judged_inside_why")}</p>'
        return (
            f'<li class="{outcome}"><span class="word"><span aria-hidden="true">{MARKS[outcome]}</span> '
            f"{self._say(f'outcome_{outcome}')}</span> "
            f'<span class="names">{case_names(group, question, self._language)}</span> '
            f'<span class="had">{points_had}</span>{sentence}</li>'
        )

    def _apart(self, case: TestCaseResult) -> str:
        """What was found above what was wanted, so that the eye compares them."""
        if not case.actual or not case.expected:
            return ""
        rows = (("page_actual", case.actual), ("page_expected", case.expected))
        told = "".join(f"<div><dt>{self._say(key)}</dt><dd>{line(text)}</dd></div>" for key, text in rows)
        return f'<dl class="apart">{told}</dl>'


def state_of(question: ShownQuestion) -> str:
    """The class of a question: whether all that is shown of it succeeds, not only the points."""
    if not question.test_cases and not question.is_final:
        return "off"
    if question.is_pending:
        return "pending"
    if not question.points:
        return "full" if all(case.outcome == "passed" for case in question.test_cases) else "none"
    return shade(question.score, question.points)


def state_word(question: ShownQuestion, language: str) -> str:
    """The state of a question in words."""
    state = state_of(question)
    if state == "off":
        state = "withheld"
    elif state == "full" and not question.is_final:
        state = "passed"
    elif state == "none" and not question.points:
        state = "failed"
    return translate(f"page_state_{state}", language)


def had(question: ShownQuestion, language: str) -> str:
    """The points that are shown of a question; of shown tests without points, how many pass."""
    if not question.points:
        facts = {"passed": passed_of(question), "total": len(question.test_cases)}
        return translate("page_tests_had", language, **facts) if facts["total"] else ""
    return f"{decimal(question.score, language)} / {decimal(question.points, language)}"


def passed_of(question: ShownQuestion) -> int:
    """How many of the shown tests pass."""
    return sum(case.outcome == "passed" for case in question.test_cases)


def withheld_sentence(count: int, *, is_final: bool, language: str) -> str:
    """A sentence on so many test cases that are not shown."""
    return translate("page_withheld_ever" if is_final else "page_withheld", language, count=count)


def said_of(case: TestCaseResult) -> str:
    """The sentence for the student: the verdict's, else the author's."""
    own = case.test_case.success_message if case.outcome == "passed" else case.test_case.failure_message
    return case.message or own or ""


def case_names(group: Sequence[TestCaseResult], question: str, language: str) -> str:
    """Names of test cases; those that only number them are said by number: tests 1, 2, 4."""
    numbers = [str(case.test_case.number) for case in group if _is_numbered(case, question)]
    named = [line(case.test_case.name) for case in group if not _is_numbered(case, question)]
    if numbers:
        named.insert(0, translate("page_tests", language, count=len(numbers), numbers=", ".join(numbers)))
    return ", ".join(named)


def _groups(cases: Sequence[TestCaseResult]) -> list[list[TestCaseResult]]:
    """Test cases with the same outcome and sentence together, in order."""
    groups: dict[tuple[str, ...], list[TestCaseResult]] = {}
    for case in cases:
        key = (case.outcome, said_of(case), case.judged, case.actual, case.expected)
        groups.setdefault(key, []).append(case)
    return list(groups.values())


def _is_numbered(case: TestCaseResult, question: str) -> bool:
    return case.test_case.name == f"{question} - {case.test_case.number}"
