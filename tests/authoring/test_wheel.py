"""The wheel that goes into bundles."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from notegrad.authoring.wheel import own_wheel

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
AGAIN = "from notegrad.authoring.wheel import own_wheel; import sys; sys.stdout.buffer.write(own_wheel()[1])"


def contents(wheel: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_is_what_hatchling_builds(tmp_path: Path) -> None:
    """Ours holds what the build tool would put into a wheel of the same sources; only the maker's name differs."""
    pytest.importorskip("hatchling")
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    built = contents((tmp_path / done.stdout.split()[-1]).read_bytes())
    name, wheel = own_wheel()
    ours = contents(wheel)
    assert name == done.stdout.split()[-1]
    assert sorted(ours) == sorted(built)
    made_by = {n for n in ours if n.endswith((".dist-info/WHEEL", ".dist-info/RECORD"))}
    # the metadata is what the installer left, which may be older than the checkout: only its name must be the same
    differing = {n for n in ours if ours[n] != built[n]} - made_by
    assert {n for n in differing if not n.endswith("/METADATA")} == set()


def test_installed_from_it_notegrad_makes_the_same_bytes(tmp_path: Path) -> None:
    """A notegrad that was installed from a wheel, without any checkout, puts the very same wheel into bundles."""
    wheel = own_wheel()[1]
    place = tmp_path / "site-packages"
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        archive.extractall(place)  # what installing a pure wheel does
    environment = {**os.environ, "PYTHONPATH": str(place)}
    again = subprocess.run(
        [sys.executable, "-P", "-c", AGAIN], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert again.stdout == wheel
    shutil.rmtree(place)
