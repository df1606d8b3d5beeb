"""A grading result as Gradescope reads it."""

from __future__ import annotations

import json

import msgspec
import pytest

from notegrad.records import (
    CellRun,
    GradingResult,
    Protection,
    Question,
    QuestionResult,
    RunReport,
    SubmissionStatus,
    TestCase,
    TestCaseResult,
    Timings,
)
from notegrad.results.gradescope_json import MAX_CELL_ERRORS, to_gradescope, to_json
from notegrad.results.text import MAX_OUTPUT_CHARS, clean

SHOWN = TestCase(name="q01 - 1", number=1, points=0.2, hidden=False, success_message="Bravo.")
HIDDEN = TestCase(name="memoire", number=2, points=0.8, hidden=True, failure_message="X a changé de mémoire.")
Q01 = Question(name="q01", points=1.0, test_cases=(SHOWN, HIDDEN))


def result(**changes: object) -> GradingResult:
    cases = (
        TestCaseResult(test_case=SHOWN, outcome="passed", score=0.1 + 0.2 - 0.1),
        TestCaseResult(test_case=HIDDEN, outcome="errored", score=0.0, detail="secret: assert x == 41"),
    )
    graded = GradingResult(
        submission="a",
        student="Alice",
        assignment="tp2",
        score=0.1 + 0.2 - 0.1,
        max_score=1.0,
        questions=(QuestionResult(question=Q01, score=0.2, test_cases=cases),),
        status="graded",
        timings=Timings(total_s=1.23456),
        versions={"torch": "2.13.0", "notegrad": "0.1.0"},
        run=RunReport(
            status="ok", tier="full", protections=(Protection(name="seccomp", active=True, detail="d"),)
        ),
    )
    return msgspec.structs.replace(graded, **changes)


def test_each_test_case_is_one_entry() -> None:
    """Names, numbers, scores, statuses and messages of the test cases are those of the result."""
    document = to_gradescope(result())
    assert document["score"] == 0.2
    assert document["execution_time"] == 1.235
    assert document["tests"] == [
        {
            "name": "q01 - 1",
            "number": "1.1",
            "score": 0.2,
            "max_score": 0.2,
            "status": "passed",
            "output": "Bravo.",
            "output_format": "text",
            "tags": ["q01", "passed"],
            "visibility": "visible",
        },
        {
            "name": "q01 - memoire",
            "number": "1.2",
            "score": 0.0,
            "max_score": 0.8,
            "status": "failed",
            "output": "X a changé de mémoire.",
            "output_format": "text",
            "tags": ["q01", "errored"],
            "visibility": "after_published",
        },
    ]


def test_hidden_cases_are_shown_when_asked() -> None:
    """The visibility of hidden cases is a choice; that of visible ones is not."""
    tests = to_gradescope(result(), hidden_visibility="hidden")["tests"]
    assert isinstance(tests, list)
    assert [test["visibility"] for test in tests] == ["visible", "hidden"]


def test_what_is_for_staff_stays_out() -> None:
    """The detail of a test case, where hidden tests may be quoted, is in no part of the document."""
    assert b"secret" not in to_json(to_gradescope(result()))


def test_extra_data_says_where_and_with_what_it_ran() -> None:
    """Versions, tier, protections and timings travel with the result."""
    extra = to_gradescope(result())["extra_data"]
    assert isinstance(extra, dict)
    ours = extra["notegrad"]
    assert ours["versions"] == {"notegrad": "0.1.0", "torch": "2.13.0"}
    assert ours["tier"] == "full"
    assert ours["protections"] == {"seccomp": True}
    assert ours["timings"]["total_s"] == 1.235
    assert ours["questions"] == [{"name": "q01", "score": 0.2, "max_score": 1.0}]


def test_failed_cells_are_told_to_the_student() -> None:
    """The output names the cells that raised or ran too long, counted from 1, and only so many of them."""
    cells = tuple(CellRun(index=i, status="error", error="NameError: x") for i in range(MAX_CELL_ERRORS + 3))
    slow = CellRun(index=99, status="timeout")
    output = str(to_gradescope(result(run=RunReport(status="timeout", cells=(slow, *cells))))["output"])
    assert "- cellule 100\xa0: temps dépassé" in output
    assert "- cellule 1\xa0: NameError: x" in output
    assert output.endswith("- et 4 autres")


def test_what_was_not_graded_has_no_score() -> None:
    """A failure of ours is never a zero: without `score` and `tests` a platform reports it as a failure."""
    document = to_gradescope(result(status="not_graded", score=0.0, reason="Panne."))
    assert "score" not in document
    assert "tests" not in document
    assert "pas un zéro" in str(document["output"])
    assert "Panne." in str(document["output"])


@pytest.mark.parametrize("status", ["unreadable", "timeout", "memory", "crashed", "not_graded"])
def test_a_course_in_english_says_nothing_in_french(status: SubmissionStatus) -> None:
    """What the platform shows follows the course's language, whatever became of the submission."""
    cells = tuple(CellRun(index=i, status="timeout") for i in range(MAX_CELL_ERRORS + 1))
    ended = result(status=status, questions=(), run=RunReport(status="timeout", cells=cells))
    outputs = [str(to_gradescope(ended, language=language)["output"]) for language in ("en", "fr")]
    english, french = (output.splitlines() for output in outputs)
    assert len(english) == len(french) == MAX_CELL_ERRORS + 3
    assert not set(english) & set(french)
    assert english[1:3] == ["Code cells that stopped:", "- cell 1: time limit"]


def test_an_unreadable_file_has_its_reason() -> None:
    """An unreadable submission scores 0 and its output is the sentence that intake wrote."""
    document = to_gradescope(result(status="unreadable", score=0.0, questions=(), reason="C'est du HTML."))
    assert document["score"] == 0.0
    assert "C'est du HTML." in str(document["output"])


def test_bytes_are_deterministic_and_nan_is_refused() -> None:
    """Same result, same bytes, readable by any JSON parser; NaN and infinities are not JSON."""
    assert to_json(to_gradescope(result())) == to_json(to_gradescope(result()))
    json.loads(to_json(to_gradescope(result())))
    with pytest.raises(ValueError, match="JSON"):
        to_json(to_gradescope(result(score=float("nan"))))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x00b\x07c\x9bd", "abcd"),
        ("\x1b[31mrouge\x1b[0m", "rouge"),
        ("\x1b]0;titre\x07texte", "texte"),
        ("a\r\nb\rc\n\td", "a\nb\nc\n\td"),
        ("abc\u202edcba", "abcdcba"),
        ("\ud800é", "?é"),
    ],
)
def test_text_is_cleaned(raw: str, shown: str) -> None:
    """Escape sequences, control characters, direction overrides and surrogates of students do not pass."""
    assert clean(raw) == shown


def test_text_is_cut() -> None:
    """A message of any length is cut at the limit and says so, also when much of it was removed."""
    assert len(clean("x" * 1_000_000)) == MAX_OUTPUT_CHARS
    assert clean("x" * 1_000_000).endswith(" …")
    assert clean("\x00" * 1_000_000) == " …"
    assert clean("x" * MAX_OUTPUT_CHARS) == "x" * MAX_OUTPUT_CHARS
