"""Metadata of Gradescope: the YAML of an export and the JSON of its container, as strangers may write them."""

from __future__ import annotations

import contextlib
import random
import tempfile
from pathlib import Path

import yaml

from notegrad.gradescope.metadata import read_attempt
from notegrad.intake.exports.class_intake import read_class
from notegrad.intake.shallow_yaml import NestingError, read_shallow_yaml
from tests.support.intake_promise import GOOD
from tests.support.platform_exports import GRADESCOPE_METADATA, zipped

FOLDERS = 3
PIECES = (
    b"[" * 3_000, b"{" * 3_000, b"- " * 3_000, b"? " * 3_000, b"{a: " * 1_000, b"9" * 5_000, b"NaN", b"-Infinity", b"1e999", b"\\ud83d",
    b'"users":', b'"id":', b'"created_at":', b"&a ", b"*a ", b"!!python/object:os.system ", b"<<: ", b"%YAML 9.9\n", b"---\n", b"...\n",
    b"\t", b"\x00", b"\xff", b"\xef\xbb\xbf", b"submission_101", b":submitters:", b"| \n", b"> \n", b"'", b'"', b"true", b"null",
)  # fmt: skip


def seeds() -> list[bytes]:
    bomb = b"a0: &a0 [x, x]\n" + b"".join(
        b"a%d: &a%d [*a%d, *a%d]\n" % (i, i, i - 1, i - 1) for i in range(1, 40)
    )
    told = b'{"id": 1, "users": [{"name": "A", "assignment": {"due_date": "2026-03-01T10:00:00Z"}}], "created_at": "2026"}'
    return [GRADESCOPE_METADATA.encode(), told, bomb, b"[" * 9_000, b'{"id": ' + b"9" * 5_000 + b"}"]


def check(data: bytes) -> None:
    attempt = read_metadata(data)
    for text in (attempt.id, *attempt.students, attempt.created_at or "", attempt.due_at or ""):
        text.encode()
        assert "\n" not in text
    assert len(attempt.id) < 200
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(yaml.YAMLError, NestingError):
        read_shallow_yaml(text)
    with tempfile.TemporaryDirectory(prefix="notegrad-fuzz-metadata-") as place:
        path = Path(place, "export.zip")
        files = {f"submission_{101 + n}/tp.ipynb": GOOD for n in range(FOLDERS)}
        path.write_bytes(zipped({**files, "submission_metadata.yml": data}))
        intake = read_class([path], attempts="all")
    assert len(intake.submissions) == FOLDERS
    for handed in intake.class_list.handed:
        assert handed.students
        for student in handed.students:
            f"{student.name}{student.number}{student.email}".encode()


def read_metadata(data: bytes):
    with tempfile.TemporaryDirectory(prefix="notegrad-fuzz-metadata-") as place:
        path = Path(place, "submission_metadata.json")
        path.write_bytes(data)
        return read_attempt(path)


def mutate(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(PIECES) + data[at + rng.randrange(12) :]
