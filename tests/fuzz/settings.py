"""The course's configuration, as someone who edits it may leave it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from notegrad.course.config import parse_config
from notegrad.errors import ConfigError

PLACE = Path("otter_config.yml")
COURSE = Path(__file__).parents[2] / "otter_config.yml"


def seeds() -> list[bytes]:
    return [
        COURSE.read_bytes(),
        b"title: x\nlimits: {wall_s: 1, memory_mb: 10}\n",
        b"assignments:\n  tp0: {title: a, limits: {cells: 2}}\n  tp1:\n",
        b"title: 2026-13-45\n",
        b"seed: " + b"9" * 5_000,
        b"title: " + b"[" * 3_000,
        b"a0: &a0 {x: 1}\n"
        + b"".join(b"a%d: &a%d {x: *a%d, y: *a%d}\n" % (i, i, i - 1, i - 1) for i in range(1, 60)),
        b"assignments: &a\n  tp0: *a\n",
        b"title: x\n<<: {language: en}\n",
        b"a: &a [1, 2]\nb: *a\n? [x]\n: y\n",
    ]


def check(data: bytes) -> None:
    with contextlib.suppress(ConfigError, UnicodeDecodeError):
        parse_config(data.decode(), PLACE)
