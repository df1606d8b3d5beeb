"""A hidden test case repeats the libraries' words of a student's exception, and never the student's own."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
import torch

from notegrad.judge.repeatable_errors import MAX_TEXT_CHARS, code_of, repeatable

CODE = code_of(["import torch\ndef somme(x, y):\n    return x + z.foo"])
X = torch.ones(3, requires_grad=True)


def somme(x: object, y: object) -> None:
    raise NameError("name 'z' is not defined")


def _twice() -> None:
    y = (X * X).sum()
    y.backward()
    y.backward()


def _in_place() -> None:
    y = X.exp()
    y += 1
    y.sum().backward()


def _stepped_before_backward() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
    loss = model(torch.ones(5, 3)).sum()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(0.9)
    loss.backward()


MISTAKES: tuple[Callable[[], object], ...] = (
    lambda: somme(1, 2),
    lambda: somme(1),  # type: ignore[call-arg]
    lambda: torch.ones(3) + torch.ones(4),
    lambda: torch.ones(2, 3) @ torch.ones(2, 3),
    lambda: X.add_(1),
    lambda: (X * X).backward(),
    lambda: torch.ones(3).backward(),
    lambda: torch.ones(2, 3).t().view(-1),
    lambda: torch.ones(2, 3).view(4),
    lambda: torch.ones(3)[5],
    lambda: torch.ones(3).sum(2),
    lambda: bool(torch.ones(2)),
    lambda: torch.arange(3).mean(),
    lambda: X.numpy(),
    lambda: torch.linalg.inv(torch.zeros(2, 2)),
    lambda: torch.linalg.solve(torch.ones(2, 3), torch.ones(2)),
    lambda: torch.cat([torch.ones(2, 3), torch.ones(3, 4)]),
    lambda: torch.ones(2, 3).expand(4, 4),
    lambda: torch.ones(2).foo,
    lambda: torch.dot(torch.ones(2, 2), torch.ones(2)),
    lambda: torch.ones(3).expand(2, 3).add_(1),
    lambda: torch.ones(2, device="meta").tolist(),
    lambda: torch.ones(2, device="meta") + torch.ones(2),
    _stepped_before_backward,
    lambda: torch.load(b"state"),  # type: ignore[arg-type]
    lambda: torch.nn.Linear(1, 1).load_state_dict(b"state"),  # type: ignore[arg-type]
    lambda: np.ones(2) + np.ones(3),
    lambda: np.ones((2, 3)) @ np.ones((2, 3)),
    lambda: None + 1,  # type: ignore[operator]
    lambda: torch.zeros("a"),  # type: ignore[arg-type]
    lambda: torch.tensor([1, 2], requires_grad=True),
    lambda: torch.ones(2, 3)[torch.ones(3, 3) > 0],
    lambda: torch.einsum("ij,jk->ik", torch.ones(2, 3), torch.ones(2, 3)),
    lambda: torch.autograd.grad((X * 2).sum(), torch.ones(2, requires_grad=True)),
    lambda: [][0],
    lambda: 1 / 0,
    _twice,
    _in_place,
)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_libraries_say_is_repeated(mistake: Callable[[], object]) -> None:
    """A beginner's mistake keeps the library's own words, which say what is wrong."""
    with pytest.raises(Exception) as caught:
        mistake()
    assert repeatable(str(caught.value), CODE) == str(caught.value).strip()


@pytest.mark.parametrize(
    "text",
    [
        "inputs (tensor([0.1234, 2.5]),)",
        "name 'x_0_1234_2_5' is not defined",
        "'Tensor' object has no attribute 'secret_0_12'",
        "index 12345 is out of bounds for dimension 0 with size 3",
        "name 'z' is not defined: 0.12",
        "division by zero\n0.1234",
        (
            "one of the variables needed for gradient computation has been modified by an inplace operation: "
            "[torch.FloatTensor [3]], which is output 0 of Secret0x12Backward0, is at version 1; expected version 0 instead."
        ),
        (
            "one of the variables needed for gradient computation has been modified by an inplace operation: "
            "[torch.FloatTensor [3]], which is output 0 of AsStrIDed, is at version 1; expected version 0 instead. "
            "Hint: enable anomaly detection to find the operation that failed to compute its gradient, "
            "with torch.autograd.set_detect_anomaly(True)."
        ),
        "KeyError: 3",
        "x" * (MAX_TEXT_CHARS + 1),
    ],
)
def test_what_a_student_may_have_written_is_not(text: str) -> None:
    """Inputs of a hidden test cannot be carried out in an error's text, nor in the names that it speaks of."""
    assert repeatable(text, CODE) is None


def test_no_text_takes_long() -> None:
    """A text made to be hard to match is refused at once."""
    started = time.process_time()
    for text in (
        "1" * 600,
        "shape '[" + "1, " * 190,
        "a." * 300,
        "torch.Size([" * 40,
        "'a', " * 110,
        "mat1 and mat2 shapes cannot be multiplied (" + "1x" * 250,
    ):
        repeatable(text[:MAX_TEXT_CHARS], CODE)
    assert time.process_time() - started < 10  # far below a second unless it backtracks
