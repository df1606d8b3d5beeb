"""A class in any order, by any number of graders: nobody's answer changes what a neighbour is asked."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from notegrad.batch.bundle_facts import facts_of
from notegrad.batch.class_run import grade_all
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.course.bundle import Bundle
from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.records import GradingResult, Limits, Submission
from notegrad.results.gradescope_json import to_gradescope, to_json
from notegrad.settings import AssignmentSettings

LIMITS = Limits(wall_s=20, cell_wall_s=5, test_case_wall_s=1.0, cpu_s=30, memory_mb=1024)
TESTS = """OK_FORMAT = False
import functools
import numpy as np
import torch
from otter.test_files import test_case
name = "q1"
points = 6
X = torch.arange(1.0, 4.0)
ROWS = [[1.0], [2.0]]
TABLE = {"a": torch.ones(2)}
ARRAY = np.arange(3.0)
WORDS = b"abc"
@functools.cache
def prepared(n):
    return torch.arange(float(n))
@test_case(points=1, hidden=True)
def test_tensor(double):
    assert torch.equal(double(X), torch.tensor([2.0, 4.0, 6.0]))
@test_case(points=1, hidden=True)
def test_list(last):
    assert last(ROWS) == [2.0]
@test_case(points=1, hidden=True)
def test_dict(double):
    assert double(TABLE["a"]).tolist() == [2.0, 2.0]
@test_case(points=1, hidden=True)
def test_array(double):
    assert double(ARRAY).tolist() == [0.0, 2.0, 4.0]
@test_case(points=1, hidden=True)
def test_bytes(first):
    assert first(WORDS) == 97 and WORDS == b"abc"
@test_case(points=1, hidden=True)
def test_cached(double):
    assert double(prepared(3)).tolist() == [0.0, 2.0, 4.0]
"""
HELPERS = "import numpy as np, torch\ndef last(rows): return rows[-1]\ndef first(words): return words[0]"
RIGHT = {
    "product": "def double(x): return 2 * x",
    "in-place": "def double(x): return x.mul_(2) if isinstance(x, torch.Tensor) else np.multiply(x, 2, out=x)",
    "sum": "def double(x): return x + x",
    "float": "def double(x): return x * 2.0",
    "pop": "def double(x): return 2 * x\ndef last(rows): return rows.pop()",
}
HOSTILE = {
    "filled": "def double(x):\n    if isinstance(x, torch.Tensor): x.fill_(7)\n    else: x[:] = 7\n    return x",
    "cleared": "def last(rows):\n    rows.clear()\n    return [2.0]",
    "rewritten": "def first(words):\n    np.frombuffer(words, np.uint8).setflags(write=True)\n    return 0",
    "giant": "def double(x): return torch.zeros(1).expand(1 << 45)",
    "global": "def double(x):\n    torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False)\n    return 2 * x",
    "gone": "import os\ndef double(x): os._exit(0)",
    "endless": "def double(x):\n    while True: pass",
    "simulated": "def double(x): return x.to('meta') if isinstance(x, torch.Tensor) else x",
}


def bundle() -> Bundle:
    settings = AssignmentSettings(slug="voisins", title="Voisins", limits=LIMITS, seed=1)
    return Bundle(settings=settings, tests=(("q1.py", TESTS),))


def submissions(codes: dict[str, str]) -> list[Submission]:
    return [Submission(id=name, student=name, cells=(HELPERS, code)) for name, code in codes.items()]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    try:
        made = Grader(bundle())
    except SandboxUnavailableError as error:
        pytest.skip(f"nothing is confined here: {error}")
    with made:
        yield made


def in_bytes(result: GradingResult) -> bytes:
    """The result as it is written, without times and memory."""
    document = json.loads(to_json(to_gradescope(result)))
    del document["execution_time"]
    for measured in ("timings", "memory_peak_mb"):
        del document["extra_data"]["notegrad"][measured]
    return json.dumps(document).encode()


def test_right_answers_are_right_in_any_order(grader: Grader) -> None:
    """Answers that write into what the tests share at module level cost neither themselves nor others a point."""
    handed_in = submissions(RIGHT)
    for seed in range(6):
        random.Random(seed).shuffle(handed_in)
        scores = {each.id: grader.grade(each).score for each in handed_in}
        assert scores == dict.fromkeys(RIGHT, 6.0), [each.id for each in handed_in]


def test_a_neighbour_leaves_no_trace(grader: Grader) -> None:
    """After each hostile answer, a right one has the very result that it had before."""
    (honest,) = submissions({"product": RIGHT["product"]})
    alone = in_bytes(grader.grade(honest))
    for hostile in submissions(HOSTILE):
        grader.grade(hostile)
        assert in_bytes(grader.grade(honest)) == alone, hostile.id


@pytest.mark.slow
@pytest.mark.parametrize("graders", [1, 2, 3])
def test_a_class_in_another_order_has_the_same_results(tmp_path: Path, grader: Grader, graders: int) -> None:
    """Right and hostile answers in two random orders: the same bytes for each, but for times and memory."""
    made = [in_order(tmp_path / str(seed), seed, graders) for seed in (graders, graders + 10)]
    assert made[0] == made[1]
    assert len(made[0]) == len(RIGHT | HOSTILE)


def in_order(folder: Path, seed: int, graders: int) -> dict[str, bytes]:
    handed_in = submissions(RIGHT | HOSTILE)
    random.Random(seed).shuffle(handed_in)
    results = grade_all(
        facts_of(bundle(), folder / "voisins.zip"),
        handed_in,
        EngineOptions(graders=graders, factory=f"{__name__}:open_grader"),
        out=None,
        on_event=lambda _: None,
    )
    return {result.submission: in_bytes(result) for result in results}


def open_grader(bundle_path: Path, *, unsafe: bool) -> Grader:
    """The grader of this file's bundle, for the processes of a class."""
    assert bundle_path.name == "voisins.zip" and not unsafe
    return Grader(bundle())
