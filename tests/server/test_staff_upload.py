"""Hand-ins by the staff for a student: told on the receipt and in the record, and held up by no date."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.support.server_world import grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")
SimpleUploadedFile = pytest.importorskip("django.core.files.uploadedfile").SimpleUploadedFile


def hand_in(browse, school, name: str = "ana", **fields):
    path = f"/courses/tenseurs/assignments/tp0/class/{school.people[name].pk}/upload/"
    data = {"form_key": str(uuid4()), "reason": "page en panne", **fields}
    data.setdefault("notebook", SimpleUploadedFile("ana.ipynb", notebook("12")))
    return browse("iris").post(path, data)


def test_the_receipt_tells_who_and_why(browse, school):
    """The attempt is the student's, is graded as any, and says on page, receipt and record whose hand it was."""
    from notegrad.server.models import AuditEntry

    address = hand_in(browse, school)["Location"]
    grade_all()
    student = browse("ana")
    page, receipt = student.get(address).content.decode(), student.get(f"{address}receipt/").content.decode()
    for said in ("Iris", "page en panne"):
        assert said in page
        assert said in receipt
    assert "4<small> / 4" in page
    assert "rendu par l’équipe" in student.get("/courses/tenseurs/assignments/tp0/").content.decode()
    assert browse("bob").get(address).status_code == 404
    assert AuditEntry.objects.filter(action="staff_upload", reason="page en panne").count() == 1


def test_neither_dates_nor_limits_stand_in_the_way(browse, school):
    """After the last moment and without an attempt left the staff can, the student cannot; it is late."""
    one = school.assignment
    one.due_at, one.attempts_limit = timezone.now() - timedelta(days=2), 1
    one.save()
    assert not hasattr(school.hand_in("ana"), "pk")
    for _ in range(2):
        assert hand_in(browse, school).status_code == 302
    assert [h.is_late for h in one.hand_ins.all()] == [True, True]
    assert "Ana" in browse("iris").get("/courses/tenseurs/assignments/tp0/class/?show=late").content.decode()


def test_a_second_press_is_the_same_attempt(browse, school):
    """One attempt and one line of the record, however often the button is pressed."""
    from notegrad.server.models import AuditEntry

    key = str(uuid4())
    for _ in range(2):
        file = SimpleUploadedFile("ana.ipynb", notebook("12"))
        assert hand_in(browse, school, form_key=key, notebook=file).status_code == 302
    assert (school.assignment.hand_ins.count(), AuditEntry.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": ""},
        {"form_key": "x"},
        {"notebook": SimpleUploadedFile("x.ipynb", b"%PDF")},
    ],
)
def test_what_is_refused_leaves_nothing(browse, school, fields):
    """Without a reason, with a file that is no notebook: one sentence, no attempt."""
    assert hand_in(browse, school, **fields).status_code == 422
    assert school.assignment.hand_ins.count() == 0


def test_it_is_for_people_of_the_course(browse, school):
    """Nobody's account elsewhere gets an attempt here."""
    assert hand_in(browse, school, name="max").status_code == 404
