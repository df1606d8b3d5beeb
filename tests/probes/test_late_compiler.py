"""The compiler is imported by what compiles: a meta tensor, a dispatch mode or an optimiser's setter is not that."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode
from notegrad.probes import late_compiler

{prepare}

class Ear(TorchDispatchMode):
    heard = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        Ear.heard += 1
        return func(*args, **(kwargs or {{}}))

def everything():
    Ear.heard = 0
    x = torch.ones(2, 3, device="meta")
    with Ear():
        y = torch.softmax(x + 1, 0) @ x.T
    with FlopCounterMode(display=False) as flops:
        torch.ones(2, 3) @ torch.ones(3, 4)
    return tuple(y.shape), y.dtype, Ear.heard, flops.get_total_flops()

before = everything()
is_early = "torch._dynamo" in sys.modules
double = torch.compile(lambda x: (x + 1).sin(), backend="eager")
compiled = double(torch.zeros(2)).tolist() == torch.ones(2).sin().tolist()
print(is_early, compiled, before == everything(), before)
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """What a new Python says with the compiler imported late, and as torch does it."""
    said = {}
    for name, prepare in (("late", "late_compiler.prepare()"), ("as torch does", "")):
        command = [sys.executable, "-c", SCRIPT.format(prepare=prepare)]
        said[name] = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return said


def test_nothing_imports_the_compiler_but_what_compiles(seen: dict[str, str]) -> None:
    """Without us the first operation on `meta` imports it, which each grading from nothing would pay."""
    assert seen["as torch does"].startswith("True True True")
    assert seen["late"].startswith("False True True")


def test_results_are_those_of_torch_before_and_after_the_compiler_came(seen: dict[str, str]) -> None:
    """Shapes, dtypes, what a mode hears and counts, and what is compiled do not depend on when it came."""
    assert seen["late"].partition(" ")[2] == seen["as torch does"].partition(" ")[2]
