"""Lists of a course by CSV: looked at before anything is written, contradictions named, a link for each person."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from notegrad.messages.typography import french
from tests.support.server_world import PASSWORD, grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
SimpleUploadedFile = pytest.importorskip("django.core.files.uploadedfile").SimpleUploadedFile

ROSTER = "/courses/tenseurs/people/list/"
EXTENSIONS = "/courses/tenseurs/assignments/tp0/extensions/"
HEADS = "Numéro étudiant;Nom complet;Courriel;Identifiant;Groupe\n"


def look(client, path: str, field: str, text: str, **fields):
    """The preview of a list, and what its form would send."""
    answer = client.post(path, {field: SimpleUploadedFile("liste.csv", text.encode()), **fields})
    page = answer.content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(token|reason|key_column)" value="([^"]*)"', page))
    return page, hidden


def take(client, text: str, **choices):
    """A roster confirmed."""
    _, hidden = look(client, ROSTER, "roster_file", text)
    return client.post(ROSTER, {**hidden, **choices})


def people(school) -> dict[str, tuple[str, str, str, bool]]:
    found = school.course.enrolments.filter(role="student").select_related("user")
    return {str(e.user): (e.number, e.email, e.group, e.is_active) for e in found}


def test_nothing_is_written_before_it_is_confirmed(browse, school):
    """The preview names who is new; only the second step makes accounts, once however often it is pressed."""
    from notegrad.server.models import User

    client, before = browse("theo"), User.objects.count()
    page, hidden = look(client, ROSTER, "roster_file", HEADS + "21;Eve Ünal;eve@ecole.fr;;B\n")
    assert "Eve Ünal" in page
    assert french("Nouveaux : 1") in page
    assert User.objects.count() == before
    for _ in range(2):
        assert client.post(ROSTER, hidden).status_code == 302
    assert User.objects.count() == before + 1
    assert people(school)["Eve Ünal"] == ("21", "eve@ecole.fr", "B", True)
    page, _ = look(client, ROSTER, "roster_file", HEADS + "21;Eve Ünal;eve@ecole.fr;;B\n")
    assert "Inchangés\xa0: 1" in page


def test_lines_are_what_they_are(browse, school):
    """Filled in, back, contradicting, twice, staff, passed over, and who is missing: each is told apart."""
    mine = school.course.enrolments
    mine.filter(user=school.people["ana"]).update(number="1", email="ana@ecole.fr")
    mine.filter(user=school.people["bob"]).update(number="2", is_active=False)
    mine.filter(user=school.people["iris"]).update(number="9")
    text = HEADS + (
        "1;Ana;ana@ecole.fr;;A\n"  # a group more
        "2;Bob;bob@ecole.fr;;\n"  # was out
        "1;Autre;autre@ecole.fr;;\n"  # Ana's number with another address
        "9;Iris;;;\n"  # an assistant
        "7;Fay;fay@ecole.fr;;\n"
        "7;Fay;FAY@ecole.fr;;\n"  # the same again
        ";Sans Rien;;;\n"
    )
    client = browse("theo")
    page, hidden = look(client, ROSTER, "roster_file", text)
    for said in (
        "Contradictions, laissées de côté\xa0: 2",
        "De retour dans le cours\xa0: 1",
        "Deux fois dans la liste\xa0: 1",
        "Déjà dans l’équipe du cours, laissés de côté\xa0: 1",
        "Nouveaux : 1",
        "laissées de côté : 8",
    ):
        assert french(said) in page, said
    client.post(ROSTER, hidden)
    found = people(school)
    assert found["Bob"] == ("2", "bob@ecole.fr", "", True)
    assert found["Ana"] == ("1", "ana@ecole.fr", "", True)  # contradicted: not even the group
    assert "Autre" not in found
    assert "Sans Rien" not in found
    assert mine.get(user=school.people["iris"]).role == "assistant"


def test_a_name_alone_joins_nobody(browse, school):
    """Who came by the class's link has the same name and no number: the teacher says whether it is the same."""
    text = HEADS + "1;Ana;ana@ecole.fr;adupont;\n"
    client = browse("theo")
    page, _ = look(client, ROSTER, "roster_file", text)
    assert french("à vous de dire : 1") in page
    take(client, text)
    assert people(school)["Ana"][0] == ""
    take(client, text, **{"line-2": "same"})
    assert people(school)["Ana"] == ("1", "ana@ecole.fr", "", True)
    assert school.course.enrolments.filter(role="student").count() == 2


def links(client) -> list[dict[str, str]]:
    said = client.post(f"{ROSTER}links/").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(said), delimiter=";"))


def test_each_new_person_has_a_link_of_their_own(browse, school):
    """The link sets the password of that account once; new links end the old ones; who is in has none."""
    client = browse("theo")
    take(client, HEADS + "21;Eve;eve@ecole.fr;ana;B\n22;Fay;fay@ecole.fr;;B\n")
    first, second = links(client), links(client)
    assert [(row["nom"], row["identifiant"]) for row in second] == [("Eve", "ana-2"), ("Fay", "fay")]
    assert browse().get(first[0]["lien"]).status_code == 404
    student = browse()
    page = student.get(second[0]["lien"]).content.decode()
    assert "ana-2" in page
    assert student.post(second[0]["lien"], {"new_password": PASSWORD}).status_code == 302
    assert student.get("/courses/tenseurs/").status_code == 200
    assert browse().get(second[0]["lien"]).status_code == 404
    assert [row["nom"] for row in links(client)] == ["Fay"]


def test_somebody_with_an_account_takes_their_place(browse, school):
    """The link opened by who is signed in gives that account the place, its number and what was granted it."""
    from notegrad.server.models import Extension, User

    client = browse("theo")
    take(client, HEADS + "21;Max Martin;max@ecole.fr;;B\n")
    place = User.objects.get(name="Max Martin")
    Extension.objects.create(assignment=school.assignment, user=place, more_attempts=2, reason="x")
    link = links(client)[0]["lien"]
    max_ = browse("max")
    assert "Max Martin" in max_.get(link).content.decode()
    assert max_.get("/courses/tenseurs/").status_code == 404
    max_.post(link)
    assert max_.get("/courses/tenseurs/").status_code == 200
    assert people(school)["Max"] == ("21", "max@ecole.fr", "B", True)
    assert not User.objects.filter(pk=place.pk).exists()
    assert school.assignment.extensions.get().user == school.people["max"]


@pytest.mark.parametrize("name", ["iris", "bob"])
def test_a_place_is_not_taken_by_another(browse, school, name):
    """An assistant, or a student with another number, cannot slip into a place with its link."""
    school.course.enrolments.filter(user=school.people["bob"]).update(number="2")
    client = browse("theo")
    take(client, HEADS + "21;Eve;eve@ecole.fr;;B\n")
    link = links(client)[0]["lien"]
    assert browse(name).post(link).status_code == 403
    assert browse().get(link).status_code == 200


def test_a_list_of_another_course_is_no_confirmation(browse, school):
    """The signed token of one page is worth nothing on another, and no forged one anywhere."""
    _, hidden = look(browse("theo"), ROSTER, "roster_file", HEADS + "21;Eve;eve@ecole.fr;;B\n")
    assert browse("zoe").post("/courses/ailleurs/people/list/", hidden).status_code == 422
    assert browse("theo").post(ROSTER, {"token": "forged"}).status_code == 422
    assert browse("theo").post(EXTENSIONS, hidden).status_code == 422


def test_extensions_by_a_list(browse, school):
    """Course time, the cut-off moves along, wrong lines are sentences; written once it is confirmed, with reasons."""
    from notegrad.server.models import AuditEntry

    one = school.assignment
    one.due_at, one.late_until = (
        datetime(2031, 3, 1, 22, 59, tzinfo=UTC),
        datetime(2031, 3, 3, 22, 59, tzinfo=UTC),
    )
    one.save()
    text = (
        "student,due,late_due,reason\n"
        "ana,2031-03-08 23:59,,malade\n"
        "Bob,2031-03-05 12:00,2031-03-05 18:00,\n"
        "Personne,2031-03-05 12:00,,x\n"
        "bob,hier,,x\n"
    )
    client = browse("iris")
    page, hidden = look(client, EXTENSIONS, "extensions_file", text)
    assert "Ligne 3\xa0: il manque la raison" in page
    page, hidden = look(client, EXTENSIONS, "extensions_file", text, common_reason="transport")
    for said in (
        "8 mars 2031 23:59",
        "5 mars 2031 18:00",
        "personne ne s’appelle «\xa0Personne\xa0»",
        "« hier »",
    ):
        assert french(said) in page, said
    assert one.extensions.count() == 0
    client.post(EXTENSIONS, hidden)
    found = {e.user.username: (e.due_at, e.late_until, e.reason) for e in one.extensions.all()}
    assert found == {
        "ana": (
            datetime(2031, 3, 8, 22, 59, tzinfo=UTC),
            datetime(2031, 3, 10, 22, 59, tzinfo=UTC),
            "malade",
        ),
        "bob": (
            datetime(2031, 3, 5, 11, 0, tzinfo=UTC),
            datetime(2031, 3, 5, 17, 0, tzinfo=UTC),
            "transport",
        ),
    }
    assert set(AuditEntry.objects.values_list("reason", flat=True)) == {"malade", "transport"}
    page, _ = look(client, EXTENSIONS, "extensions_file", text, common_reason="transport")
    assert page.count("inchangé") == 2
    assert "8 mars 2031 à 23:59" in browse("ana").get("/courses/tenseurs/assignments/tp0/").content.decode()


def test_an_extension_keeps_the_attempts_that_were_given(browse, school):
    """A list of dates takes nothing away that one student was granted by hand."""
    from notegrad.server.models import Extension

    Extension.objects.create(
        assignment=school.assignment, user=school.people["ana"], more_attempts=3, reason="x"
    )
    text = "student,due,reason\nana,2031-03-08 23:59,malade\n"
    _, hidden = look(browse("iris"), EXTENSIONS, "extensions_file", text)
    browse("iris").post(EXTENSIONS, hidden)
    assert school.assignment.extensions.get().more_attempts == 3


@pytest.mark.parametrize("text", ["", "PK\x03\x04", "a;b\n1;2\n", '"open\n', "Nom complet\nAna\n"])
def test_what_is_no_list_is_a_sentence(browse, school, text):
    """Neither page breaks over a file that is something else."""
    client = browse("theo")
    for path, field in ((ROSTER, "roster_file"), (EXTENSIONS, "extensions_file")):
        answer = client.post(path, {field: SimpleUploadedFile("x.csv", text.encode())})
        assert answer.status_code == 422, path


def test_the_lists_number_is_in_the_gradebook(browse, school):
    """What identifies at school comes back in the file of grades."""
    take(browse("theo"), HEADS + "1;Ana;ana@ecole.fr;adupont;A\n", **{"line-2": "same"})
    school.hand_in("ana", notebook("12"))
    grade_all()
    said = browse("iris").get("/courses/tenseurs/assignments/tp0/gradebook/own/").content.decode("utf-8-sig")
    row = next(row for row in csv.DictReader(io.StringIO(said), delimiter=";") if row["student"] == "Ana")
    assert (row["number"], row["email"], row["login"], row["group"]) == ("1", "ana@ecole.fr", "adupont", "A")


def test_a_name_that_was_chosen_identifies_nobody(browse, school):
    """Bob may call his account as the school calls Ana: no file of the school's takes him for her."""
    bob = school.people["bob"]
    bob.username, bob.email, bob.name = "adupont", "ana@ecole.fr", "adupont"
    bob.save()
    page, _ = look(browse("theo"), ROSTER, "roster_file", HEADS + "1;Ana Dupont;ana@ecole.fr;adupont;A\n")
    assert french("Nouveaux : 1") in page
    school.course.enrolments.filter(user=school.people["ana"]).update(number="1", login="adupont")
    school.hand_in("ana", notebook("5"))
    school.hand_in("bob", notebook("20"))
    grade_all()
    sheet = SimpleUploadedFile("x.csv", b"login;TP0\nadupont;\n")
    book = "/courses/tenseurs/assignments/tp0/gradebook/"
    client = browse("theo")
    page = client.get(
        client.post(book, {"gradebook_file": sheet, "column": "TP0"})["Location"]
    ).content.decode()
    file = client.get(page.split('class="button" href="')[1].split('"')[0]).content
    assert file == b"login;TP0\nadupont;5,00\n"


def test_what_no_database_keeps_is_left_out(browse, school):
    """Zero bytes and controls in a list's cells, far below its first lines, break no page."""
    rows = "".join(f"{n};Élève {n};e{n}@ecole.fr;;A\n" for n in range(100, 260))
    text = HEADS + rows + "9;Ève\0\x07 Noir;eve\0@ecole.fr;;\0\n"
    assert take(browse("theo"), text).status_code == 302
    assert "Ève Noir" in people(school)
    assert school.course.enrolments.filter(role="student").count() == 163
    lines = "".join(f"Élève {n},2031-03-08 23:59,malade\n" for n in range(100, 260))
    text = f"student,due,reason\n{lines}ana,2031-03-08 23:59,ma\0lade\n"
    _, hidden = look(browse("iris"), EXTENSIONS, "extensions_file", text)
    assert browse("iris").post(EXTENSIONS, hidden).status_code == 302
    assert school.assignment.extensions.count() == 161
