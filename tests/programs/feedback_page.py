"""The page of typical wrong answers with what their authors read: made by the grader, never written by hand.

`python -m tests.programs.feedback_page` writes docs/fr/retours.md: ten answers of each assignment. With `--all N`
it prints N wrong answers of answers.yml, evenly taken, each with its misconception, its code and every sentence:
to be read by somebody who looks whether sentence, fact and code agree.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from notegrad.authoring.build import build, bundle_path
from notegrad.course.answers import QuestionAnswers, Rejected, read_answers
from notegrad.course.bundle import parse_bundle
from notegrad.course.config import load_config
from notegrad.grading import Grader
from notegrad.judge.otter_tests import load_tests
from notegrad.records import QuestionResult, Submission
from notegrad.results.pages.page import decimal

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "fr" / "retours.md"
SLUGS = ("tp1-tenseurs", "tp2-memoire", "tp3-algebre-lineaire", "tp4-derivation", "tp5-reseau")
PER_ASSIGNMENT = 10
MAX_SENTENCES = 3
UNWRITTEN = re.compile(r"empty|Tensor\(|resize_|set_\(")
PREAMBLE = "import copy, io, math\nimport numpy as np\nimport torch\nfrom torch import nn"

HEAD = f"""# Ce que lit un étudiant

{PER_ASSIGNMENT} réponses fausses de chaque TP, une par question, et ce que notegrad leur répond. La page est faite par le correcteur lui-même
(`python -m tests.programs.feedback_page`) ; les tests cachés n’y paraissent pas : seulement leur phrase, puis ce qui a été vu, et sur quoi. Elle n’existe qu’en français.
"""


def evenly(items: Sequence[tuple[str, Rejected]], count: int) -> list[tuple[str, Rejected]]:
    """`count` of the items, from all over, the first one included."""
    step = max(1.0, len(items) / count)
    return [items[int(number * step)] for number in range(min(count, len(items)))]


def one_per_question(answers: dict[str, QuestionAnswers]) -> list[tuple[str, Rejected]]:
    """The first wrong answer of each question, then the second ones."""
    # memory that nobody wrote holds other numbers each time, and so does the page
    steady = {
        name: [each for each in found.rejected if not UNWRITTEN.search(each.code)]
        for name, found in answers.items()
    }
    rows = [[(name, each) for each in found] for name, found in steady.items()]
    deepest = max(map(len, rows))
    return [row[depth] for depth in range(deepest) for row in rows if len(row) > depth]


def graded(slug: str, count: int, *, everywhere: bool) -> Iterator[tuple[str, Rejected, QuestionResult]]:
    """Wrong answers of an assignment, each with the verdict on its question."""
    config = load_config(ROOT / "otter_config.yml")
    bundle = parse_bundle(build(config, slug, check=False).autograder, bundle_path(ROOT, slug))
    # what earns no points stays out: all tests of a warm-up or a challenge are shown
    worth = {test.question.name for test in load_tests(bundle.tests) if test.question.points}
    answers = {
        name: found for name, found in read_answers(ROOT / "assignments" / slug).items() if name in worth
    }
    every = [(name, each) for name, found in answers.items() for each in found.rejected]
    chosen = (
        evenly(every, count) if everywhere else sorted(one_per_question(answers)[:count], key=lambda x: x[0])
    )
    with Grader(bundle) as grader:
        for question, rejected in chosen:
            cells = (PREAMBLE, rejected.code, f'grader.check("{question}")')
            copy = Submission(id="x", student="x", cells=cells)
            yield question, rejected, grader.grade(copy, only=[question]).questions[0]


def section(slug: str, question: str, rejected: Rejected, result: QuestionResult, most: int) -> str:
    """A wrong answer, its score, and the first sentences that its author reads."""
    failed = [case for case in result.test_cases if case.outcome != "passed"]
    total = len(result.test_cases)
    scores = {"score": decimal(result.score, "fr"), "points": decimal(result.question.points, "fr")}
    lines = [
        f"## {slug.split('-')[0].upper()}, question {int(question[1:])} : {rejected.misconception}\n",
        f"```python\n{rejected.code.rstrip()}\n```\n",
        f"**{scores['score']} sur {scores['points']}**, tests passés : {total - len(failed)} sur {total}.\n",
    ]
    lines += [f"> {' '.join(case.message.split(' '))}\n" for case in failed[:most]]
    if len(failed) > most:
        lines.append(f"… et encore {len(failed) - most}, du même ordre.\n")
    return "\n".join(lines)


def page() -> str:
    """The page, as the grader speaks today."""
    parts = [HEAD]
    for slug in SLUGS:
        found = graded(slug, PER_ASSIGNMENT, everywhere=False)
        parts += [section(slug, *one, MAX_SENTENCES) for one in found]
    return "\n".join(parts)


def print_all(count: int) -> None:
    """Print `count` wrong answers of all assignments with every sentence."""
    for slug in SLUGS:
        for one in graded(slug, count // len(SLUGS), everywhere=True):
            sys.stdout.write(section(slug, *one, 100) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    print_all(int(sys.argv[2])) if sys.argv[1:2] == ["--all"] else PAGE.write_text(page(), "utf-8")
