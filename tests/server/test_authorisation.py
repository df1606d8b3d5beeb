"""The authorisation matrix: every route, asked by every kind of person, for what is theirs and what is not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import authorisation
from tests.support.authorisation import API, DRAFT, TABLE
from tests.support.server_world import School

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@pytest.fixture
def known(school: School) -> dict[str, Any]:
    return authorisation.things(school)


def test_the_table_has_every_route(school: School):
    """A new page, or a new operation of the API, cannot be forgotten by the matrix."""
    assert set(authorisation.routes()) == set(TABLE)
    assert authorisation.operations() == set(API)


@pytest.mark.parametrize(("table", "slug"), [(TABLE, "tp0"), (DRAFT, "tp9")], ids=["open", "draft"])
def test_every_route_for_everybody(browse, known, table, slug):
    """What is not for somebody is not there, whichever method: 404, or the way to sign in for who is nobody."""
    actual = list(authorisation.asked(browse, {**known, "slug": slug}, table))
    wanted = [(name, method, authorisation.expected(name, table[name])) for name, method, _ in actual]
    assert {name for name, _, _ in actual} == set(table)
    print(f"\n{authorisation.printed(actual)}")  # pytest -s shows the matrix
    assert authorisation.printed(actual) == authorisation.printed(wanted)


def test_every_operation_for_every_token(browse, known, school):
    """A token opens what its owner may have, and nothing of others."""
    actual = list(authorisation.asked_by_programs(browse, known, school))
    allowed = {f"api {name}": allowed for name, (_, _, allowed) in API.items()}
    wanted = [(name, method, authorisation.expected(name, allowed[name])) for name, method, _ in actual]
    assert authorisation.printed(actual) == authorisation.printed(wanted)


def test_a_student_sees_nothing_of_another_courses_student(browse, school, known):
    """What is the teacher's in one course is nobody's in another: the same names with a foreign object."""
    client = browse("zoe")
    for path in ("/courses/ailleurs/assignments/tp0/class/", f"/attempts/{known['number']}/file/"):
        assert client.get(path).status_code == 404
    person = f"/courses/ailleurs/people/{school.people['ana'].pk}/"
    assert client.post(person, {"what": "password"}).status_code == 404


def test_a_teacher_opens_no_account_with_more_rights(browse, school):
    """A link for a new password is a key to an account: a teacher makes one for a student of this course only."""
    from notegrad.server.models import Enrolment

    client = browse("theo")
    made = client.post(f"/courses/tenseurs/people/{school.people['bob'].pk}/", {"what": "password"})
    assert b"/invitation/" in made.content
    Enrolment.objects.create(course=school.other_course, user=school.people["bob"], role="assistant")
    for name in ("bob", "iris"):
        path = f"/courses/tenseurs/people/{school.people[name].pk}/"
        assert client.post(path, {"what": "password"}).status_code == 404
