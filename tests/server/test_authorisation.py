"""The authorisation matrix: every route, asked by every kind of person, for what is theirs and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.support.server_world import School, grade_all

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)

PEOPLE = ("", "ana", "bob", "iris", "theo", "gone", "zoe", "max", "ada")
EVERYBODY = frozenset(PEOPLE)
SIGNED_IN = EVERYBODY - {""}
COURSE = frozenset({"ana", "bob", "iris", "theo", "ada"})
STAFF = frozenset({"iris", "theo", "ada"})
TEACHERS = frozenset({"theo", "ada"})

# route: (method, who gets it). The objects are the first course's, its open assignment, and Ana's attempt there.
TABLE: dict[str, tuple[str, frozenset[str]]] = {
    "home": ("get", SIGNED_IN),
    "health": ("get", EVERYBODY),
    "style": ("get", EVERYBODY),
    "sign_in": ("get", EVERYBODY),
    "sign_out": ("post", EVERYBODY),
    "language": ("post", EVERYBODY),
    "account": ("get", SIGNED_IN),
    "invitation": ("get", frozenset()),  # the link of the table does not exist
    "course": ("get", COURSE),
    "assignment": ("get", COURSE),
    "upload": ("post", COURSE - {"ada"}),
    "attempt": ("get", STAFF | {"ana"}),
    "attempt_state": ("get", STAFF | {"ana"}),
    "file": ("get", STAFF | {"ana"}),
    "receipt": ("get", STAFF | {"ana"}),
    "feedback": ("get", STAFF | {"ana"}),
    "new_course": ("get", frozenset({"ada"})),
    "people": ("get", TEACHERS),
    "person": ("post", TEACHERS),
    "new_assignment": ("get", TEACHERS),
    "manage": ("get", TEACHERS),
    "new_bundle": ("post", TEACHERS),
    "publish": ("post", TEACHERS),
    "class": ("get", STAFF),
    "student": ("get", STAFF),
    "grade_again": ("post", STAFF),
    "tokens": ("get", SIGNED_IN),
    "decide": ("get", STAFF),
    "hold": ("post", STAFF),
    "override": ("get", STAFF),
    "report": ("get", STAFF),
    "make_report": ("post", STAFF),
    "signal": ("get", frozenset({"ana"})),
    "answer": ("post", STAFF),
    "try_regrade": ("post", TEACHERS),
    "regrade": ("get", TEACHERS),
    "end_regrade": ("post", TEACHERS),
    "audit": ("get", TEACHERS),
    "course_data": ("get", TEACHERS),
    "person_data": ("get", TEACHERS),
    "export_person": ("post", TEACHERS),
    "delete_person": ("post", TEACHERS),
}
# the draft of the same course, of which students must not know
DRAFT: dict[str, tuple[str, frozenset[str]]] = {
    "assignment": ("get", STAFF),
    "upload": ("post", frozenset({"iris", "theo"})),
    "class": ("get", STAFF),
    "manage": ("get", TEACHERS),
}


def routes() -> dict[str, Any]:
    from notegrad.server.urls import urlpatterns

    return {route.name: route for route in urlpatterns if hasattr(route, "name")}


def ask(browse: Callable[..., Any], name: str, route: str, method: str, arguments: dict[str, Any]) -> str:
    """`yes`, `404`, or `sign-in`."""
    from django.urls import reverse

    client = browse(name)
    data = {"form_key": str(uuid4()), "language": "fr"} if method == "post" else {}
    answer = getattr(client, method)(reverse(route, kwargs=arguments), data)
    if answer.status_code == 302 and "/sign-in/?next=" in answer["Location"]:
        return "sign-in"
    if answer.status_code == 404:
        return "404"
    assert answer.status_code < 500, answer.content
    return "yes"


def arguments_of(route: Any, known: dict[str, Any]) -> dict[str, Any]:
    return {name: known[name] for name in route.pattern.converters}


def printed(rows: dict[str, dict[str, str]]) -> str:
    head = f"{'':16}" + "".join(f"{name or 'nobody':>9}" for name in PEOPLE)
    return "\n".join(
        [
            head,
            *(f"{route:16}" + "".join(f"{said:>9}" for said in row.values()) for route, row in rows.items()),
        ]
    )


@pytest.fixture
def known(school: School) -> dict[str, Any]:
    from notegrad.server.blobs import keep
    from notegrad.server.looks import DIGEST

    attempt = school.hand_in("ana")
    grade_all()
    from notegrad.server.models import ClassReport, Problem, Regrade

    ClassReport.objects.create(assignment=school.assignment, blob=keep(b"report"), submissions=1)
    tried = Regrade.objects.create(assignment=school.assignment, bundle=school.assignment.bundle)
    return {
        "problem": Problem.objects.create(hand_in=attempt, text="?").pk,
        "regrade": tried.pk,
        "course": "tenseurs",
        "slug": "tp0",
        "number": attempt.pk,
        "user": school.people["ana"].pk,
        "token": "nothing",
        "digest": DIGEST,
    }


def test_the_table_has_every_route(school: School):
    """A new page cannot be forgotten by the matrix."""
    assert set(routes()) == set(TABLE)


@pytest.mark.parametrize(("table", "slug"), [(TABLE, "tp0"), (DRAFT, "tp9")], ids=["open", "draft"])
def test_every_route_for_everybody(browse, known, table, slug):
    """A page that is not for somebody is not there: 404, or the way to sign in for who is nobody."""
    actual, expected = {}, {}
    for route, (method, allowed) in table.items():
        arguments = arguments_of(routes()[route], {**known, "slug": slug})
        actual[route] = {name: ask(browse, name, route, method, arguments) for name in PEOPLE}
        refused = {"": "404" if route == "invitation" else "sign-in"}
        expected[route] = {name: "yes" if name in allowed else refused.get(name, "404") for name in PEOPLE}
    print(f"\n{printed(actual)}")  # pytest -s shows the matrix
    assert printed(actual) == printed(expected)


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
