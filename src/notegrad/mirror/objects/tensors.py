"""The tensor table holds the tensors that both sides know, each with its record as last agreed."""

from __future__ import annotations

import torch

from notegrad.mirror.autograd.graph import Edge
from notegrad.mirror.autograd.histories import Histories
from notegrad.mirror.memory import facts
from notegrad.mirror.memory.blocks import Memory
from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects.views import kinship, share_version
from notegrad.mirror.wire.changes import StorageRecord, TensorRecord
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import dtype_name


class Known:
    """The state of one tensor as both sides last agreed on it, and as this side then saw it."""

    __slots__ = ("edge", "record", "seen")

    def __init__(self) -> None:
        self.record: TensorRecord | None = None
        self.edge: Edge | None = None
        self.seen: facts.TensorFacts | None = None


class TensorTable:
    """The tensors by number, and the torch storages under them that no message has spoken of yet."""

    def __init__(self, registry: Registry, memory: Memory, histories: Histories) -> None:
        self._registry = registry
        self._memory = memory
        self._histories = histories
        self.known: dict[Id, Known] = {}
        self._new_storages: list[StorageRecord] = []

    def refer(self, tensor: torch.Tensor) -> Id:
        """The number of a tensor, known from now on.

        Raises ObservationError where more objects than allowed are known.
        """
        tensor_id = self._registry.id_of(tensor)
        if tensor_id is None:
            tensor_id = self._registry.next_id()
            self.add(tensor_id, tensor)
        return tensor_id

    def add(self, tensor_id: Id, tensor: torch.Tensor) -> None:
        """Make a tensor known under a number of this side or of the other.

        Raises ObservationError where more objects than allowed are known.
        """
        self._registry.add(tensor_id, tensor)
        self.known[tensor_id] = Known()

    def get(self, tensor_id: Id) -> torch.Tensor:
        """The tensor of a number.

        Raises ObservationError where there is none.
        """
        tensor = self._registry.get(tensor_id)
        if not isinstance(tensor, torch.Tensor):
            raise ObservationError(f"object {tensor_id} is not a tensor")
        return tensor

    def read(self, tensor_id: Id, tensor: torch.Tensor) -> tuple[TensorRecord, Edge | None]:
        """The record of a tensor as it is now, and its place in the autograd graph (None for a leaf).

        Its memory, its gradient and what it is a view of become known. Where nothing changed, the record is
        the one last agreed. Call under `no_torch_function`.

        Raises ObservationError for a tensor that cannot cross.
        """
        try:
            seen = facts.tensor_facts(tensor)
        except TypeError as error:
            raise ObservationError(str(error)) from None
        known = self.known[tensor_id]
        grad = facts.tensor_grad(tensor, seen)
        grad_id = self.refer(grad) if grad is not None else 0
        last = known.record
        has_history = seen.requires_grad and not seen.leaf
        if last is not None and seen == known.seen and grad_id == last.grad and not has_history:
            return last, None
        self._memory.check_elements(seen.size, facts.tensor_device(tensor).type)
        known.seen = seen
        window, new = self._memory.window_of(tensor, self._registry.next_id)
        self._new_storages += new
        block = self._memory.windows[window].record.block
        self._memory.use(block, tensor_id)
        if self._registry.gives(tensor_id):
            self._memory.pass_tensor(block)
        edge = facts.gradient_edge(tensor, known.edge) if has_history else None
        base, sharer, differentiable = kinship(tensor, edge, last, self.refer)
        if last is None and not (base or sharer):
            sharer = self._find_sharer(tensor, tensor_id, block)
        record = TensorRecord(
            id=tensor_id,
            storage=window,
            dtype=dtype_name(seen.dtype),
            size=seen.size,
            stride=seen.stride,
            offset=seen.offset,
            base=base,
            sharer=sharer,
            differentiable=differentiable,
            parameter=seen.parameter,
            conjugate=seen.conjugate,
            negative=seen.negative,
            requires_grad=seen.requires_grad,
            leaf=seen.leaf,
            retains_grad=seen.retains_grad,
            version=seen.version,
            grad=grad_id,
            creation=facts.view_creation(tensor) if base else 0,
            # those on what was computed here run here, when the other side asks for a product
            hooked=seen.hooked and (seen.leaf or not self._registry.gives(tensor_id)),
        )
        return record, edge

    def take_new_storages(self) -> list[StorageRecord]:
        """Records of the storages that became known since the last time."""
        new, self._new_storages = self._new_storages, []
        return new

    def release(self, tensor_id: Id) -> None:
        """Forget a tensor."""
        if self.known.pop(tensor_id, None) is not None:
            self._histories.forget(tensor_id)
            for block in [b.id for b in self._memory.blocks.values() if tensor_id in b.users]:
                self._memory.release(block, tensor_id)

    def _find_sharer(self, tensor: torch.Tensor, tensor_id: Id, block: Id) -> Id:
        """The earlier tensor in the same memory whose version counter `tensor` shares; 0 for none."""
        for other_id in sorted(self._memory.blocks[block].users):
            other = self._registry.find(other_id)
            if other_id == tensor_id or not isinstance(other, torch.Tensor):
                continue
            is_earlier = self.known[other_id].record is not None or other_id < tensor_id
            if is_earlier and facts.tensor_base(other) is None and share_version(tensor, other):
                return other_id
        return 0
