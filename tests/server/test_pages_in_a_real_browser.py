"""A student's and a teacher's whole way in Chromium: with and without JavaScript, in both languages, narrow, axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.real_browser import STICKS_OUT, needs_chromium
from tests.support.server_world import PASSWORD, grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")

pytestmark = [
    needs_chromium,
    pytest.mark.slow,
    pytest.mark.timeout(400),
]
STUDENT = (
    "/",
    "/courses/tenseurs/",
    "/courses/tenseurs/assignments/tp0/",
    "/attempts/{id}/",
    "/attempts/{id}/problem/",
    "/account/",
    "/account/tokens/",
)
TEACHER = (
    "/courses/tenseurs/",
    "/courses/tenseurs/people/",
    "/courses/tenseurs/audit/",
    "/courses/tenseurs/new-assignment/",
    "/courses/tenseurs/assignments/tp0/manage/",
    "/courses/tenseurs/assignments/tp0/class/",
    "/courses/tenseurs/assignments/tp0/class/{user}/",
    "/courses/tenseurs/assignments/tp0/class/{user}/decide/",
    "/courses/tenseurs/assignments/tp0/class/?show=alike&sort=-score",
    "/courses/tenseurs/assignments/tp0/class/{user}/upload/",
    "/courses/tenseurs/assignments/tp0/preview/",
    "/courses/tenseurs/assignments/tp0/gradebook/",
    "/courses/tenseurs/assignments/tp0/gradebook/filled/{file}/",
    "/courses/tenseurs/assignments/tp0/extensions/",
    "/courses/tenseurs/people/list/",
    "/courses/tenseurs/assignments/tp0/regrade/{regrade}/",
    "/attempts/{id}/",
    "/attempts/{id}/override/",
)


@pytest.fixture
def signed_in(chromium, address, school) -> Iterator[Callable[..., Any]]:
    """Makes a page of a browser in which one of the people has signed in through the form."""
    for name in ("ana", "theo", "ada"):
        school.people[name].set_password(PASSWORD)
        school.people[name].save()
    contexts = []
    faults: list[str] = []

    def made(name: str, *, width: int = 1100, script: bool = True, dark: bool = False) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
            base_url=address,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: "Content Security" in said.text and faults.append(said.text))
        page.goto("/sign-in/")
        page.get_by_label("Identifiant").fill(name)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url(f"{address}/")
        return page

    yield made
    for context in contexts:
        context.close()
    assert faults == []


def hand_in(page: Any, folder: Path, content: bytes) -> None:
    path = folder / "tp0.ipynb"
    path.write_bytes(content)
    page.goto("/courses/tenseurs/assignments/tp0/")
    page.get_by_label("Fichier").set_input_files(path)
    page.get_by_role("button", name="Rendre ce fichier").click()


def test_a_students_way(signed_in, tmp_path, school):
    """Refused, received, watched without reloading, read in the sandboxed frame."""
    page = signed_in("ana")
    hand_in(page, tmp_path, b"%PDF")
    assert "Aucune tentative n’est utilisée" in page.locator("[role=alert]").inner_text()
    hand_in(page, tmp_path, notebook("12"))
    assert "file d’attente" in page.locator("#state").inner_text()
    page.evaluate("() => { window.stayed = true; }")
    grade_all()
    frame = page.frame_locator("iframe.feedback")
    frame.get_by_role("heading", name="Ana").wait_for(timeout=60_000)
    assert page.evaluate("() => window.stayed") is True
    assert "4 / 4" in page.locator("#history").inner_text()


def test_a_students_way_without_javascript(signed_in, tmp_path, school):
    """The same forms and pages; the page looks again by itself until there is a result."""
    page = signed_in("ana", script=False)
    hand_in(page, tmp_path, notebook("12"))
    grade_all()
    page.frame_locator("iframe.feedback").get_by_role("heading", name="Ana").wait_for(timeout=60_000)
    page.goto("/courses/tenseurs/assignments/tp0/")
    assert "4 / 4" in page.locator("table").inner_text()
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", name="Hand in your notebook").is_visible()


ROSTER = """Numéro étudiant;Nom complet;Courriel;Identifiant;Groupe
1;Ana;ana@ecole.fr;;A
2;Ève Martin;eve@ecole.fr;emartin;A
2;Autre;autre@ecole.fr;;B
3;Zoë;zoe@ecole.fr;;B
;Sans Rien;;;
"""


def test_a_teachers_lists_without_javascript(signed_in, tmp_path, school):
    """A course's list: looked at, a namesake decided, confirmed; then a file with a link for each."""
    path = tmp_path / "liste.csv"
    path.write_text(ROSTER, encoding="utf-8")
    page = signed_in("theo", script=False)
    page.goto("/courses/tenseurs/people/")
    page.get_by_role("link", name="Liste du cours").click()
    page.get_by_label("Liste des étudiants").set_input_files(path)
    page.get_by_role("button", name="Regarder avant").click()
    assert "Contradictions, laissées de côté\xa0: 2" in page.inner_text("main")
    page.get_by_label("Le compte ana a ce nom").select_option("same")
    page.get_by_role("button", name="Confirmer").click()
    assert "Sans compte encore\xa0: 1" in page.inner_text("main")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Télécharger les liens").click()
    links = Path(waiting.value.path()).read_text("utf-8-sig")
    assert "Zoë" in links
    assert "/invitation/" in links
    assert school.course.enrolments.get(user=school.people["ana"]).number == "1"


def test_a_teachers_way_without_javascript(signed_in, school):
    """From the class to one student's page, a decided score, and publication."""
    attempt = school.hand_in("ana", notebook("12"))
    grade_all()
    page = signed_in("theo", script=False)
    page.goto("/courses/tenseurs/assignments/tp0/class/")
    page.get_by_role("link", name="Ana").click()
    assert "telle que cette personne la voit" in page.content()
    page.goto(f"/attempts/{attempt.pk}/override/")
    page.get_by_label("Note").fill("15")
    page.get_by_label("Raison").fill("énoncé ambigu")
    page.get_by_role("button", name="Décider").click()
    page.goto("/courses/tenseurs/assignments/tp0/manage/")
    page.get_by_role("button", name="Publier tous les résultats").click()
    school.assignment.refresh_from_db()
    assert school.assignment.published_at is not None
    page.goto("/courses/tenseurs/assignments/tp0/class/")
    assert "15 / 20" in page.locator("table").inner_text()


EXTENSIONS = "student,due,late_due,reason\nana,2031-03-08 23:59,,malade\nNemo,2031-03-08 23:59,,x\n"


def test_previews_and_places_are_for_everybody(signed_in, tmp_path, school):
    """Axe finds nothing on what a list would change, nor where a person of the list takes their place; nothing sticks out."""
    axe_module = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="skipped, because axe is missing"
    )
    from notegrad.server.accounts.links import make_link

    axe, found = axe_module.Axe(), []
    place = school.people["bob"]
    place.set_unusable_password()
    place.save()
    link = make_link(course=school.course, user=place)
    lists = {
        "/courses/tenseurs/people/list/": ROSTER,
        "/courses/tenseurs/assignments/tp0/extensions/": EXTENSIONS,
    }
    for width, dark in ((1100, False), (320, True)):
        page = signed_in("theo", width=width, dark=dark)
        for path, text in lists.items():
            (tmp_path / "liste.csv").write_text(text, encoding="utf-8")
            page.goto(path)
            page.locator("input[type=file]").set_input_files(tmp_path / "liste.csv")
            page.get_by_role("button", name="Regarder avant").click()
            assert "Ce qui va changer" in page.content()
            found += faults_of(axe, page, f"{path} at {width}")
        other = signed_in("ada", width=width, dark=dark)
        other.goto(link)
        assert "La place de Bob" in other.content()
        found += faults_of(axe, other, f"a place at {width}")
        other.get_by_role("button", name="Se déconnecter").click()
        other.goto(link)
        assert "Bienvenue, Bob" in other.content()
        found += faults_of(axe, other, f"a password at {width}")
    assert found == []


def faults_of(axe: Any, page: Any, where: str) -> list[str]:
    """What axe finds on a page, and whether something sticks out."""
    found = [f"{where}: sticks out"] if page.evaluate(STICKS_OUT) > 0 else []
    for violation in axe.run(page).response["violations"]:
        nodes = [node["html"][:100] for node in violation["nodes"][:3]]
        found.append(f"{where}: {violation['id']}: {nodes}")
    return found


@pytest.fixture
def places(school) -> dict[str, int]:
    from notegrad.server.blobs import keep
    from notegrad.server.models import ClassFile, ClassReport, Extension, Override, Regrade, Rehearsal
    from notegrad.server.staff.rehearsal_job import enqueue_rehearsal
    from notegrad.server.student.receiving import dates_for

    one, ana, theo = school.assignment, school.people["ana"], school.people["theo"]
    attempt = school.hand_in("ana", notebook("12"))
    for kind, content in (("empty", None), ("solution", b"20"), ("solution", b"7")):
        blob = keep(notebook(content.decode())) if content else None
        made = Rehearsal.objects.create(bundle=one.bundle, kind=kind, blob=blob, file_name="corrigé.ipynb")
        enqueue_rehearsal(made)
    grade_all()
    school.hand_in("ana", notebook("7"))
    other = school.hand_in("bob", notebook("7"))
    one.due_at = timezone.now() + timezone.timedelta(days=3)
    one.save()
    assert dates_for(one, None).due is not None
    tried = Regrade.objects.create(assignment=one, bundle=one.bundle)
    for question in ("q1", "whole", "q7"):
        Override.objects.create(hand_in=attempt, question=question, points=3, reason="vu ensemble", by=theo)
    Extension.objects.create(assignment=one, user=ana, due_at=timezone.now(), reason="malade", by=theo)
    pair = [attempt.pk, other.pk, ["q1"], 0.9]
    ClassReport.objects.create(assignment=one, blob=keep(b"x"), submissions=2, alike=[pair])
    notes = ["2 notes mises.", "Lignes qui ne sont personne de ce cours : Inconnu"]
    file = ClassFile.objects.create(
        assignment=one, kind="filled", blob=keep(b"x"), file_name="n.csv", notes=notes, by=theo
    )
    return {"id": attempt.pk, "user": ana.pk, "regrade": tried.pk, "file": file.pk}


@pytest.mark.parametrize(
    ("name", "paths"), [("ana", STUDENT), ("theo", TEACHER), ("ada", ("/", "/new-course/"))]
)
def test_pages_are_for_everybody(signed_in, places, name, paths):
    """Axe finds nothing on any page of students and staff, light and dark, wide and at 320 px, where nothing sticks out."""
    axe_module = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="skipped, because axe is missing"
    )
    axe = axe_module.Axe()
    found = []
    for width, dark in ((1100, False), (320, True)):
        page = signed_in(name, width=width, dark=dark)
        for path in paths:
            page.goto(path.format(**places))
            found += faults_of(axe, page, f"{path} at {width}")
    assert found == []
