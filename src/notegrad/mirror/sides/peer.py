"""One side of a mirror: each message carries what changed here, and applies what changed there."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, cast

import msgspec
import numpy as np
import torch
from torch.utils._python_dispatch import _disable_current_modes

from notegrad.mirror.autograd.graph import Grads, backward_pass
from notegrad.mirror.autograd.histories import Histories
from notegrad.mirror.globals import global_state
from notegrad.mirror.memory import facts
from notegrad.mirror.memory.blocks import Memory
from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects.arrays import ArrayTable
from notegrad.mirror.objects.containers import ContainerTable
from notegrad.mirror.objects.decoding import decode, forget_named_tuples
from notegrad.mirror.objects.encoding import encode
from notegrad.mirror.objects.exceptions import describe, observation_failure, rebuild
from notegrad.mirror.objects.simulated import simulated_value
from notegrad.mirror.objects.tensors import TensorTable
from notegrad.mirror.wire.changes import (
    ArrayRecord,
    BlockRecord,
    Changes,
    ContainerRecord,
    HandleRecord,
    HistoryRecord,
    ShippedRecord,
    Step,
    StorageRecord,
    TensorRecord,
)
from notegrad.mirror.wire.channel import Channel
from notegrad.mirror.wire.forms import Id, TupleValue, Value
from notegrad.mirror.wire.limits import MAX_NESTED_REQUESTS, MAX_OUTPUT_CHARACTERS, MAX_STEPS
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.requests import (
    Message,
    Raised,
    Request,
    Returned,
    VectorJacobian,
    decode_message,
    encode_message,
)
from notegrad.mirror.wire.scan import check_values
from notegrad.probes.accelerator import SimulatedTensor


def undisturbed() -> contextlib.AbstractContextManager[Any]:
    """Keep modes that a test or a student left active away from the mirror's own work."""
    if torch._C._len_torch_dispatch_stack() or torch.is_inference_mode_enabled():
        return _without_modes()
    guard: contextlib.AbstractContextManager[Any] = facts.no_torch_function()
    return guard


@contextlib.contextmanager
def _without_modes() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(facts.no_torch_function())
        if torch._C._len_torch_dispatch_stack():
            stack.enter_context(_disable_current_modes())
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(False))
        yield


class Peer:
    """The engine that both sides run; subclasses add what only one side does."""

    first_id: Id = 0
    weak = True

    def __init__(self, channel: Channel, *, max_bytes: int) -> None:
        self.channel = channel
        self._max_bytes = max_bytes
        self._fingerprint: global_state.Fingerprint | None = None
        self.forget()

    def forget(self) -> None:
        """Forget everything that crossed."""
        forget_named_tuples()
        self.registry = Registry(first_id=self.first_id, weak=self.weak)
        self._memory = Memory(self._max_bytes)
        self._histories = Histories(self.registry.next_id)
        self._tensors = TensorTable(self.registry, self._memory, self._histories)
        self._arrays = ArrayTable(self.registry, self._memory)
        self._containers = ContainerTable(self.registry)
        self._others: list[HandleRecord | ShippedRecord] = []
        self._held: list[object] = []
        self._dead: list[Id] = []
        self._task = 0
        self._nested = 0

    # --- references (the protocol `values.Referring`) -----------------------------------------

    def refer_tensor(self, tensor: torch.Tensor) -> Id:
        """The number of a tensor, known from now on."""
        return self._tensors.refer(tensor)

    def refer_simulated(self, tensor: SimulatedTensor) -> Value:
        """The tensor of its numbers is mirrored; the other side makes a tensor of the device over it."""
        return simulated_value(tensor, self.refer_tensor(tensor.on_cpu))

    def refer_array(self, array: np.ndarray[Any, Any]) -> Id:
        """The number of an array, known from now on."""
        return self._arrays.refer(array)

    def refer_container(self, container: Any, depth: int) -> Id:
        """The number of a container, known from now on."""
        return self._containers.refer(container, depth)

    def refer_other(self, value: object) -> Value:
        """The wire form of a function, or of any object without a wire form of its own."""
        raise NotImplementedError  # pragma: no cover - each side has its own

    def encode(self, value: object) -> Value:
        """The wire form of a value, whose tensors are known from now on.

        Raises ObservationError where it cannot cross; nothing of the message is known then.
        """
        try:
            return encode(value, self)
        except Exception:
            self.undo()
            raise

    def decode(self, value: Value) -> object:
        """The value of a wire form."""
        try:
            return decode(value, self.registry.get)
        except ObservationError:
            raise
        except Exception as error:
            raise ObservationError(f"a malformed value: {error}") from None

    # --- changes ------------------------------------------------------------------------------

    def collect(self) -> Changes:
        """All that changed here since the last message."""
        held = self.registry.alive()
        for object_id in self.registry.take_dead():
            self._release(object_id)
            self._dead.append(object_id)
        try:
            with undisturbed():
                self._containers.look(self)
                self._tensors.look()
                self._memory.check_size()
        except Exception:
            self.undo()
            raise
        self.registry.settle()
        containers = self._containers.take()
        arrays, storages = self._arrays.take()
        with undisturbed():
            more_storages, tensors = self._tensors.take()
            now = global_state.read_fingerprint()
        record, self._fingerprint = global_state.state_record(now, self._fingerprint), now
        dead, self._dead = tuple(self._dead), []
        blocks = [r for block in self._memory.blocks.values() if (r := block.changed()) is not None]
        others, self._others = self._others, []
        self._held = held
        steps: list[Step] = [*blocks, *arrays, *storages, *more_storages, *containers, *tensors, *others]
        return Changes(tuple(steps), record, dead, self._histories.take_released())

    def undo(self) -> None:
        """Forget what became known for a message that cannot be sent, so that the next one can."""
        for object_id in self.registry.take_unsettled():
            self._release(object_id)
            self.registry.release(object_id)
        self._tensors.undo()
        self._arrays.undo()
        self._others = []

    def apply(self, changes: Changes) -> None:
        """Take over all that changed on the other side.

        Raises ObservationError where it makes no sense.
        """
        if len(changes.steps) > MAX_STEPS:
            raise ObservationError(f"more than {MAX_STEPS:,} changes at once")
        try:
            with undisturbed():
                for step in changes.steps:
                    self._apply_step(step)
                self._tensors.finish()
                self._containers.finish()
                if changes.state is not None:
                    global_state.apply_state(changes.state)
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
                self._tensors.apply_tensor(step)
            case HistoryRecord():
                self._tensors.apply_history(step, self.ask_product)
            case ContainerRecord():
                self._containers.apply(step)
            case _:
                self.apply_other(step)

    def _is_memory(self, step: Step) -> bool:
        return isinstance(step, BlockRecord) and step.id in self._memory.blocks

    def apply_other(self, step: HandleRecord | ShippedRecord) -> None:
        """Make known what `refer_other` of the other side referred to."""
        raise NotImplementedError  # pragma: no cover - each side has its own

    def _release(self, object_id: Id) -> None:
        self._tensors.release(object_id)
        self._arrays.release(object_id)
        self._containers.release(object_id)

    # --- messages -----------------------------------------------------------------------------

    def request(self, make: Callable[[Changes], Request]) -> tuple[Any, Returned]:
        """Send a request with all changes; answer what is asked meanwhile; return the reply's value, and it.

        Raises the exception that student code raised, ObservationError, or a CallInterrupted.
        """
        if self._nested >= MAX_NESTED_REQUESTS:
            raise ObservationError(f"more than {MAX_NESTED_REQUESTS} requests inside one another")
        changes = self.collect()
        held, self._held = self._held, []  # what this message speaks of must not die before the reply
        self.registry.unpin()
        self.send(make(changes))
        self._nested += 1
        try:
            while not isinstance(reply := self.receive(), (Returned, Raised)):
                self.answer(reply)
        finally:
            self._nested -= 1
        self.apply(reply.changes)
        value = self.decode(reply.value) if isinstance(reply, Returned) else None
        del held
        if reply.printed:
            sys.stdout.write(reply.printed[:MAX_OUTPUT_CHARACTERS])
        if isinstance(reply, Raised):
            raise rebuild(reply.failure)
        return value, reply

    def send(self, message: Message) -> None:
        """Send one message."""
        self.channel.send(encode_message(message))

    def receive(self) -> Message:
        """The next message; ObservationError where it is malformed."""
        try:
            frame = self.channel.receive()
            check_values(frame)
            return decode_message(frame)
        except (msgspec.DecodeError, ValueError, RecursionError, MemoryError) as error:
            raise ObservationError(f"a malformed message: {error}") from None

    def answer(self, message: Request) -> None:
        """Answer a request of the other side; here, those that both sides answer."""
        if not isinstance(message, VectorJacobian):
            raise ObservationError(f"an unexpected message {type(message).__name__}")
        try:
            value = self.multiply(message)
        except ObservationError as error:
            reply: Message = Raised(self.collect(), observation_failure(error))
        except Exception as error:
            reply = Raised(self.collect(), describe(error, self))
        else:
            reply = Returned(self.collect(), value)
        self.send(reply)
        self._held = []

    def multiply(self, message: VectorJacobian) -> Value:
        """The vector-Jacobian product that the other side asks for."""
        self.apply(message.changes)
        cotangents = tuple(cast("torch.Tensor | None", self.decode(c)) for c in message.cotangents)
        task, self._task = self._task, message.task
        try:
            grads = self._histories.product(message, cotangents, self.registry)
        finally:
            self._task = task
        return TupleValue(tuple(self.encode(g) for g in grads))

    def ask_product(self, history: Id, cotangents: Grads, create_graph: bool, keep_graph: bool) -> Grads:
        """Ask the other side for a vector-Jacobian product."""
        sent = tuple(self.encode(c) for c in cotangents)
        # One backward pass may go back and forth: what is asked while answering belongs to the asking pass.
        task = self._task or 2 * backward_pass() + self.first_id + 1
        grads, _ = self.request(
            lambda changes: VectorJacobian(changes, history, sent, create_graph, keep_graph, task)
        )
        if not isinstance(grads, tuple) or not all(g is None or isinstance(g, torch.Tensor) for g in grads):
            raise ObservationError("gradients that are no tensors")
        self.registry.unpin()  # torch takes over a gradient that nobody else holds, and copies another
        return grads
