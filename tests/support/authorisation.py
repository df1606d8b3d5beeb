"""The authorisation matrix: every route of the upload page and of its API, for every kind of person.

The objects are the first course's, its open assignment, and Ana's attempt there: hers are own, those of Bob, of
Zoé who teaches elsewhere, and of Max who studies elsewhere, are foreign.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from tests.support.server_world import School, grade_all, notebook

PEOPLE = ("", "ana", "bob", "iris", "theo", "gone", "zoe", "max", "ada")
EVERYBODY = frozenset(PEOPLE)
SIGNED_IN = EVERYBODY - {""}
COURSE = frozenset({"ana", "bob", "iris", "theo", "ada"})
STAFF = frozenset({"iris", "theo", "ada"})
TEACHERS = frozenset({"theo", "ada"})

# route: who gets it, by whatever method it has
TABLE: dict[str, frozenset[str]] = {
    "home": SIGNED_IN,
    "health": EVERYBODY,
    "style": EVERYBODY,
    "sign_in": EVERYBODY,
    "sign_out": EVERYBODY,
    "language": EVERYBODY,
    "account": SIGNED_IN,
    "invitation": frozenset(),  # the link of the table does not exist
    "course": COURSE,
    "assignment": COURSE,
    "upload": COURSE - {"ada"},
    "attempt": STAFF | {"ana"},
    "attempt_state": STAFF | {"ana"},
    "file": STAFF | {"ana"},
    "receipt": STAFF | {"ana"},
    "feedback": STAFF | {"ana"},
    "new_course": frozenset({"ada"}),
    "people": TEACHERS,
    "person": TEACHERS,
    "new_assignment": TEACHERS,
    "manage": TEACHERS,
    "preview": TEACHERS,
    "new_bundle": TEACHERS,
    "publish": TEACHERS,
    "class": STAFF,
    "student": STAFF,
    "grade_again": STAFF,
    "tokens": SIGNED_IN,
    "decide": STAFF,
    "hold": STAFF,
    "override": STAFF,
    "staff_upload": STAFF,
    "extensions": STAFF,
    "roster": TEACHERS,
    "roster_links": TEACHERS,
    "gradebook": STAFF,
    "own_file": STAFF,
    "filled": frozenset({"iris"}),  # whose file it is
    "class_file": frozenset({"iris"}),
    "make_pages": STAFF,
    "report": STAFF,
    "make_report": STAFF,
    "signal": frozenset({"ana"}),
    "answer": STAFF,
    "try_regrade": TEACHERS,
    "regrade": TEACHERS,
    "end_regrade": TEACHERS,
    "audit": TEACHERS,
    "forgotten": frozenset(),  # neither mail nor a proxy is configured here
    "email": frozenset(),
    "confirm_email": frozenset(),
    "remote_sign_in": frozenset(),
    "operation": frozenset({"ada"}),
    "job_again": frozenset({"ada"}),
    "metrics": frozenset({"ada"}),
    "course_data": TEACHERS,
    "person_data": TEACHERS,
    "export_person": TEACHERS,
    "delete_person": TEACHERS,
}
# the draft of the same course, of which students must not know
DRAFT: dict[str, frozenset[str]] = {
    "assignment": STAFF,
    "upload": frozenset({"iris", "theo"}),
    "class": STAFF,
    "manage": TEACHERS,
}
# operation of the API: (method, address, who gets it)
API: dict[str, tuple[str, str, frozenset[str]]] = {
    "hand_in": ("post", "/api/courses/{course}/assignments/{slug}/attempts", COURSE - {"ada"}),
    "attempt": ("get", "/api/attempts/{number}", STAFF | {"ana"}),
    "result": ("get", "/api/attempts/{number}/result", STAFF | {"ana"}),
    "gradebook": ("get", "/api/courses/{course}/assignments/{slug}/gradebook.csv", STAFF),
}
METHODS = ("get", "post")
Row = dict[str, str]
Browse = Callable[..., Any]


def routes() -> dict[str, Any]:
    """Every route by its name; those of the API stand in `API`."""
    from notegrad.server.urls import urlpatterns

    return {route.name: route for route in urlpatterns if hasattr(route, "name")}


def operations() -> set[str]:
    """Every operation of the API by its name."""
    from notegrad.server.api import api

    paths = api.get_openapi_schema()["paths"].values()
    return {operation["operationId"] for path in paths for operation in path.values()}


def things(school: School) -> dict[str, Any]:
    """The objects that routes name, by the names of their parameters."""
    from notegrad.server.blobs import keep
    from notegrad.server.looks import DIGEST
    from notegrad.server.models import ClassFile, ClassReport, Job, Problem, Regrade

    attempt = school.hand_in("ana")
    grade_all()
    ClassReport.objects.create(assignment=school.assignment, blob=keep(b"report"), submissions=1)
    filled = ClassFile.objects.create(
        assignment=school.assignment,
        kind="filled",
        blob=keep(b"file"),
        file_name="f.csv",
        by=school.people["iris"],
    )
    tried = Regrade.objects.create(assignment=school.assignment, bundle=school.assignment.bundle)
    job = Job.objects.create(kind="report", state="failed", payload={"assignment": school.assignment.pk})
    return {
        "file": filled.pk,
        "job": job.pk,
        "problem": Problem.objects.create(hand_in=attempt, text="?").pk,
        "regrade": tried.pk,
        "course": "tenseurs",
        "slug": "tp0",
        "number": attempt.pk,
        "user": school.people["ana"].pk,
        "token": "nothing",
        "digest": DIGEST,
    }


def asked(
    browse: Browse, known: dict[str, Any], table: dict[str, frozenset[str]]
) -> Iterator[tuple[str, str, Row]]:
    """What each person gets of each route of a table, by each method that it has: `yes`, `404`, `sign-in`."""
    from django.urls import reverse

    for name in table:
        arguments = {part: known[part] for part in routes()[name].pattern.converters}
        for method in METHODS:
            path = reverse(name, kwargs=arguments)
            row = {who: said_to(browse(who), method, path) for who in PEOPLE}
            if set(row.values()) - {"405", "sign-in"}:
                yield name, method, row


def asked_by_programs(
    browse: Browse, known: dict[str, Any], school: School
) -> Iterator[tuple[str, str, Row]]:
    """What each person's token gets of each operation of the API."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from notegrad.server.accounts.tokens import make_token

    for name, (method, address, _) in API.items():
        row = {}
        for who in PEOPLE:
            token = make_token(school.people[who], "matrix") if who else ""
            headers = {"Authorization": f"Bearer {token}"} if who else {}
            data = {"notebook": SimpleUploadedFile("a.ipynb", notebook("1"))} if method == "post" else {}
            row[who] = said_to(browse(), method, address.format(**known), data, headers)
        yield f"api {name}", method, row


def said_to(
    client: Any,
    method: str,
    path: str,
    data: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> str:
    """What a client gets of an address: `yes`, `404`, `405`, `sign-in`."""
    if data is None:
        data = {"form_key": str(uuid4()), "language": "fr"} if method == "post" else {}
    answer = getattr(client, method)(path, data, headers=headers or {})
    if answer.status_code == 302 and "/sign-in/?next=" in answer["Location"]:
        return "sign-in"
    if answer.status_code == 401:
        return "sign-in"
    if answer.status_code in (404, 405):
        return str(answer.status_code)
    assert answer.status_code < 500, answer.content
    return "yes"


def expected(name: str, allowed: frozenset[str]) -> Row:
    """The row that a table promises."""
    nobody = "404" if name in ("forgotten", "invitation", "metrics", "remote_sign_in") else "sign-in"
    return {who: "yes" if who in allowed else "404" if who else nobody for who in PEOPLE}


def printed(rows: list[tuple[str, str, Row]]) -> str:
    """The matrix as a table."""
    head = f"{'':22}" + "".join(f"{name or 'nobody':>9}" for name in PEOPLE)
    lines = [
        f"{method:5}{name:17}" + "".join(f"{said:>9}" for said in row.values()) for name, method, row in rows
    ]
    return "\n".join([head, *lines])
