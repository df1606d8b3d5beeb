"""Letters by e-mail: receipts and password links where a mail server is named; nothing of it where none is."""

from __future__ import annotations

import re

import pytest

from tests.support.server_world import PASSWORD, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@pytest.fixture
def post(monkeypatch, school):
    """Sends what waits in the queue, and gives the letters; Django keeps them in memory during tests."""
    from django.conf import settings
    from django.core import mail

    from notegrad.server.mail.letter_job import KIND, letter_kind
    from notegrad.server.queue import queue
    from notegrad.server.queue.loop import Control, _do

    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.example.org")
    monkeypatch.setattr(settings, "DEFAULT_FROM_EMAIL", "rendus@example.org")
    mail.outbox = []

    def sent() -> list:
        from notegrad.server.models import Job

        Job.objects.exclude(kind=KIND).update(queue="other")
        while (held := queue.claim("w:1", ("cpu",), 60.0)) is not None:
            _do(held, {KIND: letter_kind()}, Control())
        letters, mail.outbox = mail.outbox, []
        return letters

    return sent


def link_of(letter) -> str:
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def with_email(school, name: str = "ana") -> None:
    school.people[name].email = f"{name}@example.org"
    school.people[name].set_password(PASSWORD)
    school.people[name].save()


def test_without_a_mail_server_there_is_nothing_of_it(browse, school):
    """No page offers it, no page answers, and no job waits for it."""
    from notegrad.server.models import Job

    with_email(school)
    school.hand_in("ana")
    client = browse("ana")
    for path in ("/password/", "/account/email/", "/account/email/x/"):
        assert client.get(path).status_code == 404
    assert "/password/" not in browse().get("/sign-in/").content.decode()
    assert not Job.objects.filter(kind="letter").exists()


def test_an_upload_is_receipted_by_letter(browse, school, post):
    """With an address, the receipt comes with its number and SHA-256; without one, nothing is sent."""
    with_email(school)
    attempt = school.hand_in("ana", notebook("3"))
    school.hand_in("bob", notebook("3"))
    (letter,) = post()
    assert (letter.to, letter.from_email) == (["ana@example.org"], "rendus@example.org")
    assert "Devoir tp0, tentative 1" in letter.subject
    assert attempt.blob_id in letter.body
    assert browse("ana").get(link_of(letter)).status_code == 200


def test_an_address_counts_once_it_is_confirmed(browse, school, post):
    """The link in the letter keeps the address, for the person who asked and nobody else; empty takes it away."""
    client = browse("ana")
    page = client.post("/account/email/", {"email": "new@example.org"}).content.decode()
    assert "suivez son lien" in page
    school.people["ana"].refresh_from_db()
    assert school.people["ana"].email == ""
    (letter,) = post()
    link = link_of(letter)
    assert browse("bob").get(link).status_code == 404
    assert client.get(link[:-2] + "x/").status_code == 404
    client.post(link)
    school.people["ana"].refresh_from_db()
    assert school.people["ana"].email == "new@example.org"
    client.post("/account/email/", {"email": ""})
    school.people["ana"].refresh_from_db()
    assert school.people["ana"].email == ""


def test_a_forgotten_password(browse, school, post):
    """The link goes to the confirmed address and sets a new password; the page says the same to everybody."""
    with_email(school)
    said = {
        browse().post("/password/", {"username": name}).content.count(b'role="status"')
        for name in ("ana", "bob", "x")
    }
    assert said == {1}
    (letter,) = post()
    assert letter.to == ["ana@example.org"]
    client = browse()
    assert client.post(link_of(letter), {"new_password": "encore une autre phrase"}).status_code == 302
    school.people["ana"].refresh_from_db()
    assert school.people["ana"].check_password("encore une autre phrase")
    for _ in range(10):
        browse().post("/password/", {"username": "ana"})
    assert len(post()) == 4  # five an hour


def test_a_letter_that_cannot_be_sent_costs_nothing_else(school, post, monkeypatch):
    """A mail server that refuses fails the letter's job, which the page of operation tells; the attempt stays."""
    from django.core.mail import EmailMessage

    from notegrad.server.models import Job
    from notegrad.server.operation.queue_state import failed_jobs

    def refuses(_self):
        raise OSError("connection refused")

    monkeypatch.setattr(EmailMessage, "send", refuses)
    with_email(school)
    attempt = school.hand_in("ana")
    for _ in range(3):
        assert post() == []
        Job.objects.update(run_after=attempt.received_at)
    assert "connection refused" in failed_jobs().get().error
    attempt.refresh_from_db()
    assert attempt.state == "queued"
