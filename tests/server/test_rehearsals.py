"""Rehearsals: what a bundle asks is seen before it opens, right answers are graded, nothing opens by mistake."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.support.server_world import bundle_zip, grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
SimpleUploadedFile = pytest.importorskip("django.core.files.uploadedfile").SimpleUploadedFile

PREVIEW = "/courses/tenseurs/assignments/tp9/preview/"
MANAGE = "/courses/tenseurs/assignments/tp9/manage/"
SETTINGS = {"title": "Devoir", "state": "open", "tolerance_s": "0", "counts": "latest"}


@pytest.fixture
def teacher(browse, school):
    """Théo, before the preview of a draft whose bundle was just uploaded."""
    client = browse("theo")
    file = SimpleUploadedFile("tp9.zip", bundle_zip("tp9", "Nouvelle version"))
    client.post("/courses/tenseurs/assignments/tp9/bundle/", {"bundle": file})
    return client


def rehearse(client, *files: tuple[str, bytes]) -> str:
    client.post(PREVIEW, {"solution": [SimpleUploadedFile(name, data) for name, data in files]})
    grade_all()
    return client.get(PREVIEW).content.decode()


def state(school) -> str:
    school.draft.refresh_from_db()
    return school.draft.state


def test_a_new_bundle_tells_what_it_asks(teacher):
    """Points, visible and hidden test cases come from the grader itself, which reads the tests with an empty notebook."""
    assert "Un correcteur lit les tests" in teacher.get(PREVIEW).content.decode()
    grade_all()
    page = teacher.get(PREVIEW).content.decode()
    assert "1 question, 20 points." in page
    row = page.split("<tbody>")[1].split("</tr>")[0]
    assert [cell.split("<")[0] for cell in row.split(">") if cell.split("<")[0].strip()] == [
        "q1",
        "20",
        "1",
        "1",
        "16",
    ]


def test_solutions_are_graded_and_belong_to_no_student(teacher, school):
    """Each notebook of a zip by itself: who is right, which test cases fail and why; the class knows nothing of it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("corrigés/un.ipynb", notebook("20"))
        archive.writestr("corrigés/deux.ipynb", notebook("7"))
    page = rehearse(teacher, ("corriges.zip", made.getvalue()), ("trois.ipynb", notebook("20.0")))
    assert page.count("pill good") == 2
    assert "deux.ipynb" in page
    assert "CACHÉ" in page  # the message of the case that fails
    assert school.draft.hand_ins.count() == 0


@pytest.mark.parametrize("answer", ["7", "panne"])
def test_nothing_opens_by_mistake(teacher, school, answer):
    """Where a solution fails, or cannot be graded, opening wants a box ticked, and that is in the record."""
    from notegrad.server.database_time import after
    from notegrad.server.models import AuditEntry, Job

    for _ in range(3):
        rehearse(teacher, *([("corrige.ipynb", notebook(answer))] if _ == 0 else []))
        Job.objects.filter(state="ready").update(run_after=after(-1))
    refused = teacher.post(MANAGE, SETTINGS)
    assert refused.status_code == 422
    assert "Ouvrir quand même" in refused.content.decode()
    assert state(school) == "draft"
    assert teacher.post(MANAGE, {**SETTINGS, "state": "draft", "title": "Autre"}).status_code == 302
    assert teacher.post(MANAGE, {**SETTINGS, "open_anyway": "on"}).status_code == 302
    assert state(school) == "open"
    assert AuditEntry.objects.filter(action="open_anyway").count() == 1


def test_while_it_is_being_tried_it_does_not_open(teacher, school):
    """Who presses before the grader has answered is asked as well."""
    teacher.post(PREVIEW, {"solution": SimpleUploadedFile("x.ipynb", notebook("20"))})
    assert teacher.post(MANAGE, SETTINGS).status_code == 422
    grade_all()
    assert teacher.post(MANAGE, SETTINGS).status_code == 302
    assert state(school) == "open"


def test_a_wrong_file_is_taken_out_or_tried_again(teacher, school):
    """A slip of the hand does not stay in the way, and the last try of a file counts."""
    from notegrad.server.models import Rehearsal

    rehearse(teacher, ("mauvais.ipynb", notebook("3")))
    number = Rehearsal.objects.get(kind="solution").pk
    teacher.post(PREVIEW, {"again": number})
    grade_all(score=20.0)
    assert "mauvais.ipynb" in teacher.get(PREVIEW).content.decode()
    assert teacher.post(MANAGE, SETTINGS).status_code == 302
    teacher.post(PREVIEW, {"drop": number})
    assert "mauvais.ipynb" not in teacher.get(PREVIEW).content.decode()
    assert teacher.post(PREVIEW, {"drop": number}).status_code == 404


def test_points_for_nothing_are_told(teacher, school):
    """An empty notebook that has points is an objection."""
    grade_all(score=4.0)
    assert "Une copie vide a des points" in teacher.get(PREVIEW).content.decode()
    assert teacher.post(MANAGE, SETTINGS).status_code == 422


def test_a_further_version_tries_the_same_solutions(teacher, school):
    """What was right with one version is graded with the next one by itself."""
    rehearse(teacher, ("corrige.ipynb", notebook("20")))
    file = SimpleUploadedFile("tp9.zip", bundle_zip("tp9", "Plus sévère"))
    teacher.post("/courses/tenseurs/assignments/tp9/bundle/", {"bundle": file})
    grade_all(score=11.0)
    page = teacher.get(PREVIEW).content.decode()
    assert "corrige.ipynb" in page
    assert "11<small> / 20" in page


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"%PDF", b""])
def test_what_is_no_notebook_is_a_sentence(teacher, data):
    """A broken zip is refused at once; another file is told as any student's would be."""
    answer = teacher.post(PREVIEW, {"solution": SimpleUploadedFile("x.zip", data)})
    assert answer.status_code in (302, 422)
    assert teacher.get(PREVIEW).status_code == 200
