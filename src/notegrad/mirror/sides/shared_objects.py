"""One side collects the changes of the objects that both know, and applies those of the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from notegrad.mirror.autograd.graph import Grads
from notegrad.mirror.autograd.histories import Histories
from notegrad.mirror.globals import global_state
from notegrad.mirror.globals.modes import undisturbed
from notegrad.mirror.memory.blocks import Memory
from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects.arrays import ArrayTable
from notegrad.mirror.objects.containers import ContainerTable
from notegrad.mirror.objects.incoming_tensors import IncomingTensors
from notegrad.mirror.objects.named_tuples import forget_named_tuples
from notegrad.mirror.objects.outgoing_tensors import OutgoingTensors
from notegrad.mirror.objects.simulated import simulated_value
from notegrad.mirror.objects.tensors import TensorTable
from notegrad.mirror.wire.changes import (
    ArrayRecord,
    BlockRecord,
    Changes,
    ContainerRecord,
    HistoryRecord,
    OtherRecord,
    Step,
    StorageRecord,
    TensorRecord,
)
from notegrad.mirror.wire.forms import Id, Value
from notegrad.mirror.wire.limits import MAX_STEPS
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.probes.accelerator import SimulatedTensor


class SharedObjects:
    """The tables of one side; the base of both sides, which add what only one of them does."""

    first_id: Id = 0
    weak = True

    def __init__(self, *, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._fingerprint: global_state.Fingerprint | None = None
        self.forget()

    def forget(self) -> None:
        """Forget everything that crossed."""
        forget_named_tuples()
        self.registry = Registry(first_id=self.first_id, weak=self.weak)
        self._memory = Memory(self._max_bytes, believes_devices=not self.weak)
        self._histories = Histories(self.registry.next_id)
        self._tensors = TensorTable(self.registry, self._memory, self._histories)
        self._outgoing = OutgoingTensors(self._tensors, self.registry, self._histories)
        self._incoming = IncomingTensors(self._tensors, self.registry, self._memory, self._histories)
        self._arrays = ArrayTable(self.registry, self._memory)
        self._containers = ContainerTable(self.registry, is_judge=self.weak)
        self._others: list[OtherRecord] = []
        self._held: list[object] = []
        self._dead: list[Id] = []
        self._text_bytes = 0

    # --- references (the protocol `objects.referring.Referring`) -----------------------------------------

    def refer_tensor(self, tensor: torch.Tensor) -> Id:
        """The number of a tensor, known from now on."""
        return self._tensors.refer(tensor)

    def refer_simulated(self, tensor: SimulatedTensor) -> Value:
        """The wire form of a tensor of the device: that of its numbers, and its gradient state."""
        return simulated_value(tensor, self.refer_tensor(tensor.on_cpu))

    def refer_array(self, array: np.ndarray[Any, Any]) -> Id:
        """The number of an array, known from now on."""
        return self._arrays.refer(array)

    def refer_container(self, container: Any, depth: int) -> Id:
        """The number of a container, known from now on."""
        return self._containers.refer(container, depth)

    def count_bytes(self, nbytes: int) -> None:
        """Note that so much text, or so many items, travel with the message that is being made.

        All known containers are read for each message, so what they hold is limited with it.
        Raises ObservationError where it is more than what may cross.
        """
        self._text_bytes += nbytes
        if self._text_bytes > self._max_bytes:
            raise ObservationError(
                f"texts and items of more than {self._max_bytes:,} bytes, the limit", "size"
            )

    def note_class(self, kind: type) -> None:
        """Take note of a class of the notebook's whose objects go as the values that they derive from."""

    def refer_other(self, value: object) -> Value:
        """The wire form of a function, or of any object without a wire form of its own."""
        raise NotImplementedError  # pragma: no cover - each side has its own

    # --- changes ------------------------------------------------------------------------------

    def collect(self) -> Changes:
        """The changes of this side since the last message: looked at, taken, settled.

        Raises ObservationError where something cannot cross; nothing of the message is known then.
        """
        # Released below: what this side wrote into them before it let them go is still sent.
        unheld = [*self._containers.unheld(), *self._arrays.unheld()] if self.weak else []
        held = self.registry.alive()
        for object_id in self.registry.take_dead():
            self._release(object_id)
            self._dead.append(object_id)
        try:
            with undisturbed():
                self._containers.look(self)
                self._outgoing.look()
                self._memory.check_size(self._text_bytes)
        except ObservationError:
            self.undo()
            raise
        except Exception as error:
            self.undo()
            raise ObservationError(f"an object that cannot be looked at: {error}") from None
        self._text_bytes = 0
        self.registry.settle()
        containers = self._containers.take()
        arrays, storages = self._arrays.take()
        with undisturbed():
            more_storages, tensors = self._outgoing.take()
            now = global_state.read_fingerprint()
        record, self._fingerprint = global_state.state_record(now, self._fingerprint), now
        blocks = [r for block in self._memory.blocks.values() if (r := block.changed()) is not None]
        others, self._others = self._others, []
        for object_id in unheld:
            self.registry.release(object_id)
            self._release(object_id)
        dead, self._dead = (*self._dead, *unheld), []
        self._held = held
        steps: list[Step] = [*blocks, *arrays, *storages, *more_storages, *containers, *tensors, *others]
        return Changes(tuple(steps), record, dead, self._histories.take_released())

    def undo(self) -> None:
        """Forget what became known for a message that cannot be sent, so that the next one can."""
        self._text_bytes = 0
        for object_id in self.registry.take_unsettled():
            self._release(object_id)
            self.registry.release(object_id)
        self._outgoing.undo()
        self._arrays.undo()
        self._others = []

    def apply(self, changes: Changes) -> None:
        """Take over all that changed on the other side.

        Raises ObservationError where it makes no sense.
        """
        if len(changes.steps) > MAX_STEPS:
            raise ObservationError(f"more than {MAX_STEPS:,} changes at once", "objects")
        # Only this side knows which objects live here, and which histories it gave.
        if self.weak and changes.released:
            raise ObservationError("objects were released that are not the other side's to release")
        if not all(map(self.registry.gives, changes.released_histories)):
            raise ObservationError("histories were released that this side did not give")
        try:
            with undisturbed():
                for step in changes.steps:
                    self._apply_step(step)
                self._incoming.finish()
                self._containers.finish()
                if changes.state is not None:
                    global_state.apply_state(changes.state, is_believed=not self.weak)
                    self._fingerprint = global_state.fingerprint_after(changes.state, self._fingerprint)
        except ObservationError:
            raise
        except Exception as error:  # from torch, NumPy or Python: a malformed message
            raise ObservationError(f"changes that cannot be applied: {error}") from None
        for object_id in changes.released:
            self._release(object_id)
            self.registry.release(object_id)
        for history in changes.released_histories:
            self._histories.withdraw(history)

    def _apply_step(self, step: Step) -> None:
        if step.id not in self.registry and self.registry.gives(step.id) and not self._is_memory(step):
            raise ObservationError(f"object {step.id} is not known")
        match step:
            case BlockRecord():
                self._memory.apply_block(step)
            case StorageRecord():
                self._memory.apply_storage(step)
            case ArrayRecord():
                self._arrays.apply(step)
            case TensorRecord():
                self._incoming.apply_tensor(step)
            case HistoryRecord():
                self._incoming.apply_history(step, self.ask_product)
            case ContainerRecord():
                self._containers.apply(step)
            case _:
                self.apply_other(step)

    def _is_memory(self, step: Step) -> bool:
        return isinstance(step, BlockRecord) and step.id in self._memory.blocks

    def apply_other(self, step: OtherRecord) -> None:
        """Make known what `refer_other` of the other side referred to."""
        raise NotImplementedError  # pragma: no cover - each side has its own

    def ask_product(self, history: Id, cotangents: Grads, create_graph: bool, keep_graph: bool) -> Grads:
        """Ask the other side for a vector-Jacobian product of a history that it offered."""
        raise NotImplementedError  # pragma: no cover - the conversation is the subclass's

    def _release(self, object_id: Id) -> None:
        self._tensors.release(object_id)
        self._arrays.release(object_id)
        self._containers.release(object_id)
