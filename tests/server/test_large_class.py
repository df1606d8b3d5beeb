"""Large classes: as many queries for three hundred as for three, and what the staff asks for is found."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from tests.support.server_world import FakeGraders, grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)

ASSIGNMENT = "/courses/tenseurs/assignments/tp0/"
PATHS = (
    f"{ASSIGNMENT}class/",
    f"{ASSIGNMENT}class/?show=alike&sort=-score&search=e",
    f"{ASSIGNMENT}gradebook/own/",
    f"{ASSIGNMENT}extensions/",
    f"{ASSIGNMENT}manage/",
    "/courses/tenseurs/people/",
    "/courses/tenseurs/people/list/",
)


def grow(school, count: int) -> None:
    """So many further students, each with a graded attempt, a tried regrade, an extension and a decision."""
    from notegrad.server.blobs import keep
    from notegrad.server.models import (
        Enrolment,
        Extension,
        HandIn,
        Override,
        Regrade,
        ResultVersion,
        User,
    )
    from notegrad.server.result_rows import packed

    one, blob = school.assignment, keep(notebook("12"))
    tried, _ = Regrade.objects.get_or_create(assignment=one, bundle=one.bundle)
    submission = type("Asked", (), {"id": "x", "student": "x", "cells": ("12",)})
    data = packed(FakeGraders().grade(type("B", (), {"slug": "tp0"}), submission, None))
    names = [f"e{uuid4().hex[:8]}" for _ in range(count)]
    users = User.objects.bulk_create(User(username=name, name=f"Élève {name}") for name in names)
    Enrolment.objects.bulk_create(Enrolment(course=school.course, user=u, role="student") for u in users)
    made = HandIn.objects.bulk_create(
        HandIn(
            assignment=one, user=user, number=1, form_key=uuid4(), blob=blob, file_name="a", state="graded"
        )
        for user in users
    )
    facts = {"bundle": one.bundle, "data": data, "score": 12.0, "max_score": 20.0, "status": "graded"}
    rows = ResultVersion.objects.bulk_create(ResultVersion(hand_in=h, **facts) for h in made)
    for hand_in, row in zip(made, rows, strict=True):
        hand_in.current = row
    HandIn.objects.bulk_update(made, ["current"])
    ResultVersion.objects.bulk_create(
        ResultVersion(hand_in=h, regrade=tried, **{**facts, "score": 13.0}) for h in made
    )
    Extension.objects.bulk_create(
        Extension(assignment=one, user=u, reason="x", more_attempts=1) for u in users
    )
    Override.objects.bulk_create(
        Override(hand_in=h, question="q1", points=9.0, reason="x") for h in made[::3]
    )


def queries(client, path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200, path
    return len(caught)


def test_queries_do_not_grow_with_the_class(browse, school):
    """Every page of the staff that lists people asks as often for a hundred and fifty students as for three."""
    from notegrad.server.models import Regrade

    client = browse("theo")
    grow(school, 3)
    client.get("/")  # the first request of a session asks more
    paths = (*PATHS, f"{ASSIGNMENT}regrade/{Regrade.objects.get().pk}/")
    few = {path: queries(client, path) for path in paths}
    grow(school, 150)
    many = {path: queries(client, path) for path in paths}
    assert many == few
    assert max(many.values()) <= 25


def test_the_table_of_who_moves_has_everybody(browse, school):
    """A hundred and fifty attempts move by one point each, but those whose question was decided."""
    from notegrad.server.models import Regrade

    grow(school, 150)
    page = browse("theo").get(f"{ASSIGNMENT}regrade/{Regrade.objects.get().pk}/").content.decode()
    assert "Qui bouge\xa0: 100" in page


def names_on(page: str) -> list[str]:
    body = page.split("<tbody>")[1]
    return sorted((name for name in ("Ana", "Bob", "Eve") if name in body), key=body.index)


@pytest.fixture
def three(school):
    """Ana has 12, Bob 15, Eve nothing."""
    from notegrad.server.models import Enrolment, User

    eve = User.objects.create(username="eve", name="Eve")
    Enrolment.objects.create(course=school.course, user=eve, role="student", number="4711")
    school.hand_in("ana", notebook("12"))
    school.hand_in("bob", notebook("15"))
    grade_all()
    return school


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["Ana", "Bob", "Eve"]),
        ("sort=-name", ["Eve", "Bob", "Ana"]),
        ("sort=score", ["Ana", "Bob", "Eve"]),
        ("sort=-score", ["Bob", "Ana", "Eve"]),
        ("sort=-received", ["Bob", "Ana", "Eve"]),
        ("sort=-attempts&show=all", ["Ana", "Bob", "Eve"]),
        ("sort=nonsense", ["Ana", "Bob", "Eve"]),
        ("search=471", ["Eve"]),
        ("search=BO", ["Bob"]),
        ("search=nobody", []),
        ("show=missing&sort=-score", ["Eve"]),
    ],
)
def test_a_class_is_sorted_and_searched(browse, three, asked, expected):
    """By name, mark, time and number of attempts; by name, username and the school's number; absent ones last."""
    page = browse("iris").get(f"{ASSIGNMENT}class/?{asked}").content.decode()
    assert names_on(page) == expected


def test_answers_that_look_alike_are_a_filter(browse, school):
    """Pairs of the report are found in the class by both their names, and lead to each other."""
    from notegrad.server.blobs import keep
    from notegrad.server.models import ClassReport

    ana, bob = school.hand_in("ana"), school.hand_in("bob")
    grade_all()
    client = browse("iris")
    assert "quand le bilan" in client.get(f"{ASSIGNMENT}class/?show=alike").content.decode()
    pairs = [[ana.pk, bob.pk, ["q1", "q2"], 0.9], [ana.pk, 999_999, ["q1"], 0.9]]
    ClassReport.objects.create(assignment=school.assignment, blob=keep(b"x"), submissions=2, alike=pairs)
    page = client.get(f"{ASSIGNMENT}class/?show=alike").content.decode()
    assert page.count("ressemble à") == 2
    assert "(q1, q2)" in page
    assert f"/attempts/{bob.pk}/" in page


class FourQuestions(FakeGraders):
    """The same for four questions, a to d."""

    def grade(self, bundle: Any, submission: Any, control: Any, **options: Any) -> Any:
        found = super().grade(bundle, submission, control, **options)
        one = found.questions[0]
        named = (msgspec.structs.replace(one.question, name=name, asks_for=(name,)) for name in "abcd")
        four = tuple(msgspec.structs.replace(one, question=question) for question in named)
        return msgspec.structs.replace(found, questions=four)


def answers(*seeds: int) -> bytes:
    """A notebook with a long answer to each question, the same for the same seed."""
    cells = []
    for name, seed in zip("abcd", seeds, strict=True):
        lines = "\n".join(f"    total = total * {seed + n} + x[{n}] - y[{seed * n}]" for n in range(12))
        cells += [f"def {name}(x, y, total):\n{lines}\n    return total", f'grader.check("{name}")']
    return notebook(*cells, "12")


def test_the_report_finds_who_looks_alike(browse, school):
    """Long answers that two have and nobody else are a pair of the report, by the numbers of their attempts."""
    from notegrad.server.grade_job import KIND as GRADE
    from notegrad.server.grade_job import grade_kind
    from notegrad.server.models import ClassReport, Enrolment, User
    from notegrad.server.queue import queue
    from notegrad.server.queue.loop import Control, _do
    from notegrad.server.staff.report_job import KIND, enqueue_report, report_kind

    for n in range(14):  # of few, two that agree are no wonder
        school.people[f"e{n}"] = User.objects.create(username=f"e{n}", name=f"E{n}")
        Enrolment.objects.create(course=school.course, user=school.people[f"e{n}"], role="student")
        school.hand_in(f"e{n}", answers(*range(1000 * n + 1000, 1000 * n + 1004)))
    pair = [school.hand_in(name, answers(7, 8, 9, 10)).pk for name in ("ana", "bob")]
    enqueue_report(school.assignment)
    graders: Any = FourQuestions()
    kinds = {GRADE: grade_kind(graders), KIND: report_kind()}
    while (held := queue.claim("test", ("cpu",), 60.0)) is not None:
        _do(held, kinds, Control(stop=threading.Event()))
    found = ClassReport.objects.get(assignment=school.assignment).alike
    assert [sorted(one[:2]) for one in found] == [sorted(pair)]
    assert found[0][2] == ["a", "b", "c", "d"]
    assert "Bob" in browse("iris").get(f"{ASSIGNMENT}class/?show=alike").content.decode()
