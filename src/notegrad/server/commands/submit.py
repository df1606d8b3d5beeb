"""Hands a file in to an upload page from the command line; needs no Django."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

from notegrad.errors import InputError
from notegrad.messages import Message

TOKEN_VARIABLE = "NOTEGRAD_TOKEN"  # noqa: S105 (a name, no token)
TIMEOUT_S = 60.0
TRIES = 3
POLL_S = 2.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class _NoRedirects(HTTPRedirectHandler):
    """A token goes to the address that was given, and to no other."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def api_address(page: str) -> str:
    """The API's address for an assignment's page; raises InputError for what is no such page."""
    parts = urlsplit(page)
    names = parts.path.strip("/").split("/")
    if (
        parts.scheme not in ("http", "https")
        or len(names) != 4
        or (names[0], names[2]) != ("courses", "assignments")
    ):
        raise InputError(Message("submit_no_page", page=page))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise InputError(Message("submit_unencrypted", page=page))
    return f"{parts.scheme}://{parts.netloc}/api/{'/'.join(names)}/attempts"


def submit(path: Path, page: str, token: str) -> dict[str, Any]:
    """The receipt of a file that is handed in; tried again with the same key where the connection breaks.

    Raises InputError with the sentence of the page where it refuses, or where it cannot be reached.
    """
    if not token:
        raise InputError(Message("submit_no_token", token_variable=TOKEN_VARIABLE))
    address = api_address(page)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(Message("cannot_read_path", path=path, strerror=error.strerror)) from None
    edge = uuid4().hex
    name = path.name.replace('"', "_").replace("\r", "_").replace("\n", "_")
    head = f'--{edge}\r\nContent-Disposition: form-data; name="notebook"; filename="{name}"\r\n\r\n'
    body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    return _ask(Request(f"{address}?key={uuid4()}", body, headers), token)


def wait_for_result(
    receipt: dict[str, Any], page: str, token: str, on_change: Callable[[str], None]
) -> dict[str, Any]:
    """The receipt once nothing more is to be expected. Raises InputError where the page cannot be reached."""
    parts = urlsplit(api_address(page))
    address = f"{parts.scheme}://{parts.netloc}/api/attempts/{receipt['id']}"
    state = ""
    while receipt["state"] in ("waiting", "grading"):
        if receipt["state"] != state:
            state = str(receipt["state"])
            on_change(state)
        time.sleep(POLL_S)
        receipt = _ask(Request(address), token)
    return receipt


def _ask(request: Request, token: str) -> dict[str, Any]:
    request.add_header("Authorization", f"Bearer {token}")
    for left in reversed(range(TRIES)):
        try:
            with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_S) as answer:
                found: dict[str, Any] = json.loads(answer.read())
                return found
        except HTTPError as error:
            raise InputError(_sentence(error)) from None
        except (URLError, OSError, ValueError) as error:
            if not left:
                why = getattr(error, "reason", error)
                raise InputError(Message("submit_odd_answer", host=request.host, why=why)) from None
            time.sleep(POLL_S)
    raise AssertionError  # the last try returns or raises


def _sentence(error: HTTPError) -> Message:
    try:
        return Message("submit_page_said", said=str(json.loads(error.read())["error"]))
    except (ValueError, KeyError, TypeError, OSError):
        known = {401: "submit_bad_token", 404: "submit_not_there"}
        return Message(known.get(error.code, "submit_refused"), status=error.code)
