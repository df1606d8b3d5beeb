"""Decisions of the staff: scores, time, results held back, regrades; each is in the record with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.server_world import bundle_zip, grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")

ASSIGNMENT = "/courses/tenseurs/assignments/tp0/"


def publish(school) -> None:
    school.assignment.published_at = timezone.now()
    school.assignment.save()


def page_of(client, hand_in) -> str:
    return client.get(f"/attempts/{hand_in.pk}/").content.decode()


def recorded() -> list[tuple[str, str]]:
    from notegrad.server.models import AuditEntry

    return list(AuditEntry.objects.order_by("pk").values_list("action", "reason"))


def test_a_decided_score_counts_and_tells_nothing_early(browse, school):
    """An override stands beside the result, with its reason; before publication it is as hidden as the result."""
    hand_in = school.hand_in("ana", notebook("12"))
    grade_all()
    staff = browse("iris")
    staff.post(f"/attempts/{hand_in.pk}/override/", {"score": "14.25", "reason": "énoncé ambigu"})
    assert "14,25" not in page_of(browse("ana"), hand_in)
    assert "14,25 / 20" in staff.get(f"{ASSIGNMENT}class/").content.decode()
    publish(school)
    page = page_of(browse("ana"), hand_in)
    assert "14,25<small> / 20" in page
    assert "énoncé ambigu" in page
    staff.post(f"/attempts/{hand_in.pk}/override/", {"score": "1", "reason": "erreur", "remove": "1"})
    assert "12<small> / 20" in page_of(browse("ana"), hand_in)
    assert recorded() == [("override", "énoncé ambigu"), ("override_removed", "erreur")]


def test_a_decision_without_reason_is_refused(browse, school):
    """The record would be worth nothing."""
    hand_in = school.hand_in("ana")
    grade_all()
    for path, fields in (
        (f"/attempts/{hand_in.pk}/override/", {"score": "1"}),
        (f"{ASSIGNMENT}class/{school.people['ana'].pk}/hold/", {}),
        (f"{ASSIGNMENT}class/{school.people['ana'].pk}/decide/", {"more_attempts": "1"}),
    ):
        assert browse("iris").post(path, fields).status_code == 422
    assert recorded() == []


def test_results_held_back_stay_back(browse, school):
    """Publication reaches everybody but those whose results are held back, until they are given free."""
    held, other = school.hand_in("ana", notebook("12")), school.hand_in("bob", notebook("12"))
    grade_all()
    path = f"{ASSIGNMENT}class/{school.people['ana'].pk}/hold/"
    browse("theo").post(path, {"reason": "à voir ensemble"})
    publish(school)
    assert "12<small>" not in page_of(browse("ana"), held)
    assert "CACHÉ" not in browse("ana").get(f"/attempts/{held.pk}/feedback/").content.decode()
    assert "12<small>" in page_of(browse("bob"), other)
    assert "à voir ensemble" not in browse("ana").get(ASSIGNMENT).content.decode()
    browse("theo").post(path, {"reason": "vu"})
    assert "12<small>" in page_of(browse("ana"), held)


def test_an_extension_is_in_the_courses_zone(browse, school):
    """What the staff types is Paris time; the student reads the same hour, and hands in."""
    school.assignment.due_at = timezone.now() - timedelta(days=1)
    school.assignment.save()
    path = f"{ASSIGNMENT}class/{school.people['ana'].pk}/decide/"
    fields = {"due_at": "2031-05-04T18:00", "more_attempts": "0", "reason": "malade"}
    assert browse("iris").post(path, fields).status_code == 302
    assert "4 mai 2031 à 18:00 (Europe/Paris)" in browse("ana").get(ASSIGNMENT).content.decode()
    assert "4 mai 2031" not in browse("bob").get(ASSIGNMENT).content.decode()
    assert school.hand_in("ana").is_late is False


def test_the_assignment_decides_what_is_hidden(browse, school):
    """The setting of an assignment goes before that of its bundle, both ways."""
    hand_in = school.hand_in("ana", notebook("12"))
    grade_all()
    school.assignment.hidden_visibility = "visible"
    school.assignment.save()
    assert "CACHÉ" in browse("ana").get(f"/attempts/{hand_in.pk}/feedback/").content.decode()
    school.assignment.hidden_visibility = "hidden"
    publish(school)
    assert "CACHÉ" not in browse("ana").get(f"/attempts/{hand_in.pk}/feedback/").content.decode()


def new_version(browse):
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = bundle_zip("tp0", "Corrigé")
    return browse("theo").post(f"{ASSIGNMENT}bundle/", {"bundle": SimpleUploadedFile("tp0.zip", data)})


def test_a_regrade_is_looked_at_before_it_counts(browse, school):
    """A new version grades all again without changing a result; who moves is shown; then all move together."""
    from notegrad.server.models import Regrade

    ana, bob = school.hand_in("ana", notebook("12")), school.hand_in("bob", notebook("8"))
    grade_all()
    assert new_version(browse).status_code == 302
    teacher = browse("theo")
    path = teacher.post(f"{ASSIGNMENT}regrade/")["Location"]
    grade_all(score=12.0)
    ana.refresh_from_db()
    bob.refresh_from_db()
    assert (ana.current.score, bob.current.score) == (12.0, 8.0)
    page = teacher.get(path).content.decode()
    assert "Bob" in page
    assert "+4" in page
    assert "Ana" not in page.split("<table")[1]
    teacher.post(f"{path}end/", {"what": "apply"})
    bob.refresh_from_db()
    assert (bob.current.score, bob.results.count(), Regrade.objects.get().state) == (12.0, 2, "applied")
    assert [action for action, _ in recorded()] == ["new_bundle", "try_regrade", "apply_regrade"]


def test_a_dropped_regrade_changes_nothing(browse, school):
    """What was tried and dropped leaves every result, and nothing in the queue."""
    from notegrad.server.models import Job

    bob = school.hand_in("bob", notebook("8"))
    grade_all()
    new_version(browse)
    path = browse("theo").post(f"{ASSIGNMENT}regrade/")["Location"]
    browse("theo").post(f"{path}end/", {"what": "drop"})
    grade_all(score=20.0)
    bob.refresh_from_db()
    assert (bob.current.score, Job.objects.filter(state="ready").count()) == (8.0, 0)


def test_the_record_shows_what_was_decided(browse, school):
    """The page of the record names who, what and why."""
    hand_in = school.hand_in("ana")
    grade_all()
    browse("iris").post(f"/attempts/{hand_in.pk}/override/", {"score": "3", "reason": "parce que"})
    page = browse("theo").get("/courses/tenseurs/audit/").content.decode()
    assert "parce que" in page
    assert "Iris" in page


def test_every_decision_has_a_name_for_people():
    """Whatever is recorded can be read on the page of the record, in both languages."""
    from typing import get_args

    from notegrad.messages import CATALOGUES
    from notegrad.server.audit_log import Decision

    for language, catalogue in CATALOGUES.items():
        assert [name for name in get_args(Decision) if f"action_{name}" not in catalogue] == [], language


def test_the_same_bundle_again_is_no_version(browse, school):
    """Whoever uploads the file that is in use is told, and makes no version."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("tp0.zip", bundle_zip("tp0"))
    assert browse("theo").post(f"{ASSIGNMENT}bundle/", {"bundle": file}).status_code == 422
    assert school.assignment.bundles.count() == 1


def test_a_signalled_problem_is_seen_and_answered(browse, school):
    """The student writes, the class shows it, the staff answers on the attempt, and the student reads the answer."""
    hand_in = school.hand_in("ana")
    grade_all()
    student, staff = browse("ana"), browse("iris")
    student.post(f"/attempts/{hand_in.pk}/problem/", {"text": "q1 : <b>juste</b>, je crois"})
    assert "Ana" in staff.get(f"{ASSIGNMENT}class/?show=problem").content.decode()
    page = page_of(staff, hand_in)
    assert "&lt;b&gt;juste" in page
    problem = hand_in.problems.get()
    staff.post(f"/attempts/{hand_in.pk}/problem/{problem.pk}/", {"answer": "Oui, corrigé."})
    assert "Oui, corrigé." in page_of(student, hand_in)
    assert "Ana" not in staff.get(f"{ASSIGNMENT}class/?show=problem").content.decode()
    assert recorded() == [("answer", "")]


def test_half_a_regrade_is_never_applied(browse, school):
    """While attempts wait to be graded again, applying does nothing."""
    bob = school.hand_in("bob", notebook("8"))
    grade_all()
    new_version(browse)
    teacher = browse("theo")
    path = teacher.post(f"{ASSIGNMENT}regrade/")["Location"]
    teacher.post(f"{path}end/", {"what": "apply"})
    grade_all(score=12.0)
    bob.refresh_from_db()
    assert (bob.current.score, school.assignment.regrades.get().state) == (8.0, "tried")


def test_a_new_class_link_ends_the_old_one(browse, school):
    """A link that went astray is worth nothing once there is another."""
    import re

    links = []
    for _ in range(2):
        page = browse("theo").post("/courses/tenseurs/people/", {"role": "student"}).content.decode()
        links.append(re.search(r"http://testserver(/invitation/[^<]+)", page)[1])
    assert [browse().get(link).status_code for link in links] == [404, 200]
