"""A function applied here, and the same function applied through the mirror: nothing tells which was which."""

from __future__ import annotations

import warnings

import pytest
import torch
from hypothesis import HealthCheck, Phase, given, settings

from tests.support import mirror_functions
from tests.support.mirror_functions import FUNCTIONS
from tests.support.mirror_programs import Run, anything, programs_around
from tests.support.mirror_server import serving

pytestmark = pytest.mark.filterwarnings("ignore")  # students' functions earn many
EXAMPLES_PER_FUNCTION = 5
EXAMPLES_OF_ANYTHING = 150
relaxed = settings(
    database=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],  # explaining a failure takes much longer than finding it
    suppress_health_check=list(HealthCheck),
    max_examples=EXAMPLES_PER_FUNCTION,
)


@pytest.fixture(scope="module")
def served():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    with serving(vars(mirror_functions)) as running:
        yield running


def execute_local(program, mirror):
    mirror.begin(7, 20)
    mirror_functions.remettre_a_zero()
    run = Run(FUNCTIONS)
    for step in program:
        run.step(step)
    return run.trace


def compare(program, served):
    """Run a program twice and compare all that was seen after each step."""
    mirror = served.mirror
    expected = execute_local(program, mirror)
    names = [name for name, *_ in program if name in FUNCTIONS]
    actual = execute_remote(program, mirror, names)
    for done, (one, other) in enumerate(zip(actual, expected, strict=True)):
        assert one == other, explain(program[: done + 1], one, other)


def execute_remote(program, mirror, names):
    mirror.begin(7, 20)
    stubs = mirror.get(["remettre_a_zero", "carre", *names])
    stubs["remettre_a_zero"]()
    run = Run(stubs)
    for step in program:
        run.step(step)
    return run.trace


def explain(program, actual, expected, path="after"):
    """The first difference, where it is, and what led there."""
    while isinstance(actual, tuple) and isinstance(expected, tuple) and len(actual) == len(expected):
        index = next(i for i, pair in enumerate(zip(actual, expected, strict=True)) if pair[0] != pair[1])
        path += f"[{index}]"
        if isinstance(actual[index], str) or not isinstance(actual[index], tuple):
            return f"{program}\n{path}\nmirrored: {actual!r}\nlocal:    {expected!r}"
        actual, expected = actual[index], expected[index]
    return f"{program}\n{path}\nmirrored: {actual!r}\nlocal:    {expected!r}"


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_mirrored_function_cannot_be_told_from_a_local_one(name, served):
    """Identity, memory, values, versions, gradients, errors and state agree after every step around the function."""

    @relaxed
    @given(program=programs_around(name))
    def check(program):
        compare(program, served)

    check()


@settings(relaxed, max_examples=EXAMPLES_OF_ANYTHING)
@given(program=anything)
def test_mixed_calls_cannot_be_told_from_local_ones(program, served):
    """The same, where results of one function go into others."""
    compare(program, served)


def test_a_function_that_is_handed_on_within_another_is_not_looked_into(served):
    """The jacobian of a student's function hands it on in a function of torch's: it has no code on this side."""
    compare([("tensor_new", 0, 0, 0), ("tensor_new", 0, 0, 0), ("jacobien", 94, 0, 0)], served)
