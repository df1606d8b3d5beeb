"""The protocol `Referring` numbers what has an identity; each side of a mirror fulfils it."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import torch

from notegrad.mirror.wire.forms import Id, Value
from notegrad.probes.accelerator import SimulatedTensor


class Referring(Protocol):
    """Gives numbers to what has an identity."""

    def refer_tensor(self, tensor: torch.Tensor) -> Id:
        """The number of a tensor."""

    def refer_simulated(self, tensor: SimulatedTensor) -> Value:
        """The wire form of a tensor of the simulated accelerator."""

    def refer_array(self, array: np.ndarray[Any, Any]) -> Id:
        """The number of an array."""

    def refer_container(self, container: Any, depth: int) -> Id:
        """The number of a container."""

    def count_bytes(self, nbytes: int) -> None:
        """Note that so much text, or so many items, travel with the message that is being made.

        Raises ObservationError where it is more than what may cross.
        """

    def note_class(self, kind: type) -> None:
        """Take note of a class of the notebook's whose objects go as the values that they derive from."""

    def refer_other(self, value: object) -> Value:
        """The wire form of anything else."""
