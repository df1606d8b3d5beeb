"""The same submission scores the same again, and a result says what that takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notegrad.cli.main import run
from notegrad.grading import Grader
from notegrad.results.gradescope_json import to_gradescope, to_json
from notegrad.results.writer import write_result
from tests.support import device_course

RANDOM = """
import numpy as np, random
noise = torch.rand(3)
def double(x):
    raise ValueError(f"{torch.rand(2).tolist()} {np.random.rand()} {random.random()} {noise.tolist()}")
"""


def without_times(document: dict) -> dict:
    document = json.loads(to_json(document))
    del document["execution_time"]
    del document["extra_data"]["notegrad"]["timings"]
    del document["extra_data"]["notegrad"]["memory_peak_mb"]
    return document


@pytest.mark.parametrize("mode", ["fork", "stepped"])
def test_grading_twice_gives_the_same_bytes_but_for_times(mode: str) -> None:
    """Also of a notebook that draws random numbers, in one process or in two graders."""
    bundle = device_course.bundle(mode=mode, tier="auto")
    handed_in = device_course.submission(device_course.SOLUTION, RANDOM)
    made = []
    for _ in range(2):
        with Grader(bundle, unsafe=True) as grader:
            made += [without_times(to_gradescope(grader.grade(handed_in))) for _ in range(2)]
    assert made[0] == made[1] == made[2] == made[3]
    assert "ValueError" in json.dumps(made[0])


def test_a_result_says_what_would_give_it_again(tmp_path: Path, capsys) -> None:
    """Versions, bundle, seed, device and mode are in results.json; `explain` names what differs here."""
    bundle = device_course.bundle(mode="fork", tier="auto", digest="a" * 64)
    with Grader(bundle, unsafe=True) as grader:
        path = write_result(tmp_path, grader.grade(device_course.submission()))
    ours = json.loads(path.read_text())["extra_data"]["notegrad"]
    assert {"torch", "numpy", "python", "notegrad"} <= ours["versions"].keys()
    assert (ours["bundle_sha256"], ours["seed"], ours["device"], ours["mode"]) == ("a" * 64, 5, "cpu", "fork")
    assert run(["explain", str(path)]) == 0
    assert "notegrad grade gpu NOTEBOOK" in capsys.readouterr().out

    document = json.loads(path.read_text())
    document["extra_data"]["notegrad"]["versions"]["torch"] = "2.4.0"
    path.write_text(json.dumps(document))
    assert run(["explain", str(path), "--json"]) == 4
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["ingredients"]}
    assert rows["torch"]["same"] is False and rows["numpy"]["same"] is True
    assert run(["explain", str(tmp_path / "nothing.json")]) == 2
