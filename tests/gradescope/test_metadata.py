"""Gradescope's own file about a submission is read as Gradescope really writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from notegrad.gradescope.metadata import Attempt, attempt_of, read_attempt

# The form of a real file (gradescope/autograder_samples, issue 60), with names changed and two earlier submissions.
REAL: dict[str, Any] = {
    "id": 87184652,
    "users": [
        {
            "id": 233634,
            "email": "alice@example.org",
            "name": "Alice  Durand",
            "sid": None,
            "assignment": {
                "release_date": "2021-09-10T18:00:00.000000-07:00",
                "due_date": "2021-09-14T18:00:00.000000-07:00",
                "late_due_date": "2021-12-17T20:00:00.000000-08:00",
            },
        }
    ],
    "created_at": "2021-09-14T20:30:05.109082-07:00",
    "assignment_id": None,
    "assignment": {
        "id": 1482034,
        "title": "Project 1 Test",
        "due_date": "2021-09-13T18:00:00.000000-07:00",
        "total_points": "100.0",
        "course_id": 267363,
        "group_submission": False,
        "group_size": None,
        "late_due_date": None,
        "outline": [{"id": 1, "type": "ProgrammingQuestion", "weight": "100.0"}],
    },
    "submission_method": "upload",
    "previous_submissions": [
        {
            "submission_time": "2021-09-10T18:20:00.0-07:00",
            "score": "12.5",
            "autograder_error": False,
            "results": {},
        },
        {
            "submission_time": "2021-09-10T18:21:00.0-07:00",
            "score": None,
            "autograder_error": True,
            "results": None,
        },
    ],
}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text("aé0- \ud800", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "due_date", "assignment", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def test_a_real_file_is_read() -> None:
    """Who, when, how late by the student's own date, and which attempt, failures of the platform not counted."""
    assert attempt_of(REAL) == Attempt(
        id="submission-87184652",
        students=("Alice Durand",),
        created_at="2021-09-15T03:30:05+00:00",
        due_at="2021-09-15T01:00:00+00:00",
        cut_off_at="2021-12-18T04:00:00+00:00",
        late_s=9005.109082,
        number=2,
        earlier_faults=1,
    )


def test_a_group_has_the_latest_of_its_dates() -> None:
    """One extension holds for all who hand in together; who has no name is called by address or number."""
    users = [
        {"name": "A", "sid": "", "assignment": {"due_date": "2021-09-14T18:00:00-07:00"}},
        {"name": " ", "email": "b@example.org", "assignment": {"due_date": "2021-09-20T18:00:00-07:00"}},
        {"sid": "42"},
        {"sid": ""},
    ]
    attempt = attempt_of({**REAL, "users": users})
    assert attempt.students == ("A", "b@example.org", "42")
    assert attempt.late_s == 0


@given(st.dictionaries(st.sampled_from(sorted(REAL)), JSON))
def test_odd_values_never_raise(changes: dict[str, Any]) -> None:
    """Whatever stands where a value was expected, there is an attempt: grading never fails for it."""
    attempt = attempt_of({**REAL, **changes})
    assert attempt.number is None or attempt.number >= 1
    assert attempt.late_s is None or attempt.late_s >= 0


def test_a_missing_or_broken_file_tells_nothing(tmp_path: Path) -> None:
    """No file, no JSON, another kind of JSON: an attempt without facts."""
    path = tmp_path / "submission_metadata.json"
    for content in (None, b"", b"\xff{", b"[1]", b"[" * 100_000, json.dumps("x").encode()):
        if content is not None:
            path.write_bytes(content)
        assert read_attempt(path) == Attempt()
