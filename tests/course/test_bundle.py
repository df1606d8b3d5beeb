"""Reading autograder bundles, ours and plain otter's, and writing them byte for byte the same."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from notegrad.authoring.reproducible_zip import pack, pack_bundle
from notegrad.course.bundle import parse_bundle, read_bundle
from notegrad.errors import InputError
from notegrad.records import Limits
from notegrad.settings import AssignmentSettings, GradescopeSettings, SandboxSettings

TEST = "OK_FORMAT = False\nname = 'q1'\n"
SETTINGS = AssignmentSettings(
    slug="tp1",
    title="É",
    language="en",
    device="sim",
    seed=3,
    sandbox=SandboxSettings(tier="full", require=("seccomp",), mode="stepped"),
    gradescope=GradescopeSettings(pip_options="--quiet", timeout_minutes=20, leaderboard=True),
    limits=Limits(wall_s=9),
)


def packed(**changes) -> bytes:
    made = {
        "settings": SETTINGS,
        "tests": {"q2.py": TEST, "q1.py": TEST},
        "files": {"data/x.csv": b"1,2"},
        "otter_config": {"seed": 3},
        "requirements": "torch\n",
    }
    return pack_bundle(**{**made, **changes})


def test_what_is_packed_is_read_back():
    """Everything that building puts into a bundle arrives at grading."""
    data = packed()
    bundle = parse_bundle(data, Path("tp1.zip"))
    assert bundle.settings == SETTINGS
    assert bundle.tests == (("q1.py", TEST), ("q2.py", TEST))
    assert bundle.files == (("data/x.csv", b"1,2"),)
    assert bundle.otter_config == {"seed": 3}
    assert bundle.digest == hashlib.sha256(data).hexdigest()


def test_settings_of_the_sandbox_stand_beside_the_others():
    """`notegrad.json` keeps its keys, so that bundles of earlier versions and of this one are read alike."""
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        document = json.loads(archive.read("notegrad.json"))
    assert sorted(document) == [
        "device", "gradescope", "language", "limits", "mode", "require", "schema_version", "seed", "slug",
        "tier", "title",
    ]  # fmt: skip
    assert (document["tier"], document["require"], document["mode"]) == ("full", ["seccomp"], "stepped")


def test_mode_of_an_earlier_version_is_read_under_its_new_name():
    """`spawn` is what `stepped` was called before 0.2, and bundles that say so still grade."""
    old = b'{"slug": "tp1", "title": "TP1", "mode": "spawn", "limits": {"wall_s": 5, "newer": 1}, "newer": 2}'
    bundle = parse_bundle(pack({"tests/q1.py": TEST.encode(), "notegrad.json": old}), Path("tp1.zip"))
    assert bundle.settings.sandbox.mode == "stepped"
    assert bundle.settings.limits == Limits(wall_s=5)


def test_same_contents_give_the_same_bytes_in_any_order():
    """A bundle's digest says whether anything in it changed, so order and time must not count."""
    assert packed() == packed(tests={"q1.py": TEST, "q2.py": TEST})
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        entries = archive.infolist()
    assert [e.filename for e in entries] == sorted(e.filename for e in entries)
    assert {e.date_time for e in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {e.external_attr >> 16 for e in entries} == {0o100644}
    assert {e.compress_type for e in entries} == {zipfile.ZIP_STORED}


def test_plain_otter_bundle_gets_defaults():
    """A zip of plain otter has no notegrad.json; its name, seed and title are found all the same."""
    data = pack(
        {
            "tests/q1.py": TEST.encode(),
            "files/a.txt": b"a",
            "setup.sh": b"#!/bin/sh\n",
            "otter_config.json": json.dumps(
                {"lang": "python", "seed": 11, "assignment_name": "Lab"}
            ).encode(),
        }
    )
    bundle = parse_bundle(data, Path("lab01-autograder_2026_01_31T10_11_12_123456.zip"))
    limits = Limits(cell_wall_s=120.0)
    assert bundle.settings == AssignmentSettings(
        slug="lab01", title="Lab", seed=11, judge="auto", limits=limits
    )
    assert bundle.files == (("a.txt", b"a"),)


@pytest.mark.parametrize(
    ("members", "word"),
    [
        ({"readme.txt": b""}, "no tests"),
        ({"tests/q1.py": b"", "../evil": b""}, "leaves the bundle"),
        ({"tests/q1.py": b"", "/etc/evil": b""}, "leaves the bundle"),
        ({"tests/q1.py": b"\xff"}, "not UTF-8"),
        ({"tests/q1.py": b"", "otter_config.json": b"{"}, "not JSON"),
        ({"tests/q1.py": b"", "otter_config.json": b"[]"}, "not a JSON object"),
        ({"tests/q1.py": b"", "otter_config.json": b'{"lang": "r"}'}, "Python only"),
        ({"tests/q1.py": b"", "notegrad.json": b"{}"}, "notegrad.json cannot be used"),
        ({"tests/q1.py": b"", "notegrad.json": b'{"slug": "a", "title": 3}'}, "title"),
        (
            {"tests/q1.py": b"", "notegrad.json": b'{"slug": "a", "title": "b", "schema_version": 99}'},
            "newer",
        ),
    ],
)
def test_zip_that_is_no_bundle_is_refused_in_one_sentence(members, word):
    """What cannot be used is told by file and reason, never by a traceback."""
    with pytest.raises(InputError, match=word) as caught:
        parse_bundle(pack(members), Path("x.zip"))
    assert str(caught.value).startswith("x.zip")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "data", [b"", b"not a zip", packed()[:-30], packed().replace(b"name = 'q1'", b"name = 'q9'")]
)
def test_damaged_zip_is_refused(tmp_path, data):
    """Truncated, foreign and altered bytes are found by the zip's own checks."""
    path = tmp_path / "b.zip"
    path.write_bytes(data)
    with pytest.raises(InputError, match="not a zip that can be read"):
        read_bundle(path)


def test_missing_file_and_folder_are_refused(tmp_path):
    """A wrong path says so, and how to make the bundle."""
    with pytest.raises(InputError, match="notegrad build"):
        read_bundle(tmp_path / "absent.zip")
    with pytest.raises(InputError, match="cannot be read"):
        read_bundle(tmp_path)


def test_unpacked_size_is_limited(monkeypatch):
    """A small zip that unpacks to very much is refused before anything is unpacked."""
    monkeypatch.setattr("notegrad.course.bundle.MAX_BUNDLE_BYTES", 10)
    with pytest.raises(InputError, match="more than 10 bytes"):
        parse_bundle(packed(), Path("x.zip"))
