"""README.md shows what really happens: its example is the course's, its sentences the grader's."""

from __future__ import annotations

import re
from pathlib import Path

from notegrad.authoring.build import build, bundle_path
from notegrad.course.bundle import parse_bundle
from notegrad.course.config import load_config
from notegrad.grading import Grader
from notegrad.intake.notebooks import read_code_cells
from notegrad.records import Submission

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
SLUG, QUESTION = "tp2-memoire", "q03"
CODE = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
SENTENCES = re.findall(r"^> (.*)$", README, re.MULTILINE)
FIGURE = re.compile(r"(?<![\d.])(\d+\.\d+) s\b")


def test_the_example_is_graded_as_the_readme_says():
    """The test is the master's, the answer a student's of the example class, the sentences what it is told."""
    shown_test, answer = CODE
    master = read_code_cells((ROOT / "assignments" / SLUG / f"{SLUG}.ipynb").read_bytes())
    assert any(shown_test.strip() in source for source in master)
    handed_in = read_code_cells((ROOT / "examples" / SLUG / "lambert-nora.ipynb").read_bytes())
    assert answer.strip() in handed_in
    made = build(load_config(ROOT / "otter_config.yml"), SLUG, check=False)
    submission = Submission(id="x", student="x", cells=("import torch", answer))
    with Grader(parse_bundle(made.autograder, bundle_path(ROOT, SLUG))) as grader:
        question = grader.grade(submission, only=[QUESTION]).questions[0]
    assert [case.message for case in question.test_cases if case.outcome != "passed"] == SENTENCES


def test_every_time_was_measured():
    """A number of seconds in README.md is one of docs/benchmarks.md, rounded at most."""
    measured = re.findall(r"\d+\.\d+", (ROOT / "docs" / "benchmarks.md").read_text("utf-8"))
    for figure in FIGURE.findall(README):
        digits = len(figure.partition(".")[2])
        assert any(f"{float(number):.{digits}f}" == figure for number in measured), figure
