"""A process that was asked is found as it was, or not, whatever its names hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from notegrad.sandbox.inside import restore


def _with_gradient() -> torch.Tensor:
    x = torch.arange(3.0, requires_grad=True)
    (x * x).sum().backward()  # type: ignore[no-untyped-call]
    return x


HELD: dict[str, Callable[[], Any]] = {
    "tensor": lambda: torch.arange(6.0).reshape(2, 3).T,
    "tensor without numbers": lambda: torch.ones(20, 30, device="meta"),
    "parameter without numbers": lambda: torch.nn.Linear(3, 2, device="meta").weight,
    "empty tensor": lambda: torch.empty(0, 3),
    "sparse tensor": lambda: torch.eye(3).to_sparse(),
    "gradient": _with_gradient,
    "array": lambda: np.arange(6.0),
    "list": lambda: [1, [torch.ones(2)]],
}


@pytest.mark.parametrize("kind", HELD)
def test_what_nobody_touched_is_as_it_was(kind):
    """Nothing but what a name stands for is read: memory that changes elsewhere changes nothing here."""
    names = {"held": HELD[kind]()}
    kept = restore.keep(names)
    for size in range(1, 400):  # elsewhere, memory is written
        torch.rand(size)
        np.random.default_rng(size).random(size).tobytes()
        assert restore.put_back(kept, names), size


@pytest.mark.parametrize("kind", ["tensor", "array", "gradient"])
def test_a_number_that_was_written_is_seen(kind):
    """A fresh process is needed where a number of a tensor or an array is another one."""
    names = {"held": HELD[kind]()}
    kept = restore.keep(names)
    held = names["held"]
    (held.data if isinstance(held, torch.Tensor) else held)[0] = 7.0
    assert not restore.put_back(kept, names)
