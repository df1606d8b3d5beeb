"""Grades as files: what a platform gave comes back filled in, nothing is lost silently, pages are one each."""

from __future__ import annotations

import io
import re
import threading
import zipfile

import pytest

from tests.support.platform_exports import moodle_row, moodle_worksheet
from tests.support.server_world import grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")
SimpleUploadedFile = pytest.importorskip("django.core.files.uploadedfile").SimpleUploadedFile

BOOK = "/courses/tenseurs/assignments/tp0/gradebook/"


@pytest.fixture
def listed(school):
    """Ana and Bob as the course's list calls them, both graded."""
    for key, name in ((11, "ana"), (12, "bob")):
        mine = school.course.enrolments.filter(user=school.people[name])
        mine.update(email=f"P{key}@ecole.fr", number=f"2100{key}")
    school.hand_in("ana", notebook("17.5"))
    school.hand_in("bob", notebook("8"))
    grade_all()
    return school


def fill(client, data: bytes, **fields):
    """What comes of a file: the page that tells, and the file."""
    answer = client.post(BOOK, {"gradebook_file": SimpleUploadedFile("notes.csv", data), **fields})
    if answer.status_code != 302:
        return answer.content.decode(), b""
    page = client.get(answer["Location"]).content.decode()
    link = page.split('class="button" href="')[1].split('"')[0]
    return page, client.get(link).content


def test_moodles_worksheet_comes_back_filled(browse, listed):
    """Grades by address, whatever its case; every other byte stays; who is in one list only is named."""
    rows = [moodle_row(11, "Ana"), moodle_row(12, "Bob"), moodle_row(13, "Inconnu")]
    given = moodle_worksheet(*rows)
    page, data = fill(browse("iris"), given)
    grades = [b'"17,50"', b'"8,00"']
    assert [grade in data for grade in grades] == [True, True]
    for grade in grades:
        data = data.replace(grade, b"")
    assert data == given
    assert "Inconnu" in page


def test_who_is_not_in_the_file_is_named(browse, listed):
    """A student whose grade finds no line is told, and so is one whose results are held back."""
    page, data = fill(browse("iris"), moodle_worksheet(moodle_row(11, "Ana")))
    assert "Bob" in page
    path = f"/courses/tenseurs/assignments/tp0/class/{listed.people['ana'].pk}/hold/"
    browse("theo").post(path, {"reason": "à voir"})
    worksheet = moodle_worksheet(moodle_row(11, "Ana"), moodle_row(12, "Bob"))
    page, data = fill(browse("iris"), worksheet)
    assert b"17,50" not in data
    assert b'"8,00"' in data
    assert "retenus" in page
    assert "Ana" in page


def test_any_list_by_number(browse, listed):
    """A school's own list needs the column's name; the number of the course's list finds the student."""
    sheet = "Numéro étudiant;Nom;TP0\n210011;Ana;\n210099;Zed;\n".encode()
    said, _ = fill(browse("iris"), sheet)
    assert "dans quelle colonne" in said
    page, data = fill(browse("iris"), sheet, column="TP0", scale="10")
    assert data.decode().splitlines() == ["Numéro étudiant;Nom;TP0", "210011;Ana;8,75", "210099;Zed;"]
    assert "Zed" in page


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a;b\n1;2\n", b'Nom;"TP0\n'])
def test_a_file_that_is_no_list_is_one_sentence(browse, listed, data):
    """Empty, a workbook, no identifiers, a quote that is never closed: refused, with no traceback."""
    answer = browse("iris").post(BOOK, {"gradebook_file": SimpleUploadedFile("x.csv", data), "column": "TP0"})
    assert answer.status_code == 422
    assert browse("iris").get(BOOK).status_code == 200


def test_our_own_gradebook_has_everybody(browse, listed):
    """Both forms and Gradescope's columns download, with the school's numbers."""
    client = browse("iris")
    for form, cell in (("fr", "17,5"), ("en", "17.5"), ("gradescope", "17.5")):
        said = client.get(f"{BOOK}own/?form={form}").content.decode("utf-8-sig")
        assert cell in said, form
        assert "210012" in said, form


def test_a_filled_file_is_its_persons(browse, listed):
    """Two of the staff at once do not get each other's file."""
    iris, theo = browse("iris"), browse("theo")
    sheet = "Numéro étudiant;TP0\n210011;\n".encode()
    address = iris.post(BOOK, {"gradebook_file": SimpleUploadedFile("a.csv", sheet), "column": "TP0"})[
        "Location"
    ]
    assert theo.get(address).status_code == 404
    assert iris.get(address).status_code == 200


def make_pages(browse, sheet: bytes | None = None) -> dict[str, str]:
    """The pages by their places in the zip: our own, or those that go back to Moodle with a sheet."""
    from notegrad.server.models import ClassFile
    from notegrad.server.queue import queue
    from notegrad.server.queue.loop import Control, _do
    from notegrad.server.staff.pages_job import KIND, pages_kind

    client = browse("iris")
    if sheet is None:
        client.post(f"{BOOK}pages/")
    else:
        page, _ = fill(client, sheet, moodle_pages="on")
        assert "plusieurs fichiers de feedback" in page
    while (held := queue.claim("test", ("cpu",), 60.0)) is not None:
        _do(held, {KIND: pages_kind()}, Control(stop=threading.Event()))
    made = ClassFile.objects.get(kind="pages")
    data = client.get(f"/courses/tenseurs/assignments/tp0/files/{made.pk}/").content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_all_pages_are_one_each_as_each_may_read(browse, listed):
    """Before publication no page tells of hidden tests; after it all but those held back do; names differ."""
    listed.people["bob"].name = "Ana"  # of the same name
    listed.people["bob"].save()
    before = make_pages(browse)
    assert list(before) == ["results/Ana/feedback.html", "results/Ana-2/feedback.html"]
    assert not any("CACHÉ" in page for page in before.values())
    listed.assignment.published_at = timezone.now()
    listed.assignment.save()
    path = f"/courses/tenseurs/assignments/tp0/class/{listed.people['bob'].pk}/hold/"
    browse("theo").post(path, {"reason": "à voir"})
    after = make_pages(browse)
    assert list(after) == ["results/Ana/feedback-published.html", "results/Ana-2/feedback.html"]
    assert ["CACHÉ" in page for page in after.values()] == [True, False]


def test_pages_for_moodle_are_where_moodle_looks(browse, listed):
    """With the worksheet come the pages of those whom it names, each in its participant’s folder; of others none."""
    sheet = moodle_worksheet(moodle_row(11, "Ana_Marie d’Aix/Sud"), moodle_row(13, "Inconnu"))
    pages = make_pages(browse, sheet)
    (path,) = pages
    folder, _, name = path.partition("/")
    assert name == "retour.html"
    found = re.fullmatch(r"(?P<name>[^_/]*)_(?P<key>\d+)_assignsubmission_file", folder)
    assert found is not None and found["name"] == "Ana Marie d’Aix Sud" and found["key"].endswith("11")
    assert "<html" in pages[path]
    said, data = fill(
        browse("iris"), "Numéro étudiant;TP0\n210011;\n".encode(), column="TP0", moodle_pages="on"
    )
    assert "feuille d’évaluation de Moodle" in said and data == b""
