"""Results as students read them: nothing hidden leaves early, our faults are no zeros, the right attempt counts."""

from __future__ import annotations

import threading

import pytest

from tests.support.server_world import FakeGraders, grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")


def page_of(client, hand_in) -> str:
    return client.get(f"/attempts/{hand_in.pk}/").content.decode()


def test_before_publication_hidden_test_cases_stay_hidden(browse, school):
    """Neither the page, nor its fragment, nor the list, nor the feedback says what hidden test cases gave."""
    hand_in = school.hand_in("ana", notebook("17.5"))
    grade_all()
    client = browse("ana")
    base = f"/attempts/{hand_in.pk}/"
    paths = (
        base,
        f"{base}state/",
        f"{base}feedback/",
        f"{base}feedback/?all=1",
        "/courses/tenseurs/assignments/tp0/",
    )
    for path in paths:
        said = client.get(path).content.decode()
        assert "17,5" not in said, path
        assert "CACHÉ" not in said, path
    assert "4<small> / 4" in page_of(client, hand_in)
    school.assignment.published_at = timezone.now()
    school.assignment.save()
    assert "17,5<small> / 20" in page_of(client, hand_in)
    assert "CACHÉ" in client.get(f"{base}feedback/").content.decode()


def test_staff_see_all_of_it(browse, school):
    """The class and the whole feedback are there for the staff before publication."""
    hand_in = school.hand_in("ana", notebook("17.5"))
    grade_all()
    client = browse("iris")
    assert "17,5 / 20" in client.get("/courses/tenseurs/assignments/tp0/class/").content.decode()
    assert "CACHÉ" in client.get(f"/attempts/{hand_in.pk}/feedback/?all=1").content.decode()
    assert "CACHÉ" not in client.get(f"/attempts/{hand_in.pk}/feedback/").content.decode()


def test_feedback_has_a_policy_of_its_own(browse, school):
    """The page that holds a student's own text runs nothing, in a sandbox, and is framed by us only."""
    hand_in = school.hand_in("ana")
    grade_all()
    answer = browse("ana").get(f"/attempts/{hand_in.pk}/feedback/")
    policy = answer["Content-Security-Policy"]
    assert "script-src" not in policy
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_which_attempt_counts(browse, school):
    """The latest, or the best: never said while that would tell of hidden test cases."""
    for score in ("3", "15", "9"):
        school.hand_in("ana", notebook(score))
    grade_all()
    client, page = browse("ana"), "/courses/tenseurs/assignments/tp0/"

    def counted() -> list[str]:
        rows = client.get(page).content.decode().split("<tr>")
        return [
            row.split("Tentative ")[1][0] for row in rows if '<span class="pill good">compte</span>' in row
        ]

    assert counted() == ["3"]
    school.assignment.counts = "best"
    school.assignment.save()
    assert counted() == []
    school.assignment.published_at = timezone.now()
    school.assignment.save()
    assert counted() == ["2"]


def test_the_page_moves_from_queue_to_result(browse, school):
    """The fragment says nothing new until something is, then changes, and asks no more once there is a result."""
    hand_in = school.hand_in("ana")
    client = browse("ana")
    page = page_of(client, hand_in)
    assert "Dans la file d’attente" in page
    assert 'http-equiv="refresh"' in page
    mark = page.split("?mark=")[1].split('"')[0]
    assert client.get(f"/attempts/{hand_in.pk}/state/?mark={mark}").status_code == 204
    grade_all()
    fragment = client.get(f"/attempts/{hand_in.pk}/state/?mark={mark}").content.decode()
    assert "<iframe" in fragment
    assert "hx-get" not in fragment
    assert 'http-equiv="refresh"' not in page_of(client, hand_in)


def test_our_fault_is_no_zero_and_can_be_mended(browse, school):
    """A job that always fails ends as not graded, with no score; graded again, it has one."""
    from notegrad.server.models import Job, ResultVersion

    hand_in = school.hand_in("ana", notebook("panne"))
    for _ in range(3):
        grade_all()
        Job.objects.filter(state="ready").update(run_after=timezone.now() - timezone.timedelta(minutes=1))
    hand_in.refresh_from_db()
    assert (hand_in.state, ResultVersion.objects.count(), Job.objects.get().state) == (
        "not_graded",
        0,
        "failed",
    )
    assert "ce n’est pas un zéro" in page_of(browse("ana"), hand_in)
    assert "the zygote is gone" not in page_of(browse("ana"), hand_in)
    staff = browse("iris")
    assert "the zygote is gone" in page_of(staff, hand_in)
    staff.post(f"/attempts/{hand_in.pk}/again/")
    hand_in.refresh_from_db()
    assert hand_in.state == "queued"


def test_grading_again_keeps_the_result_until_there_is_another(browse, school):
    """A regrade adds a result and moves the current one; a regrade that fails takes nothing away."""
    from notegrad.server.models import Job

    hand_in = school.hand_in("ana", notebook("12"))
    grade_all()
    staff = browse("iris")
    for score, expected in ((15.0, 15.0), (None, 15.0)):
        staff.post(f"/attempts/{hand_in.pk}/again/")
        if score is None:
            Job.objects.filter(state="ready").update(payload={"hand_in": hand_in.pk, "bundle": 0})
        grade_all(score)
        hand_in.refresh_from_db()
        assert (hand_in.current.score, hand_in.state) == (expected, "graded")
    assert hand_in.results.count() == 2


def test_a_result_is_written_behind_the_fence(school):
    """A worker whose job went to another one writes no result, however it got it."""
    from notegrad.server.grade_job import KIND, grade_kind
    from notegrad.server.models import Job, ResultVersion
    from notegrad.server.queue import queue
    from notegrad.server.queue.loop import Control, _do

    school.hand_in("ana")
    held = queue.claim("slow", ("cpu",), 60.0)

    class Overtaken(FakeGraders):
        def grade(self, *arguments, **options):
            Job.objects.update(lease_until=timezone.now() - timezone.timedelta(minutes=1))
            assert queue.reap({}) == 1
            return super().grade(*arguments, **options)

    _do(held, {KIND: grade_kind(Overtaken())}, Control(stop=threading.Event()))
    assert ResultVersion.objects.count() == 0
    grade_all()
    assert ResultVersion.objects.count() == 1


def test_a_long_history_costs_no_more_queries(browse, school):
    """The pages of a student with many attempts, and of a class with many students, ask the database as often."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(name: str, path: str) -> int:
        client = browse(name)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    pages = (
        ("ana", "/courses/tenseurs/assignments/tp0/"),
        ("iris", "/courses/tenseurs/assignments/tp0/class/"),
    )
    school.hand_in("ana")
    grade_all()
    before = [asked(*page) for page in pages]
    for name in ("ana", "ana", "ana", "bob", "bob"):
        school.hand_in(name)
    grade_all()
    assert [asked(*page) for page in pages] == before
