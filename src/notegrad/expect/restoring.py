"""Global state around a call is compared: gradient mode, default dtype, random generators."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch

from notegrad.expect import sentences


@dataclass(frozen=True)
class GlobalState:
    """What a function can change for the whole program."""

    grad_enabled: bool
    default_dtype: torch.dtype
    torch_rng: bytes
    numpy_rng: bytes
    python_rng: int


def global_state() -> GlobalState:
    """The global state as it is now."""
    numpy_state = np.random.get_state(legacy=False)
    assert isinstance(numpy_state, dict)
    key = numpy_state["state"]
    return GlobalState(
        torch.is_grad_enabled(),
        torch.get_default_dtype(),
        torch.get_rng_state().numpy().tobytes(),
        key["key"].tobytes() + int(key["pos"]).to_bytes(8, "little"),
        hash(random.getstate()),
    )


def assert_global_state(before: GlobalState, *, rng: bool = False) -> None:
    """Expect the gradient mode and the default dtype, and with `rng` the generators, to be as `before`.

    Raises AssertionError that says what later code would meet.
    """
    now = global_state()
    if now.grad_enabled != before.grad_enabled:
        sentences.fail(
            "Après votre fonction, plus aucun gradient ne se calcule : le mode gradient n’a pas été remis."
            if before.grad_enabled
            else "Après votre fonction, le mode gradient est rallumé, alors que l’appelant l’avait éteint."
        )
    if now.default_dtype != before.default_dtype:
        names = [str(state.default_dtype).removeprefix("torch.") for state in (now, before)]
        sentences.fail(f"Après votre fonction, le dtype par défaut est {names[0]} au lieu de {names[1]}.")
    generators = {"torch": "torch_rng", "NumPy": "numpy_rng", "Python": "python_rng"}
    for name, field in generators.items():
        if rng and getattr(now, field) != getattr(before, field):
            sentences.fail(f"Votre fonction a tiré des nombres au hasard dans le générateur de {name}.")
