"""Lateness on Gradescope: the platform's dates win, and without a word of the course's nothing is taken."""

from __future__ import annotations

from notegrad.gradescope.metadata import attempt_of
from notegrad.gradescope.results_json import to_document, with_lateness
from notegrad.settings import AssignmentSettings, LateSettings
from tests.support.class_results import random_class

CREATED = "2026-03-03T10:00:00+01:00"
LATE = LateSettings(due="2026-03-01 23:59", timezone="Europe/Paris", percent_per_day=10)


def said(late: LateSettings, *users: dict, assignment_due: str | None = None) -> tuple[float, dict]:
    """The factor that is left of the score, and the document."""
    result = max(random_class(4)[0], key=lambda one: one.score)
    settings = AssignmentSettings(slug="tp0", title="TP", language="en", late=late)
    attempt = attempt_of(
        {
            "created_at": CREATED,
            "users": [{"name": "A", "assignment": dates} for dates in users],
            "assignment": {"due_date": assignment_due},
        }
    )
    marked = with_lateness(result, attempt, settings)
    document = to_document(marked, attempt, settings.gradescope, language="en", grader_s=1.0)
    return round(document["score"] / result.score, 6), document


def test_the_platform_s_dates_win() -> None:
    """A student's own date, else the assignment's over there, else the course's; of a group the latest."""
    assert said(LATE)[0] == 0.8
    assert said(LATE, assignment_due="2026-03-02T23:59:00+01:00")[0] == 0.9
    assert said(LATE, {"due_date": "2026-03-03T11:00:00+01:00"})[0] == 1
    assert (
        said(LATE, {"due_date": "2026-02-28T23:59:00+01:00"}, {"due_date": "2026-03-03T09:00:00+01:00"})[0]
        == 0.9
    )
    own = {"due_date": "2026-02-28T23:59:00+01:00", "late_due_date": "2026-03-02T23:59:00+01:00"}
    assert said(LATE, own)[0] == 0
    assert said(LATE, {**own, "late_due_date": None})[0] == 0.7


def test_what_is_taken_is_said_and_the_score_of_hidden_tests_is_not() -> None:
    """The student reads of days and per cent; the automatic score lies in what only staff see."""
    _, document = said(LATE)
    assert "2 days of lateness begun, which take 20% of the score" in document["output"]
    assert "utomatic" not in document["output"]
    assert document["extra_data"]["notegrad"]["mark"]["lateness"]["days"] == 2


def test_a_course_that_takes_nothing_changes_nothing() -> None:
    """Late over there, and no key `late` here: the score stays, and no word of a mark is in the document."""
    factor, document = said(LateSettings(), {"due_date": "2026-02-28T23:59:00+01:00"})
    assert factor == 1 and "mark" not in document["extra_data"]["notegrad"]
