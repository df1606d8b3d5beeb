"""Lines of the log: plain ones to read, or a JSON object each for programs; both with the request's id."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime

import msgspec

from notegrad.server.logs.redaction import without_tokens

REQUEST_ID: ContextVar[str] = ContextVar("notegrad_request_id", default="")
"""The id of the request that a thread is answering; empty elsewhere."""

FACTS = "facts"


def facts(**values: object) -> Mapping[str, object]:
    """Facts of a line for programs, as the `extra` of a log call; the sentence stays for people."""
    return {FACTS: values}


class PlainLines(logging.Formatter):
    """A formatter of lines to read: time, level, who, the request's id where there is one, the sentence."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s%(request_id)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        number = REQUEST_ID.get()
        record.request_id = f" {number}" if number else ""
        return without_tokens(super().format(record))


class ObjectLines(logging.Formatter):
    """A formatter of JSON objects: `time`, `level`, `logger`, `message`, `request`, facts, `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a value that is no JSON is written as text."""
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := REQUEST_ID.get():
            said["request"] = number
        told = getattr(record, FACTS, None)
        said |= {name: value for name, value in (told or {}).items() if name not in said}
        if record.exc_info:
            said["trace"] = self.formatException(record.exc_info)
        return without_tokens(msgspec.json.encode(said, enc_hook=str).decode())
