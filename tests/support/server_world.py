"""A small school for tests of the upload page: two courses, their people, one assignment each, and attempts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.support.course import cell

PASSWORD = "une phrase assez longue"
BUNDLE_TEST = """OK_FORMAT = False
name = "q1"
points = 20
"""
ASKS_FOR_DOUBLE = (
    BUNDLE_TEST
    + """from otter.test_files import test_case
@test_case()
def test_q1(double):
    assert double(1) == 2
"""
)


def notebook(*sources: str) -> bytes:
    """A notebook with these code cells."""
    cells = [cell("code", source) for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def bundle_zip(slug: str = "tp0", title: str = "Un essai", test: str = BUNDLE_TEST, **settings: Any) -> bytes:
    """A bundle that the page can read, the same bytes at any time; a fake grades it."""
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        described = json.dumps({"schema_version": 1, "slug": slug, "title": title, **settings})
        archive.writestr(zipfile.ZipInfo("tests/q1.py"), test)
        archive.writestr(zipfile.ZipInfo("notegrad.json"), described)
    return made.getvalue()


@dataclass
class School:
    """People by name, and what belongs to the first course."""

    people: dict[str, Any] = field(default_factory=dict)
    course: Any = None
    other_course: Any = None
    assignment: Any = None
    draft: Any = None

    def hand_in(self, name: str = "ana", content: bytes | None = None, **keywords: Any) -> Any:
        """An attempt of one student, as an upload makes it."""
        from notegrad.server.student.receiving import receive

        assignment = keywords.pop("assignment", self.assignment)
        found = receive(
            assignment, self.people[name], content or notebook("12"), "tp0.ipynb", uuid4(), **keywords
        )
        if hasattr(found, "refresh_from_db"):
            found.refresh_from_db()
        return found


def make_school() -> School:
    """Ana and Bob are students, Iris assists, Théo teaches; Zoé teaches elsewhere, where Max is a student; Ada administers."""
    from notegrad.server.models import Course, Enrolment, User

    school = School()
    for name in ("ana", "bob", "iris", "theo", "zoe", "max", "ada", "gone"):
        school.people[name] = User.objects.create(
            username=name, name=name.title(), is_superuser=name == "ada"
        )
    school.course = Course.objects.create(slug="tenseurs", title="Tenseurs")
    school.other_course = Course.objects.create(slug="ailleurs", title="Ailleurs", language="en")
    roles = {"ana": "student", "bob": "student", "iris": "assistant", "theo": "teacher", "gone": "teacher"}
    for name, role in roles.items():
        Enrolment.objects.create(
            course=school.course, user=school.people[name], role=role, is_active=name != "gone"
        )
    for name, role in {"zoe": "teacher", "max": "student"}.items():
        Enrolment.objects.create(course=school.other_course, user=school.people[name], role=role)
    school.assignment = make_assignment(school, "tp0", "open")
    school.draft = make_assignment(school, "tp9", "draft")
    return school


def make_assignment(school: School, slug: str, state: str, **fields: Any) -> Any:
    """An assignment of the first course with a bundle."""
    from notegrad.server.models import Assignment
    from notegrad.server.staff.bundles import add_version, read_upload

    data = bundle_zip(slug)
    made = Assignment.objects.create(
        course=school.course, slug=slug, title=f"Devoir {slug}", state=state, **fields
    )
    add_version(made, read_upload(data, f"{slug}.zip"), data, f"{slug}.zip", school.people["theo"])
    return made


def grade_all(score: float | None = None) -> None:
    """Do what is in the queue as a worker does, with a grader that reads the score in the last cell."""
    import threading

    from notegrad.server.grade_job import KIND, grade_kind
    from notegrad.server.queue import queue
    from notegrad.server.queue.loop import Control, _do
    from notegrad.server.staff import rehearsal_job

    graders: Any = FakeGraders(score)
    kinds = {KIND: grade_kind(graders), rehearsal_job.KIND: rehearsal_job.rehearse_kind(graders)}
    while (held := queue.claim("test", ("cpu",), 60.0)) is not None:
        _do(held, kinds, Control(stop=threading.Event()))


class FakeGraders:
    """Graders without processes: 4 of 20 points are on visible test cases, the score is the last cell."""

    def __init__(self, score: float | None = None) -> None:
        self.score = score

    def grade(self, bundle: Any, submission: Any, control: Any, *, is_alone: bool = False) -> Any:
        from notegrad.errors import SandboxError
        from notegrad.records import GradingResult, Question, QuestionResult, TestCase, TestCaseResult

        order = submission.cells[-1] if submission.cells else "0"
        if order == "panne":
            raise SandboxError("the zygote is gone")
        score = float(order) if self.score is None else self.score
        shown = TestCase(name="q1 - 1", number=1, points=4.0, hidden=False)
        hidden = TestCase(name="q1 - 2", number=2, points=16.0, hidden=True, failure_message="SECRET")
        cases = (
            TestCaseResult(test_case=shown, outcome="passed", score=min(4.0, score)),
            TestCaseResult(test_case=hidden, outcome="failed", score=max(0.0, score - 4), message="CACHÉ"),
        )
        question = Question(name="q1", points=20.0, test_cases=(shown, hidden))
        return GradingResult(
            submission=submission.id,
            student=submission.student,
            assignment=bundle.slug,
            score=score,
            max_score=20.0,
            questions=(QuestionResult(question=question, score=score, test_cases=cases),),
            status="graded",
        )
