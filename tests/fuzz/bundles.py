"""Autograder zips: a teacher's own files, but they travel, and some are plain otter's."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

from notegrad.authoring.reproducible_zip import pack_bundle
from notegrad.course.bundle import parse_bundle
from notegrad.errors import InputError
from notegrad.settings import AssignmentSettings
from tests.fuzz.archives import mutate as mutate_zip
from tests.support.hostile_zips import zipped

TEST = "OK_FORMAT = True\ntest = {'name': 'q1', 'points': 1, 'suites': []}\n"
PLACE = Path("tp0-autograder_2026_01_01T00_00_00_000000.zip")


def seeds() -> list[bytes]:
    settings = AssignmentSettings(slug="tp0", title="TP 0")
    files = {"données.csv": b"1,2"}
    ours = pack_bundle(
        settings=settings, tests={"q1.py": TEST}, files=files, otter_config={}, requirements=""
    )
    otters = zipped(("tests/q1.py", TEST.encode()), ("otter_config.json", b'{"seed": 3, "lang": "python"}'))
    return [ours, otters, zipped()]


def check(data: bytes) -> None:
    with contextlib.suppress(InputError):
        bundle = parse_bundle(data, PLACE)
        assert bundle.tests
        assert not any(name.startswith("/") or ".." in name.split("/") for name, _ in bundle.files)


def mutate(rng: random.Random, data: bytes) -> bytes:
    """Nothing in our bundles is compressed, so that text can be changed in place; the checksum is then wrong."""
    return mutate_zip(rng, data)
