"""Claims about the simulated accelerator, each run in a process of its own: torch's registry of devices has no way back.

`python -m tests.support.simulated_claims NAME` exits with 0 if what NAME says holds.
"""

from __future__ import annotations

import copy
import pickle
import sys
from pathlib import Path

import pytest
import torch

from notegrad import expect
from notegrad.grading import Grader
from notegrad.intake.submissions import read_submissions
from notegrad.probes import accelerator
from notegrad.sandbox.inside import restore
from tests.support import device_course
from tests.support.confined_graders import bundle_of

ROOT = Path(__file__).resolve().parents[2]
HARD_CODED = ("torch.ones(4, device=x.device)", "torch.ones(4)")


def grading() -> None:
    """Full marks for the solution; the answer that makes its tensor on the CPU loses its test case, and says why."""
    with Grader(device_course.bundle(tier="auto"), device="sim", unsafe=True) as grader:
        result = grader.grade(device_course.submission())
        assert device_course.failed(result) == [], device_course.failed(result)
        assert result.run is not None
        assert (result.run.device, result.run.mode) == ("sim", "stepped")
        wrong = grader.grade(device_course.submission(device_course.SOLUTION.replace(*HARD_CODED)))
        (failure,) = device_course.failed(wrong)
        assert failure[0] == "q3 - 1"
        assert "same device" in failure[3]


def real_assignment() -> None:
    """A notebook with full marks on the CPU has them with this device too: tests that name no device stay there."""
    bundle = bundle_of("tp2-memoire")
    (handed_in,) = read_submissions([ROOT / "examples" / "tp2-memoire" / "durand-alice.ipynb"])
    with Grader(bundle, device="sim", unsafe=True) as grader:
        result = grader.grade(handed_in)
    assert result.score == result.max_score, device_course.failed(result)


def unannounced() -> None:
    """Who looks for an accelerator finds none, unless the course computes on this one."""
    x = torch.ones(2)
    assert expect.works_on_accelerator(lambda v: v + 1, x).tolist() == [2, 2]
    assert not torch.accelerator.is_available()
    assert torch.accelerator.current_accelerator() is None
    assert torch.accelerator.device_count() == 0


def announced() -> None:
    """A course on this device: it is found by who looks for an accelerator, as a GPU is."""
    accelerator.register(announced=True)
    assert torch.accelerator.is_available()
    assert torch.accelerator.current_accelerator() == torch.device(accelerator.NAME)


def restored() -> None:
    """A process whose names hold its tensors is found as it was, and changed where a number of theirs is another one."""
    accelerator.register()
    names = {"held": torch.arange(4.0).to(accelerator.DEVICE)}
    kept = restore.keep(names)
    assert torch.rand(100).numel() and restore.put_back(kept, names)
    names["held"].mul_(2)
    assert not restore.put_back(kept, names)


def device() -> None:
    """It refuses what a GPU refuses, and computes, differentiates and shares memory as a GPU does."""
    accelerator.register()
    assert accelerator.can_differentiate()
    x = torch.arange(6.0, device="sim:0").reshape(2, 3)
    assert x.shape == (2, 3) and x.device == torch.device("sim:0")
    with pytest.raises(RuntimeError, match="same device"):
        x + torch.ones(3)
    with pytest.raises(TypeError, match="to numpy"):
        x.numpy()
    row, version = x[0], x._version
    assert x.mul_(2) is x and x._version > version
    assert row.tolist() == [0.0, 2.0, 4.0]
    assert (x * torch.tensor(2.0)).sum().item() == 60.0
    weights = torch.tensor([1.0, 2.0, 3.0], device="sim:0", requires_grad=True)
    (weights @ weights).backward()
    assert weights.grad is not None and weights.grad.tolist() == [2.0, 4.0, 6.0]
    torch.testing.assert_close(torch.linalg.inv(torch.eye(2, device="sim:0")), torch.eye(2, device="sim:0"))
    assert x.cpu().numpy().shape == (2, 3)
    assert x.untyped_storage().clone().nbytes() == 24


def copies() -> None:
    """A copy is a GPU's; a deep one of leaves only, with gradients, apart from the original. None ends the process."""
    accelerator.register()
    weights = torch.tensor([1.0, 2.0], device="sim:0", requires_grad=True)
    (weights * weights).sum().backward()
    copied, same = copy.deepcopy([weights, weights])
    assert copied is same and copied is not weights and copied.requires_grad
    assert copied.grad is not None and copied.grad.tolist() == [2.0, 4.0]
    copied.grad.zero_()
    assert weights.grad is not None and weights.grad.tolist() == [2.0, 4.0]
    with pytest.raises(RuntimeError, match="graph leaves"):
        copy.deepcopy(weights * 2)
    assert copy.deepcopy(torch.nn.Parameter(weights.detach())).tolist() == [1.0, 2.0]
    x = torch.arange(3.0, device="sim:0")
    alias, apart = copy.copy(x), pickle.loads(pickle.dumps(x))
    x.zero_()
    assert alias.device == apart.device == x.device
    assert (alias.tolist(), apart.tolist()) == ([0.0, 0.0, 0.0], [0.0, 1.0, 2.0])


def expectation() -> None:
    """`works_on_accelerator` passes what follows its input's device, and says in French what does not."""
    x = torch.arange(3.0)
    assert expect.works_on_accelerator(lambda v: v * torch.ones(3, device=v.device), x).tolist() == [0, 1, 2]
    for wrong in (
        lambda v: v + torch.ones(3),
        lambda v: torch.from_numpy(v.numpy()),
        lambda v: torch.zeros(3),
    ):
        with pytest.raises(AssertionError, match=r"appareil|« ?cpu|cpu"):
            expect.works_on_accelerator(wrong, x)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
