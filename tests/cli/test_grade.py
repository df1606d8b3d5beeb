"""`notegrad grade` as printed: the table, the JSON document, exit statuses. Grading itself is replaced."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from notegrad.authoring.build import build, write
from notegrad.cli.main import run
from notegrad.course.config import load_config
from notegrad.records import GradingResult, Question, QuestionResult, TestCase, TestCaseResult, Timings

CASE = TestCase(name="q1 - 1", number=1, points=2.0, hidden=True)
CASES = (TestCaseResult(test_case=CASE, outcome="passed", score=2.0, detail="for staff"),)


def result(
    name: str, scores: list[float], status: str = "graded", reason: str | None = None
) -> GradingResult:
    questions = tuple(
        QuestionResult(
            question=Question(name=f"q{n}", points=2.0, test_cases=(CASE,)), score=s, test_cases=CASES
        )
        for n, s in enumerate(scores, 1)
    )
    return GradingResult(
        submission=name,
        student=name,
        assignment="tp0",
        score=sum(scores),
        max_score=6.0,
        questions=questions,
        status=status,
        reason=reason,
        timings=Timings(total_s=0.25),
    )


@pytest.fixture
def grade(course, monkeypatch, capsys):
    """Run `notegrad grade` on two submissions, with these results; gives status, stdout, stderr, what was asked."""
    write(build(load_config(course.config), "tp0", check=False), course.root)
    for name in ("a", "b"):
        (course.root / f"{name}.ipynb").write_text(
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}'
        )

    def call(results, *options, slug="tp0"):
        asked = {}

        def grade_all(facts, submissions, options, **keywords):
            asked.update(facts=facts, submissions=submissions, options=options, **keywords)
            return tuple(results)

        monkeypatch.setattr("notegrad.batch.class_run.grade_all", grade_all)
        monkeypatch.chdir(course.root)
        status = run(["grade", slug, "a.ipynb", "b.ipynb", "--out", "out", *options])
        captured = capsys.readouterr()
        return status, captured.out, captured.err, asked

    return call


def test_table_has_one_line_per_submission(grade):
    """Name, status, score, a mark per question and the time, in the course's language."""
    status, out, err, _ = grade([result("Zoé", [2, 1, 0]), result("b", [], "unreadable", "pas du JSON")])
    assert status == 0
    assert err == ""
    lines = out.splitlines()
    assert lines[0].split() == ["copie", "état", "note", "questions", "durée"]
    assert lines[1].split() == ["Zoé", "corrigée", "3.00/6", "●◐○", "0.25", "s"]
    assert lines[2].split() == ["b", "illisible", "0.00/6", "0.25", "s"]
    assert "b\xa0: pas du JSON" in out
    assert "corrigées\xa0: 2 sur 2, moyenne 3.00/6" in out
    for name in ("results", "gradebook.csv", "report.html", "run.jsonl"):
        assert f"out/{name}" in out


def test_question_that_was_not_run_is_no_zero(grade):
    """A question whose test cases were all skipped has a mark of its own."""
    whole = result("a", [2, 0, 2])
    skipped = structs.replace(CASES[0], outcome="skipped", score=0.0)
    questions = (*whole.questions[:2], structs.replace(whole.questions[2], score=0.0, test_cases=(skipped,)))
    _, out, _, _ = grade([structs.replace(whole, questions=questions)])
    assert "●○·" in out


def test_question_without_a_verdict_is_no_zero(grade):
    """A question with a test case that could not be judged has a mark of its own, where points are missing."""
    whole = result("a", [2, 0, 2])
    unjudged = structs.replace(whole.questions[1].test_cases[0], outcome="not_judged", score=0.0)
    questions = (
        structs.replace(whole.questions[0], test_cases=(unjudged,)),
        structs.replace(whole.questions[1], test_cases=(unjudged,)),
        whole.questions[2],
    )
    _, out, _, _ = grade([structs.replace(whole, questions=questions)])
    assert "●?●" in out


def test_a_question_that_gives_no_points_takes_none(grade):
    """Whoever left out a challenge has all the points that it gives: in the table as in the report."""
    whole = result("a", [2, 0, 2])
    challenge = structs.replace(
        whole.questions[1], question=structs.replace(whole.questions[1].question, points=0.0)
    )
    questions = (whole.questions[0], challenge, whole.questions[2])
    _, out, _, _ = grade([structs.replace(whole, questions=questions)])
    assert "●●●" in out


def test_submission_without_a_result_gives_status_3_and_no_score(grade):
    """A failure of ours is no zero: no score is printed, and the status says it."""
    status, out, _, _ = grade([result("a", [2, 2, 2]), result("b", [], "not_graded", "le bac à sable")])
    assert status == 3
    assert "non corrigée" in out
    assert "0.00" not in out
    assert "moyenne 6.00/6" in out


def test_who_dies_at_random_is_named_to_whoever_grades(grade):
    """A submission whose processes died in every run is for the teacher to look at, and counts as an attempt."""
    died = structs.replace(result("Zoé", [], "not_graded", "x"), died_at_random=True)
    status, out, _, _ = grade([result("a", [2, 2, 2]), died])
    assert status == 3
    assert "à regarder, et à compter comme un essai\xa0: Zoé (" in out
    assert "à regarder" not in grade([result("a", [2, 2, 2])])[1]


def test_json_is_one_document_and_nothing_else(grade):
    """Machines get every detail on stdout, also with status 3."""
    status, out, err, asked = grade([result("a", [2, 0, 0]), result("b", [], "not_graded", "x")], "--json")
    document = json.loads(out)
    assert status == 3
    assert err == ""
    assert (document["schema_version"], document["assignment"]) == (1, "tp0")
    assert [r["score"] for r in document["results"]] == [2.0, 0.0]
    assert document["results"][0]["questions"][0]["test_cases"][0]["detail"] == "for staff"
    assert len(document["bundle_sha256"]) == 64
    assert asked["out"].name == "out"


def test_options_arrive(grade):
    """What the command line says is what the batch is asked."""
    _, _, _, asked = grade([], "--workers", "3", "--unsafe")
    assert (asked["options"].graders, asked["options"].unsafe) == (3, True)
    assert [s.id for s in asked["submissions"]] == ["a", "b"]


def test_bundle_may_be_given_by_path(grade, course):
    """An assistant without a checkout gives the zip itself."""
    course.config.unlink()
    status, _, _, asked = grade([], slug="autograder/tp0.zip")
    assert status == 0
    assert asked["facts"].bundle_path.name == "tp0.zip"


def test_stranger_s_names_cannot_draw_on_the_terminal(grade):
    """Control characters and markup in names and reasons are shown, not obeyed."""
    _, out, _, _ = grade([result("\x1b[2Jx[bold]y", [2]), result("b", [], "crashed", "\x1b]0;title\x07")])
    assert "\x1b" not in out
    assert "x[bold]y" in out


def test_missing_bundle_says_how_to_make_it(grade, course):
    """A slug that was not built yet names the command that builds it; a wrong slug the nearest one."""
    (course.root / "autograder" / "tp0.zip").unlink()
    status, out, err, _ = grade([])
    assert (status, out) == (2, "")
    assert "`notegrad build tp0`" in err
    status, _, err, _ = grade([], slug="tp00")
    assert status == 2
    assert "did you mean 'tp0'" in err


def test_english_course_prints_english(grade, course):
    """The bundle's language decides, not the machine's."""
    course.config.write_text("language: en\n", encoding="utf-8")
    write(build(load_config(course.config), "tp0", check=False), course.root)
    _, out, _, _ = grade([result("a", [2])])
    assert out.split()[:3] == ["submission", "status", "score"]
    assert "graded 1 of 1, mean 2.00/6" in out


def test_ascii_terminal_gets_ascii_marks():
    """Where the output cannot show circles, the table falls back instead of failing."""
    from notegrad.cli.render import FANCY, PLAIN, _can_print

    assert _can_print(FANCY, "utf-8")
    assert not _can_print(FANCY, "ascii")
    assert not _can_print(FANCY, "latin-1")
    assert _can_print(PLAIN, "ascii")
