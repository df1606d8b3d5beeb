"""On a real GPU: the same verdicts as on the CPU, and what goes wrong on a GPU costs only whom it should."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader, devices
from tests.support import device_course

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU that PyTorch can use"),
]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    unsafe = False
    try:
        made = Grader(device_course.bundle(), device="cuda", memory_fraction=0.2)
    except SandboxUnavailableError:
        unsafe = True
        made = Grader(device_course.bundle(), device="cuda", memory_fraction=0.2, unsafe=unsafe)
    with made:
        yield made


def test_the_solution_has_full_marks_on_the_gpu(grader: Grader) -> None:
    """Values, gradients, identity, views, version counters and random numbers are mirrored on the GPU."""
    result = grader.grade(device_course.submission())
    assert device_course.failed(result) == []
    assert result.run is not None and result.run.device.startswith("cuda") and result.run.mode == "stepped"


def test_an_answer_that_hard_codes_the_cpu_is_caught(grader: Grader) -> None:
    """A tensor made on the CPU by habit does not mix with those of the GPU."""
    wrong = device_course.SOLUTION.replace("torch.ones(4, device=x.device)", "torch.ones(4)")
    result = grader.grade(device_course.submission(wrong, name="cpu"))
    assert [name for name, *_ in device_course.failed(result)] == ["q3 - 1"]


def test_the_notebook_sees_one_gpu_and_computes_on_it(grader: Grader) -> None:
    """Student code finds the GPU the usual way, and what it puts there is there."""
    cell = "device = 'cuda' if torch.cuda.is_available() else 'cpu'\nprint(device, torch.cuda.device_count())"
    result = grader.grade(device_course.submission(device_course.SOLUTION, cell))
    assert result.run is not None
    assert result.run.cells[2].stdout_tail == "cuda 1\n"
    assert result.score == result.max_score


def test_too_much_memory_is_the_student_s_error(grader: Grader) -> None:
    """Beyond the part of the GPU's memory that a submission may take, torch says so; the rest is judged."""
    greedy = device_course.SOLUTION.replace(
        "return 2 * x", "return 2 * x + torch.empty(1 << 42, device=x.device)[0]"
    )
    result = grader.grade(device_course.submission(greedy, name="greedy"))
    assert {(name, outcome) for name, outcome, *_ in device_course.failed(result)} == {
        ("q1 - 1", "errored"),
        ("q1 - 2", "errored"),
    }
    assert device_course.failed(grader.grade(device_course.submission())) == []


def test_a_kernel_that_faults_costs_its_test_case_and_nobody_else(grader: Grader) -> None:
    """An index out of bounds on the GPU spoils the context: a fresh process goes on, and the next submission is whole."""
    fault = device_course.SOLUTION.replace(
        "return x[0]",
        "torch.arange(3., device=x.device)[torch.tensor([9], device=x.device)].cpu()\n    return x[0]",
    )
    result = grader.grade(device_course.submission(fault, name="fault"))
    assert [name for name, *_ in device_course.failed(result)] == ["q2 - 2"]
    assert device_course.failed(grader.grade(device_course.submission())) == []


@pytest.mark.timeout(400)
def test_work_that_hangs_on_the_gpu_is_stopped(grader: Grader) -> None:
    """An endless loop over the GPU times out, its process is killed, and the next submission is whole."""
    hang = device_course.SOLUTION.replace("return 2 * x", "while True:\n        x = x * 1.0")
    result = grader.grade(device_course.submission(hang, name="hang"))
    assert {outcome for _, outcome, *_ in device_course.failed(result)} == {"timeout"}
    assert len(device_course.failed(result)) == 2
    assert device_course.failed(grader.grade(device_course.submission())) == []


def test_memory_is_shared_out_among_graders() -> None:
    """Every grader has a GPU, and the processes of all graders of one GPU fit into it."""
    shares = devices.shares("cuda", 4)
    assert shares
    per_gpu: dict[str, float] = {}
    for share in shares:
        per_gpu[share.device] = per_gpu.get(share.device, 0.0) + 2 * share.memory_fraction
    assert all(total <= 1.0 for total in per_gpu.values())
