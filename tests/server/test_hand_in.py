"""Handing in: nothing is lost, nothing counts twice, and what is refused uses up no attempt."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from tests.support.platform_exports import zipped
from tests.support.server_world import ASKS_FOR_DOUBLE, bundle_zip, grade_all, make_assignment, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")

PAGE = "/courses/tenseurs/assignments/tp0/"


def upload(client, content: bytes, *, key: UUID | None = None, page: str = PAGE, name: str = "tp0.ipynb"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = {"notebook": SimpleUploadedFile(name, content), "form_key": str(key or uuid4())}
    return client.post(f"{page}upload/", data)


def attempts(school, name: str = "ana") -> int:
    return school.people[name].hand_ins.count()


def test_an_upload_gets_a_receipt_at_once(browse, school):
    """Before anything is graded the page says number and SHA-256, and gives the very bytes back."""
    client, content = browse("ana"), notebook("print('é')", "12")
    answer = upload(client, content)
    page = client.get(answer["Location"])
    digest = hashlib.sha256(content).hexdigest()
    assert digest in page.content.decode()
    assert client.get(f"{answer['Location']}file/").content == content
    text = client.get(f"{answer['Location']}receipt/").content.decode()
    assert digest in text
    assert "Tenseurs" in text


def test_a_second_press_is_the_same_attempt(browse, school):
    """The one-time key of the form makes a double click, or a reload after a broken connection, one attempt."""
    client, key = browse("ana"), uuid4()
    first, second = (upload(client, notebook("12"), key=key) for _ in range(2))
    assert (first["Location"], attempts(school)) == (second["Location"], 1)
    assert upload(client, notebook("12"))["Location"] != first["Location"]  # the same bytes again, on purpose


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"%PDF-1.4", "PDF"), (b"", "vide"), (notebook(), "cellule"), (b"PK\x03\x04nonsense", "zip")],
    ids=["pdf", "empty", "no cells", "broken zip"],
)
def test_what_cannot_be_read_is_told_and_uses_no_attempt(browse, school, content, said):
    """One sentence beside the form, at once."""
    answer = upload(browse("ana"), content)
    assert (answer.status_code, attempts(school)) == (422, 0)
    page = answer.content.decode()
    assert said in page
    assert "Aucune tentative n’est utilisée" in page


def test_another_assignments_notebook_is_told(browse, school):
    """A notebook that names itself as another assignment of the course is refused; an unknown name is not."""
    make_assignment(school, "tp1", "open")
    other, unknown, right = (
        f'import otter\ngrader = otter.Notebook("{n}.ipynb")' for n in ("tp1", "copie", "tp0")
    )
    answer = upload(browse("ana"), notebook(other, "1"))
    assert (answer.status_code, attempts(school)) == (422, 0)
    assert "Devoir tp1" in answer.content.decode()
    for cells in ((unknown, "1"), (right, "1"), (right, other, "1")):
        assert upload(browse("ana"), notebook(*cells)).status_code == 302


def test_the_untouched_handout_and_a_zip_of_two_notebooks(browse, school):
    """The handout as it was is refused; of a draft and the work, the work is read, and the student is told."""
    from notegrad.intake.wanted import cell_digest
    from notegrad.server.asked import read_hand_in
    from notegrad.server.staff.bundles import add_version, read_upload

    blank = "def double(x):\n    ..."
    handout = {"imports": {}, "classes": [], "cells": [cell_digest(blank)], "file_name": "tp0.ipynb"}
    data = bundle_zip(test=ASKS_FOR_DOUBLE, handout=handout)
    add_version(school.assignment, read_upload(data, "tp0.zip"), data, "tp0.zip", school.people["theo"])
    refused = upload(browse("ana"), notebook(blank))
    assert (refused.status_code, attempts(school)) == (422, 0)
    assert "sujet tel quel" in refused.content.decode()
    both = zipped({"vieux/tp0.ipynb": notebook(blank, "1", "2"), "tp0-fini.ipynb": notebook("double = abs")})
    assert upload(browse("ana"), both, name="tout.zip").status_code == 302
    read = read_hand_in(school.people["ana"].hand_ins.get(), school.assignment.bundle)
    assert (read.path, read.cells) == ("tp0-fini.ipynb", ("double = abs",))
    assert "tp0-fini.ipynb" in "".join(read.notes)


@pytest.mark.parametrize("missing", ["notebook", "form_key"])
def test_a_form_that_is_not_whole_is_told(browse, school, missing):
    """No file, or no key: the form again with one sentence."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    data = {"notebook": SimpleUploadedFile("a.ipynb", notebook("1")), "form_key": str(uuid4())}
    data.pop(missing)
    answer = browse("ana").post(f"{PAGE}upload/", data)
    assert (answer.status_code, attempts(school)) == (422, 0)


def test_dates_are_held_and_said_before(browse, school):
    """Late is told before the upload and marked after it; closed and not yet open take nothing."""
    now = timezone.now()
    hour = timedelta(hours=1)
    make_assignment(school, "late", "open", due_at=now - hour, late_until=now + hour)
    make_assignment(school, "over", "open", due_at=now - hour)
    make_assignment(school, "soon", "open", opens_at=now + hour)
    client = browse("ana")
    assert (
        "sera marqué «\xa0en retard\xa0»"
        in client.get("/courses/tenseurs/assignments/late/").content.decode()
    )
    upload(client, notebook("1"), page="/courses/tenseurs/assignments/late/")
    assert school.people["ana"].hand_ins.get().is_late
    for slug in ("over", "soon"):
        page = f"/courses/tenseurs/assignments/{slug}/"
        assert b'type="file"' not in client.get(page).content
        assert upload(client, notebook("1"), page=page).status_code == 422
    assert attempts(school) == 1


def test_an_extension_is_one_students(browse, school):
    """More time and more attempts reach the student who has them, and no other."""
    from notegrad.server.models import Extension

    now = timezone.now()
    over = make_assignment(school, "over", "open", due_at=now - timedelta(hours=1))
    Extension.objects.create(
        assignment=over, user=school.people["ana"], due_at=now + timedelta(hours=1), reason="x"
    )
    page = "/courses/tenseurs/assignments/over/"
    assert upload(browse("ana"), notebook("1"), page=page).status_code == 302
    assert upload(browse("bob"), notebook("1"), page=page).status_code == 422


def test_attempts_are_limited_and_our_faults_are_free(browse, school):
    """The number that is left stands on the page; what we could not grade does not count."""
    page = "/courses/tenseurs/assignments/two/"
    make_assignment(school, "two", "open", attempts_limit=2)
    client = browse("ana")
    upload(client, notebook("panne"), page=page)
    for _ in range(3):
        grade_all()
        from notegrad.server.models import Job

        Job.objects.update(run_after=timezone.now() - timedelta(minutes=1))
    assert school.people["ana"].hand_ins.get().state == "not_graded"
    assert "2 tentatives" in client.get(page).content.decode()
    upload(client, notebook("1"), page=page)
    assert "1 tentative" in client.get(page).content.decode()
    upload(client, notebook("2"), page=page)
    assert upload(client, notebook("3"), page=page).status_code == 422
    assert attempts(school) == 3


def test_the_newest_upload_of_a_student_goes_first(school):
    """Of two quick uploads of one student the newer is graded first; other students keep their place."""
    from notegrad.server.queue import queue

    first, other, second = school.hand_in("ana"), school.hand_in("bob"), school.hand_in("ana")
    order = [queue.claim("w", ("cpu",), 60.0).payload["hand_in"] for _ in range(3)]
    assert order == [other.pk, second.pk, first.pk]


def test_an_upload_and_its_job_are_one(school, monkeypatch):
    """Where the job cannot be put in, there is no attempt either: never a receipt for what is not graded."""
    from notegrad.server.models import HandIn
    from notegrad.server.queue import queue

    monkeypatch.setattr(queue, "let_earlier_wait", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        school.hand_in("ana")
    assert HandIn.objects.count() == 0
