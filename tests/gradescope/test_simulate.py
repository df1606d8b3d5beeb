"""A bundle in a container like Gradescope's: what the platform would read in the end, whatever happens."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from notegrad.authoring.build import build, bundle_path, write
from notegrad.course.config import load_config
from notegrad.gradescope import simulate
from notegrad.gradescope.simulate import Machine, PreparedContainer, SimulatedRun
from tests.support.course import Course

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "src/notegrad/results/gradescope.schema.json").read_text("utf-8")
)
MACHINE = Machine(memory_mb=768, cores=2)
GOOD = "def double(x):\n    return x + x\ndef triple(x):\n    return 3 * x"
LOOK = """
import glob, os
found = []
root = ROOT
for path in [root + "/source/tests/q1.py", root + "/source/notegrad.json", root + "/submission_metadata.json",
             *glob.glob(root + "/submission/*"), *glob.glob(root + "/source/*")]:
    try:
        open(path).read()
        found.append(path)
    except OSError:
        pass
try:
    open(root + "/results/results.json", "w").write('{"score": 1000}')
    found.append("results")
except OSError:
    pass
raise RuntimeError(f"uid {os.getuid()}, looked, found {found}")
"""

RARE = """
import importlib, sys, torch
early = [name for name in ("matplotl" "ib.pyplot", "torch._dynamo") if name in sys.modules]
pyplot = importlib.import_module("matplotl" "ib.pyplot")
getattr(pyplot, "pl" "ot")([1, 2])
w = torch.ones(1, requires_grad=True)
step = getattr(torch, "opt" "im").SGD([w], lr=1.0).step
raise RuntimeError(f"imported early {early}")
"""

SEARCH = """
import re
found = []
planted = bytes(reversed(b"niarg eht ni eldeen A"))
# never whole in this cell, so that the search does not find itself
parts = [("A needle ", "in the grain"), *NEEDLES]
needles = [re.compile(re.escape(a.encode()) + b"(?:)" + re.escape(b.encode())) for a, b in parts]
read_bytes = 0
with open("/proc/self/mem", "rb", 0) as memory:
    for line in open("/proc/self/maps").read().splitlines():
        low, high = (int(part, 16) for part in line.split()[0].split("-"))
        if " rw" not in line or "[v" in line:
            continue
        try:
            memory.seek(low)
            data = memory.read(min(high - low, 256_000_000))
        except (OSError, ValueError):
            continue
        read_bytes += len(data)
        found += [number for number, needle in enumerate(needles) if needle.search(data)]
        del data
raise RuntimeError(f"read {read_bytes > 30_000_000}, found {sorted(set(found))} of {len(needles)}")
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    course = Course(tmp_path_factory.mktemp("course"))
    course.config.write_text(
        course.config.read_text("utf-8") + "gradescope:\n  leaderboard: true\n  hidden_visibility: hidden\n",
        "utf-8",
    )
    write(build(load_config(course.config), course.slug, check=False), course.root)
    return bundle_path(course.root, course.slug)


@pytest.fixture(scope="module")
def prepared(bundle: Path) -> Iterator[PreparedContainer]:
    if os.geteuid() != 0:
        pytest.skip("a container like the platform's takes root")
    with simulate.container(bundle) as made:
        yield made


def hand_in(folder: Path, *cells: str) -> Path:
    path = folder / "rendu.ipynb"
    made = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": cell}
        for cell in cells
    ]
    path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}), "utf-8")
    return path


def valid(run: SimulatedRun) -> dict:
    assert run.document is not None, run.stdout
    jsonschema.validate(run.document, SCHEMA)
    return run.document


def test_an_honest_notebook_scores_as_everywhere(prepared: PreparedContainer, tmp_path: Path) -> None:
    """Full marks in the platform's tier, with what the platform knows of the attempt and what the course asks for."""
    run = prepared.run(hand_in(tmp_path, GOOD), machine=MACHINE)
    document = valid(run)
    assert document["score"] == 3
    assert [test["visibility"] for test in document["tests"]] == ["visible", "hidden", "hidden"]
    assert document["leaderboard"] == [{"name": "note", "value": 3.0}]
    ours = document["extra_data"]["notegrad"]
    assert ours["tier"] == "no-namespaces"
    assert ours["protections"]["landlock"]
    assert ours["protections"]["seccomp"]
    assert ours["attempt"]["number"] == 1
    assert "Rendu dans les temps." in document["output"]
    assert run.usage.peak_mb is not None


def test_student_code_reaches_nothing_of_the_platforms(prepared: PreparedContainer, tmp_path: Path) -> None:
    """Tests, results, metadata and the other files of the platform are closed to a notebook that looks for them."""
    look = LOOK.replace("ROOT", repr(str(prepared.paths.root)))
    document = valid(prepared.run(hand_in(tmp_path, GOOD, look), machine=MACHINE))
    assert "looked, found []" in document["output"]  # it did run, and as nobody of ours
    assert "uid 0," not in document["output"]
    assert document["score"] == 3
    assert stat.S_IMODE(prepared.paths.source.stat().st_mode) == 0o700


def test_what_nobody_names_is_not_imported_early_and_works(
    prepared: PreparedContainer, tmp_path: Path
) -> None:
    """A cold run has no figures and no compiler ready where neither notebook nor tests speak of them."""
    document = valid(prepared.run(hand_in(tmp_path, GOOD, RARE), machine=MACHINE))
    assert "imported early []" in document["output"]
    assert document["score"] == 3


def test_what_both_sides_share_is_libraries_alone(prepared: PreparedContainer, tmp_path: Path) -> None:
    """A zygote that is a fork of the grader's process has in its memory no test, and nothing of its environment."""
    tests = (prepared.paths.source / "tests" / "q1.py").read_text("utf-8")
    line = next(line.strip() for line in tests.splitlines() if "assert " in line)
    needles = [(line[:9], line[9:]), ("NOTEGRAD_AUTO", "GRADER=")]
    search = SEARCH.replace("NEEDLES", repr(needles))
    document = valid(prepared.run(hand_in(tmp_path, GOOD, search), machine=MACHINE))
    assert "read True, found [0] of 3" in document["output"], "what was planted, and it alone"
    assert document["score"] == 3


def test_no_notebook_is_told_and_costs_the_score(prepared: PreparedContainer, tmp_path: Path) -> None:
    """A hand-in without a notebook is the student's doing: a valid result with 0 and a sentence."""
    (tmp_path / "réponses.txt").write_text("x = 1", "utf-8")
    document = valid(prepared.run(tmp_path / "réponses.txt", machine=MACHINE))
    assert document["score"] == 0
    assert "n’est pas un notebook" in document["output"]


def test_a_grader_that_is_stopped_leaves_no_zero(prepared: PreparedContainer, tmp_path: Path) -> None:
    """Where time is up before there is a result, results.json is valid, says so, and has no score anywhere."""
    limit = prepared.paths.source / "hard_limit_s.txt"
    before = limit.read_text()
    limit.write_text("0.5\n")
    try:
        run = prepared.run(hand_in(tmp_path, GOOD), machine=MACHINE)
    finally:
        limit.write_text(before)
    document = valid(run)
    assert run.score is None
    assert "score" not in json.dumps(document["extra_data"]).replace("max_score", "")
    assert "tests" not in document
    assert "pas un zéro" in document["output"]


def test_a_fault_of_ours_leaves_no_zero(prepared: PreparedContainer, tmp_path: Path) -> None:
    """A bundle that cannot be read is no student's fault: no score, and the teacher reads why in the output."""
    settings = prepared.paths.source / "notegrad.json"
    before = settings.read_bytes()
    settings.write_bytes(b"{")
    try:
        run = prepared.run(hand_in(tmp_path, GOOD), machine=MACHINE)
    finally:
        settings.write_bytes(before)
    valid(run)
    assert run.score is None
    assert "notegrad.json cannot be used" in run.stdout
    assert "Traceback" not in run.stdout


def test_setting_up_twice_changes_nothing(prepared: PreparedContainer) -> None:
    """`setup.sh` knows that everything is installed."""
    wanted = prepared._venv / "installed"
    before = wanted.stat().st_mtime_ns
    prepared._set_up()
    assert wanted.stat().st_mtime_ns == before


def test_the_zip_is_small_and_its_scripts_are_programs(bundle: Path) -> None:
    """What Gradescope has to run is executable in the zip, and the zip is a matter of seconds to upload."""
    with zipfile.ZipFile(bundle) as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
        hosts = [n for n in ("setup.sh", "run_autograder") if b"://" in archive.read(n)]
    assert {name for name, mode in modes.items() if mode & 0o111} == {"setup.sh", "run_autograder"}
    assert not hosts, "no registry and no host is named in a script"
    assert bundle.stat().st_size < 4_000_000
