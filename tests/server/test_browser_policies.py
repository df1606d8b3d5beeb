"""Doors: sessions, forged requests, sizes, headers; what the settings are when deployed."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server_world import PASSWORD, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)
SimpleUploadedFile = pytest.importorskip("django.core.files.uploadedfile").SimpleUploadedFile

ROOT = Path(__file__).resolve().parents[2]
UPLOAD = "/courses/tenseurs/assignments/tp0/upload/"


@pytest.fixture
def with_password(school):
    school.people["ana"].set_password(PASSWORD)
    school.people["ana"].save()
    return school


def sign_in(client, password: str = PASSWORD):
    return client.post("/sign-in/", {"username": "ana", "password": password})


def test_signing_in_gives_the_session_a_new_key(browse, with_password):
    """A session key that somebody planted before is worth nothing after."""
    client = browse()
    client.get("/sign-in/")
    before = client.cookies["sessionid"].value
    assert sign_in(client).status_code == 302
    assert client.cookies["sessionid"].value != before
    assert client.get("/").status_code == 200


def test_guessing_is_slowed_down(browse, with_password):
    """After eight wrong passwords the right one is refused as well; another person is not."""
    client = browse()
    statuses = {sign_in(client, "wrong").status_code for _ in range(8)}
    assert statuses <= {422, 429}
    assert sign_in(client).status_code == 429
    other = with_password.people["bob"]
    other.set_password(PASSWORD)
    other.save()
    assert client.post("/sign-in/", {"username": "bob", "password": PASSWORD}).status_code == 302


def test_who_guesses_locks_out_nobody_elsewhere(browse, with_password, settings_changed):
    """Behind a proxy the address is the one that the proxy has seen, whatever a client says before it."""
    settings_changed(IS_BEHIND_PROXY=True)

    def signs_in(password: str, address: str) -> int:
        fields = {"username": "ana", "password": password}
        return browse().post("/sign-in/", fields, headers={"X-Forwarded-For": address}).status_code

    for number in range(9):
        last = signs_in("wrong", f"198.51.100.{number}, 203.0.113.9")
    assert last == 429
    assert signs_in(PASSWORD, "203.0.113.9") == 429
    assert signs_in(PASSWORD, "203.0.113.9, 192.0.2.7") == 302


def test_passwords_are_kept_by_argon2id(with_password):
    """A stolen database gives no passwords."""
    assert with_password.people["ana"].password.startswith("argon2$argon2id$")


def test_a_form_of_another_site_is_refused(browse, school):
    """Neither without the token of the session, nor with a browser that says where it comes from."""
    strict = browse("ana", enforce_csrf_checks=True)
    assert strict.post("/language/", {"language": "en"}).status_code == 403
    client = browse("ana")
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 302), ("none", 302)):
        answer = client.post("/language/", {"language": "en"}, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status, site


def test_what_is_too_large_is_refused_unread(browse, school, settings_changed):
    """A body beyond the limit, or of unknown length, is refused before it is parsed; strangers have a small limit."""
    settings_changed(UPLOAD_BYTES=10_000)
    file = SimpleUploadedFile("a.ipynb", notebook("1" * 20_000))
    assert browse("ana").post(UPLOAD, {"notebook": file}).status_code == 413
    settings_changed(UPLOAD_BYTES=10_000_000)
    file = SimpleUploadedFile("a.ipynb", notebook("1" * 100_000))
    assert browse().post(UPLOAD, {"notebook": file}).status_code == 413
    unknown = browse("ana").generic("POST", UPLOAD, b"", content_type="multipart/form-data; boundary=x")
    assert unknown.status_code in (411, 403, 422)
    assert (
        browse("ana")
        .post(UPLOAD, b"x", content_type="text/plain", headers={"Content-Length": ""})
        .status_code
        == 411
    )


@pytest.fixture
def settings_changed(monkeypatch):
    from django.conf import settings

    return lambda **wanted: [monkeypatch.setattr(settings, name, value) for name, value in wanted.items()]


def test_every_page_has_a_strict_policy(browse, school):
    """No inline script or style is allowed, none is there, nobody frames us, and no cache keeps a page."""
    client = browse("theo")
    for path in ("/", "/courses/tenseurs/", "/courses/tenseurs/assignments/tp0/manage/", "/nowhere/"):
        answer = client.get(path)
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
        assert answer["Cache-Control"] == "no-store"
        page = answer.content.decode()
        assert "<script>" not in page
        assert " style=" not in page
        assert " onclick" not in page


def test_what_students_write_is_text(browse, school):
    """Names of files and of people are escaped wherever they are shown, and a file comes as a download."""
    evil = '"><img src=x onerror=alert(1)>.ipynb'
    from uuid import uuid4

    school.people["ana"].name = "<script>alert(1)</script>"
    school.people["ana"].save()
    client = browse("ana")
    data = {"notebook": SimpleUploadedFile(evil, notebook("1")), "form_key": str(uuid4())}
    attempt = client.post(UPLOAD, data)["Location"]
    for path in (attempt, "/courses/tenseurs/assignments/tp0/"):
        assert "<img" not in client.get(path).content.decode()
        assert "<script>" not in client.get(path).content.decode()
    file = client.get(f"{attempt}file/")
    assert file["Content-Disposition"].startswith("attachment")
    assert file["Content-Type"] == "application/octet-stream"


WITH_EVERYTHING = """
smtp_host = "smtp.example.org"
mail_from = "rendus@example.org"
remote_user_header = "X-Remote-User"
[[sso]]
kind = "oidc"
id = "uni"
name = "U"
client_id = "x"
server_url = "https://sso.example.org"
"""


@pytest.mark.parametrize("configuration", ["", WITH_EVERYTHING], ids=["plain", "everything"])
def test_django_finds_nothing_to_deploy_better(tmp_path, configuration):
    """`check --deploy` is silent for a page behind TLS, also with all that can be configured."""
    if configuration:
        pytest.importorskip("allauth", reason="skipped, because it is missing: pip install 'notegrad[sso]'")
    (tmp_path / "server.toml").write_text(configuration)
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")},
        "NOTEGRAD_DATA": str(tmp_path),
        "NOTEGRAD_PUBLIC_URL": "https://rendus.example.org",
        "NOTEGRAD_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_SETTINGS_MODULE": "notegrad.server.django_settings",
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_web_process_imports_no_torch(tmp_path):
    """The web application, all its pages and the queue come up without torch, numpy and otter."""
    code = (
        "import sys, django; django.setup()\n"
        "import notegrad.server.wsgi, notegrad.server.urls, notegrad.server.grade_job, notegrad.server.commands.serve\n"
        "heavy = [name for name in ('torch', 'numpy', 'otter', 'matplotlib', 'IPython') if name in sys.modules]\n"
        "assert not heavy, heavy\n"
    )
    environment = {
        **os.environ,
        "NOTEGRAD_DATA": str(tmp_path),
        "NOTEGRAD_SECRET_KEY": secrets.token_urlsafe(50),
    }
    environment["DJANGO_SETTINGS_MODULE"] = "notegrad.server.django_settings"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_database_error_tells_a_reader_nothing(browse, school, monkeypatch):
    """A fault of ours is one sentence and a number; the log has the rest."""
    from notegrad.server.student import home

    monkeypatch.setattr(home, "who_is", lambda _: 1 / 0)
    client = browse("ana", raise_request_exception=False)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.content.decode()
    assert answer["X-Request-Id"] in answer.content.decode()


def test_behind_tls_cookies_are_secure_and_plain_requests_are_sent_on(tmp_path):
    """With an https address a page comes only over it, the session's cookie too, and no other name is answered."""
    code = (
        "import django; django.setup()\n"
        "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
        "from django.test import Client\n"
        "host = {'Host': 'rendus.example.org'}\n"
        "page = Client().get('/sign-in/', headers={**host, 'X-Forwarded-Proto': 'https'})\n"
        "plain = Client().get('/sign-in/', headers=host)\n"
        "other = Client().get('/sign-in/', headers={'Host': 'evil.example', 'X-Forwarded-Proto': 'https'})\n"
        "cookie = page.cookies['sessionid']\n"
        "print(page.status_code, cookie['secure'], cookie['httponly'], cookie['samesite'], cookie['partitioned'],\n"
        "      page['Strict-Transport-Security'], plain.status_code, plain['Location'], other.status_code)\n"
    )
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")},
        "NOTEGRAD_DATA": str(tmp_path),
        "NOTEGRAD_PUBLIC_URL": "https://rendus.example.org",
        "NOTEGRAD_SECRET_KEY": secrets.token_urlsafe(50),
        "DJANGO_SETTINGS_MODULE": "notegrad.server.django_settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [
        # None, so that it lives in a learning platform's frame; partitioned, so that no other site's frame has it
        *("200", "True", "True", "None", "True", "max-age=31536000"),
        *("301", "https://rendus.example.org/sign-in/", "400"),
    ], done.stderr
