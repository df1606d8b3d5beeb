"""Exports of platforms: names that are like theirs, in a zip; whatever they are, each file is somebody's or is named.

An input is names and contents in turn, each with two bytes of length before it.
"""

from __future__ import annotations

import random
import tempfile
import zipfile
from pathlib import Path

from notegrad.errors import InputError
from notegrad.intake.exports.brightspace import INDEX
from notegrad.intake.exports.class_intake import read_class
from notegrad.intake.exports.gradescope import METADATA
from notegrad.intake.exports.recognise import read_as, recognise
from notegrad.intake.exports.source import Source, open_source
from notegrad.intake.submission_ids import is_of_the_class
from tests.fuzz.framed import join, mutate_one, split
from tests.support.intake_promise import GOOD, keeps_its_promise
from tests.support.platform_class import PLATFORMS, Student, export_of

MAX_MEMBERS = 40
PIECES = (
    b"_assignsubmission_file/", b"_assignsubmission_onlinetext", b"_LATE_", b"_12_34_", b"anon_x", b"_attempt_2026-03-01-23-59-00",
    b"12-34 - A - Mar 1, 2026 1159 PM", b"submission_1/", b"/", b"//", b"\\", b"..", b".", b" ", b"_", b".ipynb", b".txt", b".zip",
    b".yml", b"__MACOSX/", b"\xc3\xa9", b"e\xcc\x81", b"\x00", b"\n", b"\xff", b"C:", b"index.html", METADATA.encode(), b"a" * 300,
)  # fmt: skip


def seeds() -> list[bytes]:
    class_ = [Student(101 + n, f"Alice {n}", (("tp.ipynb", GOOD), ("f.png", b"\x89PNG"))) for n in range(3)]
    return [
        join([part for name, data in export_of(platform, class_).items() for part in (name.encode(), data)])
        for platform in PLATFORMS
    ]


def check(data: bytes) -> None:
    frames = split(data)[: 2 * MAX_MEMBERS]
    with tempfile.TemporaryDirectory(prefix="notegrad-fuzz-exports-") as place:
        path = Path(place, "export.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in zip(frames[::2], frames[1::2], strict=False):
                info = zipfile.ZipInfo(name.decode("utf-8", "replace") or "x")
                info.external_attr = (0o120777 if content[:4] == b"LINK" else 0) << 16
                archive.writestr(info, content)
        _all_is_somebodys(path)


def _all_is_somebodys(path: Path) -> None:
    source = open_source(path)
    if source is None:
        return
    with source:
        found = recognise(source)
        if found is not None:
            _each_file_is_handed_in(found[1], read_as(*found))
    try:
        intake = read_class([path], attempts="all")
    except InputError:
        return
    for submission in intake.submissions:
        keeps_its_promise(submission)
    assert len({s.id for s in intake.submissions}) == len(intake.class_list.handed) == len(intake.submissions)


def _each_file_is_handed_in(source: Source, export) -> None:
    handed = {entry.place for handing in export.handings for _, entry in handing.files}
    labels = {handing.label for handing in export.handings}
    for entry in source.entries:
        top = entry.path.partition("/")[0]
        is_known = entry.path in (METADATA, INDEX) or is_of_the_class(top)
        is_typed = any(word in entry.path for word in ("onlinetext", "_text.html", "_link.html")) or (
            export.platform == "blackboard" and entry.path.endswith(".txt")
        )
        assert entry.place in handed or is_known or is_typed, entry.path
    assert labels


def mutate(rng: random.Random, data: bytes) -> bytes:
    def changed(rng: random.Random, frame: bytes) -> bytes:
        at = rng.randrange(len(frame) + 1)
        return frame[:at] + rng.choice(PIECES) + frame[at + rng.randrange(12) :]

    return mutate_one(rng, data, changed)
