"""A small class with results, made without grading: what the tests of pages and of the report look at."""

from __future__ import annotations

import random
from collections.abc import Sequence

from notegrad.records import (
    CellRun,
    GradingResult,
    Outcome,
    Question,
    QuestionResult,
    RunReport,
    Submission,
    TestCase,
    TestCaseResult,
    Timings,
)

OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "errored", "timeout", "skipped")


def question(name: str, points: Sequence[float], hidden: Sequence[bool], **changes: object) -> Question:
    cases = tuple(
        TestCase(name=f"{name} - {number}", number=number, points=p, hidden=h)
        for number, (p, h) in enumerate(zip(points, hidden, strict=True), 1)
    )
    return Question(name=name, points=sum(points), test_cases=cases, asks_for=(f"f_{name}",), **changes)


def judged(asked: Question, outcomes: Sequence[Outcome], messages: Sequence[str] = ()) -> QuestionResult:
    said = [*messages, *[""] * (len(outcomes) - len(messages))]
    cases = tuple(
        TestCaseResult(
            test_case=case,
            outcome=outcome,
            score=case.points if outcome == "passed" else 0.0,
            message=message,
            detail="detail for staff",
        )
        for case, outcome, message in zip(asked.test_cases, outcomes, said, strict=True)
    )
    failed = any(case.outcome != "passed" for case in cases)
    score = 0.0 if asked.all_or_nothing and failed else sum(case.score for case in cases)
    return QuestionResult(question=asked, score=score, test_cases=cases)


def graded(
    id_: str, questions: Sequence[QuestionResult], cells: Sequence[CellRun] = (), **changes: object
) -> GradingResult:
    facts: dict[str, object] = {
        "submission": id_,
        "student": id_,
        "assignment": "tp0",
        "score": sum(q.score for q in questions),
        "max_score": sum(q.question.points for q in questions),
        "questions": tuple(questions),
        "status": "graded",
        "run": RunReport(status="ok", cells=tuple(cells)),
        "timings": Timings(total_s=0.5, notebook_s=0.2, tests_s=0.3),
        "versions": {"notegrad": "0"},
    }
    return GradingResult(**{**facts, **changes})


def random_class(
    count: int, questions: int = 4, cases: int = 3, seed: int = 1
) -> tuple[list[GradingResult], list[Submission]]:
    """Results and notebooks of students of different strength, some with the same answers."""
    draw = random.Random(seed)
    asked = [question(f"q{n}", [0.5] * cases, [i > 0 for i in range(cases)]) for n in range(1, questions + 1)]
    results, submissions = [], []
    for index in range(count):
        strength = draw.random()
        answers = [
            judged(q, ["passed" if draw.random() < strength else draw.choice(OUTCOMES[1:]) for _ in range(cases)],
                   [f"Vaut {draw.randint(0, 9)} au lieu de 3."] * cases)
            for q in asked
        ]  # fmt: skip
        sources = tuple(
            f"def f_{q.name}(x):\n    y = x * {draw.randint(0, 99)}\n    return y + {draw.randint(0, 99)}"
            for q in asked
        )
        runs = [
            CellRun(index=i, status="ok", stdout_tail="fait\n" * (i % 2), duration_s=0.01)
            for i in range(questions)
        ]
        id_ = f"élève-{index:03}"
        results.append(graded(id_, answers, runs))
        submissions.append(Submission(id=id_, student=id_, cells=sources))
    return results, submissions
