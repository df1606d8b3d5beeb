"""Signing in by OpenID Connect: django-allauth, as `server.toml` configures it, against a provider of our own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.server.test_request_limits import answers
from tests.support.oidc_provider import CLIENT, SECRET, Provider, oidc_provider
from tests.support.server_database import ROOT, until

pytest.importorskip(
    "allauth", reason="skipped, because the extra is not installed: pip install 'notegrad[sso]'"
)

CONFIGURATION = """
[[sso]]
kind = "oidc"
id = "uni"
name = "Université d’essai"
client_id = "{client}"
secret = "{secret}"
server_url = "{root}"

[[sso]]
kind = "saml"
id = "renater"
name = "Fédération"
entity_id = "https://idp.example.org/shibboleth"
metadata_url = "https://idp.example.org/metadata"
"""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with oidc_provider() as running:
        yield running


@pytest.fixture
def page(provider, tmp_path) -> Iterator[tuple[str, Path]]:
    """The address of a page with two providers configured, and its database."""
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    (tmp_path / "server.toml").write_text(
        CONFIGURATION.format(client=CLIENT, secret=SECRET, root=provider.root)
    )
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**kept, "NOTEGRAD_DATA": str(tmp_path), "NOTEGRAD_BIND": f"127.0.0.1:{port}"}
    environment["DJANGO_SETTINGS_MODULE"] = "notegrad.server.django_settings"
    environment["NOTEGRAD_SECRET_KEY"] = "k" * 60
    migrate = [sys.executable, "-m", "django", "migrate", "-v0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    command = [sys.executable, "-m", "gunicorn", "notegrad.server.wsgi:application", "--no-control-socket"]
    command += ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "4"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        until(lambda: answers(port), "the page comes up")
        yield f"http://127.0.0.1:{port}", tmp_path / "notegrad.sqlite3"
    finally:
        process.terminate()
        process.wait(60)


def browser() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


def people(database: Path) -> list[tuple[str, str, str, str]]:
    """(provider, subject, login, address and what else is kept) of everybody who came by a provider."""
    with sqlite3.connect(database) as connection:
        return connection.execute(
            "SELECT s.provider, s.uid, u.username, u.email || s.extra_data FROM socialaccount_socialaccount s"
            " JOIN server_user u ON u.id = s.user_id ORDER BY s.id"
        ).fetchall()


def test_a_student_comes_by_the_universitys_account(page, provider):
    """From the button to the page behind it; the same subject is the same person, another one is not, whatever address."""
    root, database = page
    with sqlite3.connect(database) as connection:  # somebody has that login and that address here already
        connection.execute(
            "INSERT INTO server_user (password, is_superuser, username, first_name, last_name, email, is_staff,"
            " is_active, date_joined, name) VALUES ('!', 1, 'u-1', '', '', 'ana@example.org', 0, 1, '2026-01-01', 'Ada')"
        )
    sign_in = browser().open(f"{root}/sign-in/").read().decode()
    assert 'href="/sso/oidc/uni/login/?next=' in sign_in
    assert 'href="/sso/saml/renater/login/?next=' in sign_in
    provider.claims = {
        "sub": "u-1",
        "name": "Anaïs Martin",
        "email": "ana@example.org",
        "email_verified": True,
    }
    for _ in range(2):
        account = browser().open(f"{root}/sso/oidc/uni/login/?next=/account/")
        assert account.geturl() == f"{root}/account/"
        assert "Anaïs Martin" in account.read().decode()
    assert people(database) == [("uni", "u-1", "u-1@uni", "{}")]
    provider.claims = {**provider.claims, "sub": "u-2"}
    browser().open(f"{root}/sso/oidc/uni/login/")
    assert [line[1] for line in people(database)] == ["u-1", "u-2"]


def test_what_the_provider_did_not_say_is_refused(page, provider):
    """An invented state, another browser's answer, and a refusal of the provider's: one sentence, nobody is in."""
    root, database = page
    callback = f"{root}/sso/oidc/uni/login/callback/"
    for query in ("?code=code-0&state=invented", "?error=access_denied", ""):
        with pytest.raises(urllib.error.HTTPError) as refused:
            browser().open(callback + query)
        assert refused.value.code == 403
        assert "mot de passe" in refused.value.read().decode()
    for path in ("/sso/account_signup/", "/sso/signup/", "/sso/connections/"):
        assert browser().open(root + path).geturl().startswith(f"{root}/sign-in/")
    assert people(database) == []


def test_a_provider_that_does_not_answer_is_one_sentence(page, provider):
    """Where the university's server is away, the page says so, and the password's way stays."""
    root, _ = page
    provider.shutdown()
    provider.server_close()
    for path in ("/sso/oidc/uni/login/", "/sso/saml/renater/login/", "/sso/saml/unknown/login/"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            browser().open(root + path)
        assert refused.value.code == (404 if "unknown" in path else 503), path
        assert "<main" in refused.value.read().decode()


def test_a_provider_that_lacks_something_is_told(tmp_path):
    """What is missing in the configuration is one sentence with its place."""
    from notegrad.errors import ConfigError
    from notegrad.server.configuration import read_deployment

    (tmp_path / "server.toml").write_text('[[sso]]\nkind = "oidc"\nid = "uni"\nname = "U"\nclient_id = "x"\n')
    with pytest.raises(ConfigError, match=r"sso 'uni' \(oidc\) has no server_url"):
        read_deployment({"NOTEGRAD_DATA": str(tmp_path)})
