"""Global state around a call is compared: gradient mode, default dtype and device, random generators.

Under notegrad the state is put back after each call of a student's function, so that a test's own lines mean
what they say; what a call had left is remembered for those who ask here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch

from notegrad.expect import sentences
from notegrad.probes import left_behind


@dataclass(frozen=True)
class GlobalState:
    """Holds what a function can change for the whole program.

    Attributes:
        grad_enabled: Whether torch records gradients.
        default_dtype: The dtype of new floating tensors.
        torch_rng: The state of torch's generator on the CPU.
        numpy_rng: The state of NumPy's global generator.
        python_rng: A hash of the state of Python's generator.
        default_device: The device of new tensors.

    Example:
        >>> with torch.no_grad():
        ...     expect.global_state().grad_enabled
        False
    """

    grad_enabled: bool
    default_dtype: torch.dtype
    torch_rng: bytes
    numpy_rng: bytes
    python_rng: int
    default_device: str = "cpu"


def global_state() -> GlobalState:
    """Reads the global state as it is now, or as the calls of a student's functions left it.

    Returns:
        The gradient mode, the default dtype and device, and the three random generators.

    Example:
        >>> state = expect.global_state()
        >>> state.grad_enabled, state.default_dtype
        (True, torch.float32)
        >>> state == expect.global_state()
        True
    """
    numpy_state = np.random.get_state(legacy=False)
    assert isinstance(numpy_state, dict)
    key = numpy_state["state"]
    numpy_rng = key["key"].tobytes() + int(key["pos"]).to_bytes(8, "little")
    dtype = str(torch.get_default_dtype()).removeprefix("torch.")
    return GlobalState(
        left_behind.as_left("grad_enabled", torch.is_grad_enabled()),
        getattr(torch, left_behind.as_left("default_dtype", dtype)),
        left_behind.generator_as_left("torch_rng", torch.default_generator.get_state().numpy().tobytes()),
        left_behind.generator_as_left("numpy_rng", numpy_rng),
        hash((random.getstate(), left_behind.generator_as_left("python_rng", b""))),
        left_behind.as_left("default_device", str(torch.get_default_device())),
    )


def assert_global_state(before: GlobalState, *, rng: bool = False) -> None:
    """Expects the gradient mode, the default dtype and the default device to be as before a call.

    Args:
        before: What `global_state` read before the call.
        rng: Whether the generators of torch, NumPy and Python must be as before too.

    Raises:
        AssertionError: Something differs; the message says what later code would meet.

    Example:
        >>> before = expect.global_state()
        >>> _ = torch.set_grad_enabled(False)
        >>> expect.assert_global_state(before)
        Traceback (most recent call last):
            ...
        AssertionError: Après votre fonction, plus aucun gradient ne se calcule : le mode gradient n’a pas été
        remis.
        >>> _ = torch.set_grad_enabled(True)
        >>> _ = torch.rand(1)
        >>> expect.assert_global_state(before)
        >>> expect.assert_global_state(before, rng=True)
        Traceback (most recent call last):
            ...
        AssertionError: Votre fonction a tiré des nombres au hasard dans le générateur de torch.
    """
    now = global_state()
    if now.grad_enabled != before.grad_enabled:
        sentences.fail("expect_gradients_off" if before.grad_enabled else "expect_gradients_on")
    if now.default_dtype != before.default_dtype:
        names = [sentences.dtype_name(state.default_dtype) for state in (now, before)]
        sentences.fail("expect_default_dtype", actual=names[0], expected=names[1])
    if now.default_device != before.default_device:
        sentences.fail("expect_default_device", actual=now.default_device, expected=before.default_device)
    generators = {"torch": "torch_rng", "NumPy": "numpy_rng", "Python": "python_rng"}
    for name, field in generators.items():
        if rng and getattr(now, field) != getattr(before, field):
            sentences.fail("expect_drew", name=name)
