"""The page of ten typical wrong answers with what their authors read: made by the grader, never written by hand.

`python -m tests.programs.feedback_page` writes docs/fr/retours.md.
"""

from __future__ import annotations

from pathlib import Path

from notegrad.authoring.build import build, bundle_path
from notegrad.course.answers import Rejected, read_answers
from notegrad.course.bundle import parse_bundle
from notegrad.course.config import load_config
from notegrad.grading import Grader
from notegrad.records import Submission

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "fr" / "retours.md"

ANSWERS = {
    "tp1-tenseurs": ("TP1-03-E01", "TP1-08-E01", "TP1-11-E06", "q12-R02"),
    "tp2-memoire": ("TP2-03-E01", "TP2-07-E01"),
    "tp3-algebre-lineaire": ("q11-R03", "q14-R01"),
    "tp4-derivation": ("q03-R02", "q10-R02"),
}

HEAD = """# Ce que lit un étudiant

Dix réponses fausses typiques, une par malentendu, et ce que notegrad leur répond. La page est faite par le correcteur lui-même
(`python -m tests.programs.feedback_page`) ; les tests cachés n’y paraissent pas : seulement leur phrase, puis ce qui a été vu.
"""


def page() -> str:
    """The whole page, as the grader speaks today."""
    parts = [HEAD]
    for slug, ids in ANSWERS.items():
        config = load_config(ROOT / "otter_config.yml")
        bundle = parse_bundle(build(config, slug, check=False).autograder, bundle_path(ROOT, slug))
        answers = read_answers(ROOT / "assignments" / slug)
        with Grader(bundle) as grader:
            for id_ in ids:
                parts.append(_section(grader, slug, id_, answers))
    return "\n".join(parts)


def _section(grader: Grader, slug: str, id_: str, answers: dict) -> str:
    question, rejected = next((name, r) for name, q in answers.items() for r in q.rejected if r.id == id_)
    assert isinstance(rejected, Rejected)
    cells = (
        "import copy, math\nimport numpy as np\nimport torch",
        rejected.code,
        f'grader.check("{question}")',
    )
    result = grader.grade(Submission(id="x", student="x", cells=cells), only=[question]).questions[0]
    failed = [case for case in result.test_cases if case.outcome != "passed"]
    passed, total = len(result.test_cases) - len(failed), len(result.test_cases)
    lines = [
        f"## {slug.split('-')[0].upper()}, question {int(question[1:])} : {rejected.misconception}\n",
        f"```python\n{rejected.code}\n```\n",
        f"**{result.score:g} point(s) sur {result.question.points:g}**, {passed} tests passés sur {total}.\n",
    ]
    for case in failed[:3]:
        said = " ".join(case.message.split())
        lines.append(f"> {said}\n")
    if len(failed) > 3:
        lines.append(f"… et {len(failed) - 3} autre(s) du même ordre.\n")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), "utf-8")
