"""A class whose tests share objects at module level, with right answers that write into them and with hostile ones."""

from __future__ import annotations

from pathlib import Path

from notegrad.course.bundle import Bundle
from notegrad.grading import Grader
from notegrad.records import Limits, Submission
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


def open_grader(bundle_path: Path, *, unsafe: bool) -> Grader:
    """The grader of this bundle, for the processes of a class; there is no file of it."""
    assert bundle_path.name == "voisins.zip" and not unsafe
    return Grader(bundle())
