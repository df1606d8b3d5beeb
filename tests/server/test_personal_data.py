"""Data of persons: handed out whole, deleted without a trace, kept no longer than the course says."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.support.server_world import PASSWORD, grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")
SimpleUploadedFile = pytest.importorskip("django.core.files.uploadedfile").SimpleUploadedFile

TRACES = ("Marqueterie", "zz-marq", "zz@example.org", "MARQUE", "203.0.113.77")


def rows() -> str:
    """Every row of every table as text, bytes unpacked."""
    from django.apps import apps

    def text(value: object) -> str:
        if isinstance(value, bytes | memoryview):
            data = bytes(value)
            return (zlib.decompress(data) if data[:1] == b"\x78" else data).decode("utf-8", "replace")
        return str(value)

    lines = []
    for model in apps.get_models():
        for row in model._default_manager.values():
            lines.append(f"{model.__name__}: " + " ".join(map(text, row.values())))
    return "\n".join(lines)


def tables_with(trace: str) -> set[str]:
    return {line.partition(":")[0] for line in rows().splitlines() if trace in line}


def data_page(school, name: str = "ana", what: str = "") -> str:
    return f"/courses/tenseurs/people/{school.people[name].pk}/data/{what}"


@pytest.fixture
def known(school, browse):
    """Ana under a name that nothing else has, in every table that can hold something of hers."""
    from notegrad.server.blobs import keep
    from notegrad.server.models import ClassFile, ClassReport, RemoteIdentity, User
    from notegrad.server.staff.report_job import enqueue_report

    ana = school.people["ana"]
    ana.username, ana.name, ana.email = "zz-marq", "Anaïs Marqueterie", "zz@example.org"
    ana.set_password(PASSWORD)
    ana.save()
    fields = {"username": "zz-marq", "password": "wrong"}
    browse().post("/sign-in/", fields, REMOTE_ADDR="203.0.113.77")
    browse().post("/sign-in/", {**fields, "password": PASSWORD}, REMOTE_ADDR="203.0.113.78")
    school.hand_in("ana", notebook("panne # MARQUE", "12"))
    attempt = school.hand_in("ana", notebook("x = 1 # MARQUE", "12"))
    school.hand_in("bob", notebook("y = 2 # VOISIN", "7"))
    grade_all()
    own, staff = browse("ana"), browse("iris")
    own.post(f"/attempts/{attempt.pk}/problem/", {"text": "MARQUE ?"})
    staff.post(f"/attempts/{attempt.pk}/problem/{attempt.problems.get().pk}/", {"answer": "oui, MARQUE"})
    own.post("/account/tokens/", {"label": "MARQUE"})
    staff.post(f"/attempts/{attempt.pk}/override/", {"score": "3", "reason": "MARQUE"})
    person = f"/courses/tenseurs/assignments/tp0/class/{ana.pk}/"
    staff.post(f"{person}hold/", {"reason": "MARQUE"})
    staff.post(f"{person}decide/", {"more_attempts": "1", "reason": "MARQUE"})
    staff.post(f"/attempts/{attempt.pk}/again/")
    grade_all()
    browse("theo").post(f"/courses/tenseurs/people/{ana.pk}/", {"what": "password"})
    RemoteIdentity.objects.create(provider="cas", subject="zz-marq", user=ana)
    report = {"blob": keep(b"Marqueterie 12/20"), "submissions": 2}
    ClassReport.objects.create(assignment=school.assignment, **report)
    ClassFile.objects.create(
        assignment=school.assignment,
        kind="filled",
        file_name="notes.csv",
        blob=keep(b"Marqueterie;12"),
        notes=["MARQUE"],
    )
    school.course.enrolments.filter(user=ana).update(number="zz-marq", email="zz@example.org")
    sent = {"notebook": SimpleUploadedFile("a.ipynb", notebook("z # MARQUE", "12")), "reason": "MARQUE"}
    staff.post(f"{person}upload/", {**sent, "form_key": str(uuid4())})
    grade_all()
    enqueue_report(school.assignment)
    assert User.objects.filter(username="zz-marq").exists()
    return school


def test_a_deleted_person_leaves_no_trace(known, browse):
    """No table of the database names who was deleted, or holds what they wrote; others keep what is theirs."""
    from notegrad.server.models import AnonymousResult, AuditEntry, HandIn

    assert {"User", "Blob", "AuditEntry", "Override", "Problem"} <= set().union(*map(tables_with, TRACES))
    decisions = AuditEntry.objects.count()
    sent = {"why": "fin d’études", "confirm_username": "zz-marq"}
    answer = browse("theo").post(data_page(known, what="delete/"), sent)
    assert answer.status_code == 302
    assert {trace: tables_with(trace) for trace in TRACES if tables_with(trace)} == {}
    assert tables_with("VOISIN") == {"Blob"}
    assert HandIn.objects.get().user == known.people["bob"]
    assert AnonymousResult.objects.filter(score=12.0, max_score=20.0).count() == 3
    assert AuditEntry.objects.count() == decisions + 1  # that there were decisions stays
    last = AuditEntry.objects.latest("pk")
    assert (last.action, last.reason, last.by) == ("delete_person", "fin d’études", known.people["theo"])


def test_who_is_in_another_course_keeps_the_account(known, browse):
    """Deleting is a course's: what another course holds, and the way to sign in to it, stays."""
    from notegrad.server.models import Enrolment, User

    Enrolment.objects.create(course=known.other_course, user=known.people["ana"], role="student")
    sent = {"why": "x", "confirm_username": "zz-marq"}
    browse("theo").post(data_page(known, what="delete/"), sent)
    ana = User.objects.get(username="zz-marq")
    assert list(ana.enrolments.values_list("course__slug", flat=True)) == ["ailleurs"]
    assert (ana.hand_ins.count(), tables_with("x = 1 # MARQUE")) == (0, set())
    assert tables_with("Marqueterie") == {"User"}


def test_what_is_handed_out_is_everything_and_nobody_elses(known, browse):
    """The zip has the file byte for byte, each result, what was decided and said; nothing of a neighbour."""
    answer = browse("theo").post(data_page(known, what="export/"), {"why": "demande du 3 mai"})
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    folder = "attempts/tp0/2"
    assert archive.read(f"{folder}/handed-in/tp0.ipynb") == notebook("x = 1 # MARQUE", "12")
    attempt = json.loads(archive.read(f"{folder}/attempt.json"))
    assert (attempt["decided"][0]["reason"], attempt["problems"][0]["answer"]) == ("MARQUE", "oui, MARQUE")
    results = [json.loads(archive.read(f"{folder}/result-{number}.json")) for number in (1, 2)]
    assert [(line["counts"], line["result"]["score"]) for line in results] == [(False, 12.0), (True, 12.0)]
    person = json.loads(archive.read("person.json"))
    assert person["identities"] == [{"provider": "cas", "subject": "zz-marq"}]
    assert (person["email"], person["extensions"][0]["more_attempts"]) == ("zz@example.org", 1)
    actions = {line["action"] for line in json.loads(archive.read("decisions.json"))}
    assert {"override", "hold", "extension", "grade_again", "password_link"} <= actions
    assert not any(b"VOISIN" in archive.read(name) for name in archive.namelist())
    assert "tests cachés" in browse("theo").get(data_page(known)).content.decode()


def test_nothing_is_deleted_by_mistake(known, browse):
    """Another login, or no reason, is refused at its field; the staff's data is the administrator's matter."""
    from notegrad.server.models import Enrolment, HandIn

    client = browse("theo")
    for sent in ({"why": "x", "confirm_username": "bob"}, {"why": "", "confirm_username": "zz-marq"}):
        assert client.post(data_page(known, what="delete/"), sent).status_code == 422
    assert client.post(data_page(known, what="export/"), {}).status_code == 422
    for name in ("iris", "theo"):
        sent = {"why": "x", "confirm_username": name}
        assert client.post(data_page(known, name, "delete/"), sent).status_code == 404
        assert client.get(data_page(known, name)).status_code == 404
    assert HandIn.objects.filter(user=known.people["ana"]).count() == 3
    sent = {"why": "x", "confirm_username": "iris"}
    assert browse("ada").post(data_page(known, "iris", "delete/"), sent).status_code == 302
    assert not Enrolment.objects.filter(course=known.course, user__username="iris").exists()


def test_data_is_kept_as_long_as_the_course_says(known, browse):
    """Nothing goes without a limit, nor before it; then students and all attempts go, and the staff stays."""
    from notegrad.server.models import AuditEntry, Enrolment, HandIn
    from notegrad.server.privacy.retention import keep_retention

    known.hand_in("iris", notebook("1"))
    today = timezone.now().date()
    client = browse("theo")

    def keeps(ends: object, days: str) -> int:
        sent = {"ends_on": str(ends), "retention_days": days}
        return client.post("/courses/tenseurs/data/", sent).status_code

    assert keep_retention() == 0
    assert keeps("", "30") == 422
    assert keeps(today - timedelta(days=29), "31") == 302
    assert (keep_retention(), HandIn.objects.count()) == (0, 5)
    assert keeps(today - timedelta(days=33), "31") == 302
    assert (keep_retention(), HandIn.objects.count()) == (3, 0)
    assert set(Enrolment.objects.filter(course=known.course).values_list("role", flat=True)) == {
        "assistant",
        "teacher",
    }
    assert AuditEntry.objects.filter(action="expired").get().facts["people"] == 3
    assert keep_retention() == 0


def test_what_is_of_no_use_is_pruned_daily(school):
    """Old sessions, links, tokens and bytes go; what is in use stays; the next day's job waits already."""
    from django.contrib.sessions.models import Session

    from notegrad.server.accounts.links import make_link
    from notegrad.server.accounts.tokens import make_token
    from notegrad.server.blobs import keep
    from notegrad.server.models import Blob, Invitation, Job, Token
    from notegrad.server.privacy.upkeep_job import KIND, ensure_upkeep, upkeep_kind
    from notegrad.server.queue import queue
    from notegrad.server.queue.loop import Control, _do

    past, future = timezone.now() - timedelta(days=2), timezone.now() + timedelta(days=2)
    school.hand_in("ana", notebook("3"))
    kept = set(Blob.objects.values_list("pk", flat=True))
    for content in (b"old", b"new"):
        keep(content)
    Blob.objects.exclude(data=keep(b"new").data).update(created_at=past)
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=past)
    Session.objects.create(session_key="b" * 32, session_data="", expire_date=future)
    make_link(course=school.course)
    Invitation.objects.create(token_hash="x", course=school.course, expires_at=past)
    make_token(school.people["ana"], "a")
    Token.objects.create(token_hash="x", user=school.people["ana"], label="b", expires_at=past)
    for _ in range(2):
        ensure_upkeep()
    held = queue.claim("w:1", ("cpu",), 60.0)
    while held.kind != KIND:
        held = queue.claim("w:1", ("cpu",), 60.0)
    _do(held, {KIND: upkeep_kind()}, Control())
    assert set(Blob.objects.values_list("pk", flat=True)) == kept | {keep(b"new").pk}
    left = (Session.objects.count(), Invitation.objects.count(), Token.objects.count())
    assert left == (1, 1, 1)
    states = Job.objects.filter(kind=KIND).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["done", "ready"]
    assert Job.objects.get(kind=KIND, state="ready").run_after > timezone.now() + timedelta(hours=23)


def test_bytes_that_are_handed_in_meanwhile_stay(database):
    """Pruning and an upload of the same bytes at the same time: the upload has its bytes."""
    import threading

    from django.db import connection, transaction

    from notegrad.server import blobs
    from notegrad.server.models import Assignment, BundleVersion, Course

    course = Course.objects.create(slug="c", title="C")
    assignment = Assignment.objects.create(course=course, slug="a", title="A")
    old = blobs.keep(b"again")
    has_row, pruned = threading.Event(), []

    def prune() -> None:
        has_row.wait(30)
        pruned.append(blobs.prune())
        connection.close()

    thread = threading.Thread(target=prune)
    thread.start()
    with transaction.atomic():
        blob = blobs.keep(b"again")
        has_row.set()
        thread.join(1.0)  # it waits for the lock
        facts = {"language": "fr", "device": "cpu", "hidden_visibility": "hidden", "deadline_s": 1.0}
        BundleVersion.objects.create(assignment=assignment, version=1, blob=blob, file_name="a", **facts)
    thread.join(30)
    assert (pruned, blobs.content_of(old)) == ([0], b"again")
