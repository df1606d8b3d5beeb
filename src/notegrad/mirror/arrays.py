"""The NumPy arrays that both sides know."""

from __future__ import annotations

from typing import Any

import numpy as np

from notegrad.mirror import facts
from notegrad.mirror.build import build_array
from notegrad.mirror.memory import Memory
from notegrad.mirror.names import array_dtype
from notegrad.mirror.registry import Registry
from notegrad.mirror.wire import ArrayRecord, Id, StorageRecord

Array = np.ndarray[Any, Any]


class ArrayTable:
    """Arrays by number; an array's own shape is taken once, its bytes at every message."""

    def __init__(self, registry: Registry, memory: Memory) -> None:
        self._registry = registry
        self._memory = memory
        self._block: dict[Id, Id] = {}
        self._new: list[ArrayRecord] = []
        self._storages: list[StorageRecord] = []

    def refer(self, array: Array) -> Id:
        """The number of an array, known from now on.

        Raises ObservationError for a dtype that is not plain bytes.
        """
        array_id = self._registry.id_of(array)
        if array_id is not None:
            return array_id
        array_dtype(array.dtype.str)
        array_id = self._registry.next_id()
        block, offset, storages = self._memory.block_of(array, self._registry.next_id)
        self._storages += storages
        self._registry.add(array_id, array)
        self._use(array_id, block)
        self._new.append(
            ArrayRecord(
                array_id,
                block,
                array.dtype.str,
                tuple(array.shape),
                tuple(array.strides),
                offset,
                bool(array.flags.writeable),
                facts.array_root(array) is array,
            )
        )
        return array_id

    def collect(self) -> tuple[list[ArrayRecord], list[StorageRecord]]:
        """Records of the arrays, and of the torch storages under them, that are new."""
        new, self._new = self._new, []
        storages, self._storages = self._storages, []
        return new, storages

    def apply(self, record: ArrayRecord) -> None:
        """Make an array as the other side says."""
        if record.id not in self._registry:
            self._registry.add(record.id, build_array(record, self._memory))
            self._use(record.id, record.block)

    def release(self, array_id: Id) -> None:
        """Forget an array."""
        block = self._block.pop(array_id, None)
        if block is not None:
            self._memory.release(block, array_id)

    def _use(self, array_id: Id, block: Id) -> None:
        self._block[array_id] = block
        self._memory.use(block, array_id)
