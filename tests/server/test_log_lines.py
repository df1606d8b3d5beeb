"""Lines of the log: JSON that programs read, the request's id, and no token in any of it."""

from __future__ import annotations

import io
import json
import logging

import pytest

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@pytest.fixture(params=["plain", "json"])
def lines(request, migrated):
    """Sets the log in one of its two forms; what was written so far, a line each."""
    from notegrad.server.configuration import Deployment
    from notegrad.server.logs.setting import set_log

    known = logging.root.handlers[:], logging.root.level
    set_log(Deployment(log_format=request.param))
    written = io.StringIO()
    logging.root.handlers[0].setStream(written)
    yield lambda: written.getvalue().splitlines()
    logging.root.handlers[:], level = known
    logging.root.setLevel(level)


@pytest.fixture
def broken(monkeypatch, school, browse):
    """The home page fails, and says a link's token as it does so."""
    from notegrad.server import urls

    def fail(_request):
        raise RuntimeError("as in /invitation/SECRET-TOKEN/ and /account/email/SECRET-TOKEN/")

    route = next(route for route in urls.urlpatterns if getattr(route, "name", "") == "home")
    monkeypatch.setattr(route, "callback", fail)
    client = browse("ana")
    client.raise_request_exception = False
    return client


def test_a_fault_is_found_by_the_id_that_the_page_names(lines, broken):
    """Each line of a request has the id of its answer; JSON lines are one object each, with facts and the trace."""
    answer = broken.get("/")
    written = lines()
    assert answer.status_code == 500
    about = [line for line in written if answer["X-Request-Id"] in line]
    assert len(about) >= 2
    if written[0].startswith("{"):
        read = [json.loads(line) for line in written]
        fault = next(one for one in read if one.get("status") == 500 and one["logger"].endswith("requests"))
        assert (fault["method"], fault["path"], fault["level"]) == ("GET", "/", "ERROR")
        assert any("RuntimeError" in one.get("trace", "") for one in read)
        assert {one["request"] for one in read} == {answer["X-Request-Id"]}


def test_no_line_has_a_token(lines, broken):
    """Neither a sentence nor a trace nor a fact tells the token of a link."""
    broken.get("/")
    broken.get("/invitation/SECRET-TOKEN/")
    logging.getLogger("notegrad.server.x").error("at %s", "/invitation/SECRET-TOKEN/")
    logging.getLogger("notegrad.server.x").error(
        "x", extra={"facts": {"path": "/account/email/SECRET-TOKEN/"}}
    )
    text = "\n".join(lines())
    assert "/invitation/…" in text
    assert "SECRET-TOKEN" not in text


def test_other_requests_have_other_ids(lines, school, browse):
    """An id ends with its request: what is logged afterwards has none."""
    from notegrad.server.logs.lines import REQUEST_ID

    assert browse("ana").get("/")["X-Request-Id"] != browse("ana").get("/")["X-Request-Id"]
    assert REQUEST_ID.get() == ""
    logging.getLogger("notegrad.server.x").warning("alone")
    assert [line for line in lines() if '"request"' in line] == []
