"""Groups the answers of a class: equal code, equal verdict, one entry; known ones by answers.yml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from notegrad.intake.choice import counted
from notegrad.records import GradingResult, QuestionResult, Record, Submission
from notegrad.results.pages.answer_cells import find_places
from notegrad.results.report.misconceptions import UNTOLD, Misconception, normalised
from notegrad.results.report.similarity import erased, tokens
from notegrad.results.text import clean

MAX_CODE_CHARS = 4_000  # of one answer
MAX_SENTENCES = 4  # of one answer
MAX_SENTENCE_CHARS = 400

CodeKey = tuple[str, ...]


class AnswerSentence(Record, frozen=True, kw_only=True):
    """A sentence on an answer, with the test cases that say it."""

    numbers: tuple[int, ...]
    outcome: str
    text: str


class AnswerGroup(Record, frozen=True, kw_only=True):
    """Submissions with the same answer to a question, whatever its names and layout, and the same verdict.

    `misconception` is that of the rejected answer whose code it is; `is_accepted`: it is an accepted one.
    `code` is empty where no cell answers.
    """

    question: str
    code: str
    score: float
    submissions: tuple[str, ...]
    failing: tuple[int, ...] = ()
    sentences: tuple[AnswerSentence, ...] = ()
    misconception: str = ""
    is_accepted: bool = False


class Answers(Record, frozen=True, kw_only=True):
    """The code of each answer, by submission and question, and what answers.yml knows of it."""

    code: dict[str, dict[str, str]] = {}
    misconception: dict[str, dict[str, str]] = {}
    accepted: dict[str, tuple[str, ...]] = {}


def code_key(source: str) -> CodeKey:
    """The code without comments, docstrings, layout, and with names numbered; equal for equal answers."""
    return erased(tokens(source)) or (source.strip(),)


def read_answers_of(
    results: Sequence[GradingResult],
    submissions: Sequence[Submission],
    misconceptions: Mapping[str, Sequence[Misconception]],
    accepted: Mapping[str, Sequence[str]],
) -> Answers:
    """The answers of the notebooks that count."""
    by_id = {result.submission: result for result in results}
    wrong = {
        name: {code_key(m.code): m.text for m in known if m.code} for name, known in misconceptions.items()
    }
    right = {name: {code_key(code) for code in codes} for name, codes in accepted.items()}
    code: dict[str, dict[str, str]] = {}
    named: dict[str, dict[str, str]] = {}
    correct: dict[str, tuple[str, ...]] = {}
    for submission in submissions:
        result = by_id.get(submission.id)
        if result is None:
            continue
        cells = counted(submission, result.notebook).cells
        places = find_places(cells, [q.question for q in result.questions]).answers
        own = {
            name: "\n\n".join(cells[i] for i in indexes)[:MAX_CODE_CHARS] for name, indexes in places.items()
        }
        keys = {name: code_key(text) for name, text in own.items()}
        code[submission.id] = own
        named[submission.id] = {n: text for n, key in keys.items() if (text := wrong.get(n, {}).get(key))}
        correct[submission.id] = tuple(n for n, key in keys.items() if key in right.get(n, ()))
    return Answers(code=code, misconception=named, accepted=correct)


def answer_groups(results: Sequence[GradingResult], answers: Answers) -> tuple[AnswerGroup, ...]:
    """By question in the assignment's order, most frequent first; none where no code is known."""
    groups: dict[tuple[object, ...], list[tuple[GradingResult, QuestionResult]]] = {}
    for result in results:
        own = answers.code.get(result.submission)
        for question in result.questions if own is not None else ():
            name = question.question.name
            said = tuple((s.numbers, s.outcome, normalised(s.text)) for s in _sentences(question))
            key = (name, code_key(own.get(name, "")) if own else (), question.score, said)
            groups.setdefault(key, []).append((result, question))
    order = list(dict.fromkeys(q.question.name for result in results for q in result.questions))
    made = [_group(str(key[0]), members, answers) for key, members in groups.items()]
    return tuple(sorted(made, key=lambda g: (order.index(g.question), -len(g.submissions), -g.score, g.code)))


def _group(
    name: str, members: Sequence[tuple[GradingResult, QuestionResult]], answers: Answers
) -> AnswerGroup:
    ids = tuple(result.submission for result, _ in members)
    texts = Counter(answers.code[id_].get(name, "") for id_ in ids)
    question = members[0][1]
    return AnswerGroup(
        question=name,
        code=texts.most_common(1)[0][0],
        score=question.score,
        submissions=ids,
        failing=tuple(c.test_case.number for c in question.test_cases if c.outcome not in UNTOLD),
        sentences=_sentences(question),
        misconception=answers.misconception.get(ids[0], {}).get(name, ""),
        is_accepted=name in answers.accepted.get(ids[0], ()),
    )


def _sentences(question: QuestionResult) -> tuple[AnswerSentence, ...]:
    """What was said of the test cases that did not pass; those that say the same together."""
    found: dict[tuple[str, str], list[int]] = {}
    for case in question.test_cases:
        if case.outcome != "passed":
            said = clean(case.message or case.test_case.failure_message or "", MAX_SENTENCE_CHARS)
            found.setdefault((case.outcome, said), []).append(case.test_case.number)
    return tuple(
        AnswerSentence(numbers=tuple(numbers), outcome=outcome, text=text)
        for (outcome, text), numbers in list(found.items())[:MAX_SENTENCES]
    )
