"""The API and `notegrad submit`: what a program may do with a token, and no more."""

from __future__ import annotations

import csv
import io

import pytest

from tests.support.server_world import grade_all, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
timezone = pytest.importorskip("django.utils.timezone")
SimpleUploadedFile = pytest.importorskip("django.core.files.uploadedfile").SimpleUploadedFile

ASSIGNMENT = "/api/courses/tenseurs/assignments/tp0"


@pytest.fixture
def token_of(school):
    from notegrad.server.accounts.tokens import make_token

    return lambda name: make_token(school.people[name], "test")


@pytest.fixture
def ask(browse, token_of):
    """A program's request with the token of one of the people, or of nobody."""

    def asked(name: str, method: str, path: str, data=None):
        headers = {"Authorization": f"Bearer {token_of(name)}"} if name else {}
        return getattr(browse(), method)(path, data, headers=headers)

    return asked


def file(content: bytes = b"") -> dict:
    return {"notebook": SimpleUploadedFile("tp0.ipynb", content or notebook("17.5"))}


def test_a_program_hands_in_and_reads(ask, school):
    """A receipt at once, then the state, then the part of the result that its student may read."""
    receipt = ask("ana", "post", f"{ASSIGNMENT}/attempts", file()).json()
    assert (receipt["number"], receipt["state"], receipt["score"]) == (1, "waiting", None)
    grade_all()
    found = ask("ana", "get", f"/api/attempts/{receipt['id']}").json()
    assert (found["state"], found["score"], found["points"], found["is_final"]) == ("graded", 4.0, 4.0, False)
    said = ask("ana", "get", f"/api/attempts/{receipt['id']}/result?whole=true").content.decode()
    assert "CACHÉ" not in said
    assert "17.5" not in said
    assert "seed" not in said
    whole = ask("iris", "get", f"/api/attempts/{receipt['id']}/result?whole=true").json()
    assert (whole["score"], len(whole["tests"])) == (17.5, 2)
    school.assignment.published_at = timezone.now()
    school.assignment.save()
    assert ask("ana", "get", f"/api/attempts/{receipt['id']}").json()["score"] == 17.5


def test_the_same_key_is_the_same_attempt(ask, school):
    """A program whose connection broke sends again without handing in twice."""
    path = f"{ASSIGNMENT}/attempts?key=6f0d2f6e-6f0e-4d0b-9d5b-000000000001"
    first, second = (ask("ana", "post", path, file()).json() for _ in range(2))
    assert (first["id"], school.people["ana"].hand_ins.count()) == (second["id"], 1)


def test_what_is_refused_is_one_sentence(ask):
    """The sentence of the form, as JSON."""
    refused = ask("ana", "post", f"{ASSIGNMENT}/attempts", file(b"%PDF"))
    assert refused.status_code == 422
    assert "PDF" in refused.json()["error"]


API_TABLE = {
    ("post", f"{ASSIGNMENT}/attempts"): {"ana", "bob", "iris", "theo"},
    ("get", "/api/attempts/{id}"): {"ana", "iris", "theo", "ada"},
    ("get", "/api/attempts/{id}/result"): {"ana", "iris", "theo", "ada"},
    ("get", f"{ASSIGNMENT}/gradebook.csv"): {"iris", "theo", "ada"},
}


def test_the_api_keeps_the_same_rules(ask, browse, school):
    """Each operation for each person: what is not theirs is not there; a browser's session counts for nothing."""
    hand_in = school.hand_in("ana")
    grade_all()
    for (method, path), allowed in API_TABLE.items():
        path = path.format(id=hand_in.pk)
        for name in school.people:
            status = ask(name, method, path, file() if method == "post" else None).status_code
            assert (status in (200, 201)) == (name in allowed), (path, name, status)
            assert status in (200, 201, 404)
        assert ask("", method, path).status_code == 401
        assert getattr(browse("theo"), method)(path).status_code == 401


def test_every_operation_is_in_the_table():
    """A new operation cannot be forgotten."""
    from notegrad.server.api import api

    described = {
        (method, path) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods
    }
    assert len(described) == len(API_TABLE)


def test_every_refusal_is_a_sentence(ask, school):
    """Whatever is refused, a program reads the same field: wrong fields, no token, not there, too large."""
    refused = [
        (ask("ana", "post", f"{ASSIGNMENT}/attempts"), 422),
        (ask("ana", "post", f"{ASSIGNMENT}/attempts?key=nonsense", file()), 422),
        (ask("", "get", "/api/attempts/1"), 401),
        (ask("ana", "get", "/api/attempts/999999999"), 404),
        (ask("ana", "get", "/api/nothing"), 404),
        (ask("", "post", f"{ASSIGNMENT}/attempts", file(notebook("1" * 100_000))), 413),
    ]
    for answer, status in refused:
        assert answer.status_code == status
        assert list(answer.json()) == ["error"], status


def test_a_token_ends(ask, browse, school, token_of):
    """Deleted, expired, or of a person who may not sign in any more: it is worth nothing, and never stored."""
    from notegrad.server.models import Token

    token = token_of("ana")
    assert not Token.objects.filter(token_hash__contains=token[3:20]).exists()
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{ASSIGNMENT}/attempts"
    assert browse().post(path, file(), headers=headers).status_code == 201
    Token.objects.update(expires_at=timezone.now())
    assert browse().post(path, file(), headers=headers).status_code == 401
    Token.objects.update(expires_at=timezone.now() + timezone.timedelta(days=1))
    school.people["ana"].is_active = False
    school.people["ana"].save()
    assert browse().post(path, file(), headers=headers).status_code == 401


def test_the_gradebook_has_every_student(ask, school):
    """A line for each, also for who handed in nothing; a name is never a formula."""
    school.people["bob"].name = "=1+1"
    school.people["bob"].save()
    school.hand_in("ana", notebook("17.5"))
    grade_all()
    said = ask("iris", "get", f"{ASSIGNMENT}/gradebook.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(said), delimiter=";"))
    assert [(row["login"], row["student"], row["score"], row["status"]) for row in rows] == [
        ("bob", "'=1+1", "", "missing"),
        ("ana", "Ana", "17,5", "graded"),
    ]


def test_submit_hands_in_from_the_command_line(address, school, token_of, tmp_path, monkeypatch, capsys):
    """`notegrad submit` prints the receipt; what the page refuses is its sentence, with status 2."""
    from notegrad.cli.main import run

    path = tmp_path / "mon devoir é.ipynb"
    path.write_bytes(notebook("12"))
    monkeypatch.setenv("NOTEGRAD_TOKEN", token_of("ana"))
    page = f"{address}/courses/tenseurs/assignments/tp0/"
    assert run(["submit", str(path), "--to", page]) == 0
    hand_in = school.people["ana"].hand_ins.get()
    said = capsys.readouterr().out
    assert hand_in.blob_id in said
    assert hand_in.file_name == "mon devoir é.ipynb"
    path.write_bytes(b"%PDF")
    assert run(["submit", str(path), "--to", page]) == 2
    assert "PDF" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("http://example.org/courses/a/assignments/b/", "use https"),
        ("https://example.org/courses/a/", "no assignment's page"),
        ("file:///courses/a/assignments/b/", "no assignment's page"),
    ],
)
def test_submit_gives_no_token_away(tmp_path, monkeypatch, capsys, page, said):
    """An address that is not encrypted, or that is no assignment's, is refused before anything is sent."""
    from notegrad.cli.main import run

    monkeypatch.setenv("NOTEGRAD_TOKEN", "ng_x")
    assert run(["submit", str(tmp_path / "x.ipynb"), "--to", page]) == 2
    assert said in capsys.readouterr().err
