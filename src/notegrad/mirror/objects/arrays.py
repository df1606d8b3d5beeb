"""The array table holds the NumPy arrays that both sides know."""

from __future__ import annotations

from sys import getrefcount
from typing import Any

import numpy as np

from notegrad.mirror.memory.blocks import Memory
from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects.materialize import build_array, change_array
from notegrad.mirror.wire.changes import ArrayRecord, StorageRecord
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.mirror_errors import ObservationError, ReadOnlyError
from notegrad.mirror.wire.names import array_dtype

Array = np.ndarray[Any, Any]

_OURS = 3
"""References to an array that nobody else holds: of its block, of the loop, of the argument."""


class ArrayTable:
    """Arrays by number; their bytes travel with the memory that they lie in."""

    def __init__(self, registry: Registry, memory: Memory) -> None:
        self._registry = registry
        self._memory = memory
        self._known: dict[Id, ArrayRecord] = {}
        self._new: list[ArrayRecord] = []
        self._storages: list[StorageRecord] = []
        self._closed: set[Id] = set()  # arrays that the other side made read-only, and may open again

    def refer(self, array: Array) -> Id:
        """The number of an array, known from now on; the owner of its memory becomes known first.

        Raises ObservationError for a dtype that is not plain bytes, or too many elements.
        """
        array_id = self._number(array)
        self._memory.pass_array(self._known[array_id].block, array)
        return array_id

    def _number(self, array: Array) -> Id:
        array_id = self._registry.id_of(array)
        if array_id is not None:
            return array_id
        array_dtype(array.dtype.str)
        self._memory.check_elements(array.shape, "cpu")
        owner = array.base
        if isinstance(owner, np.ndarray) and owner.flags.owndata:
            self._number(owner)
        array_id = self._registry.next_id()
        block, offset, storages = self._memory.block_of(array, self._registry.next_id)
        self._storages += storages
        self._registry.add(array_id, array)
        self._memory.use(block, array_id)
        record = _record(array_id, array, block, offset)
        self._known[array_id] = record
        self._new.append(record)
        return array_id

    def unheld(self) -> list[Id]:
        """Numbers of the arrays that nobody here holds any more but their memory, which has no other user."""
        found = []
        for array_id, record in self._known.items():
            array = self._registry.find(array_id)
            is_alone = self._memory.is_owned_by(record.block, array)
            if is_alone and getrefcount(array) == _OURS:
                found.append(array_id)
        return found

    def take(self) -> tuple[list[ArrayRecord], list[StorageRecord]]:
        """Records of the arrays that are new or changed shape, and of new torch storages under them."""
        new, self._new = self._new, []
        known = {record.id for record in new}
        for array_id, record in self._known.items():
            array = self._registry.find(array_id)
            if array_id not in known and isinstance(array, np.ndarray):
                now = _record(array_id, array, record.block, record.offset)
                if now != record:
                    new.append(now)
        self._known.update({record.id: record for record in new})
        storages, self._storages = self._storages, []
        return new, storages

    def apply(self, record: ArrayRecord) -> None:
        """Make or change an array as the other side says.

        Raises ObservationError where its number is of another object, or its memory does not allow it;
        ReadOnlyError where an array of this side, which was read-only, would become writable.
        """
        if record.id not in self._registry:
            array = build_array(record, self._memory)
            self._registry.add(record.id, array)
            self._memory.use(record.block, record.id)
        else:
            found = self._registry.get(record.id)
            if not isinstance(found, np.ndarray):
                raise ObservationError(f"object {record.id} is not an array")
            array = found
            is_opened = record.writeable and not array.flags.writeable
            if is_opened and self._registry.gives(record.id) and record.id not in self._closed:
                raise ReadOnlyError("an array that is read-only was made writable")
            if is_opened:
                self._closed.discard(record.id)
            if array.flags.writeable and not record.writeable:
                self._closed.add(record.id)
            change_array(array, record, self._memory)
        # as it is here: an array that owns its memory over there need not own it here
        self._known[record.id] = _record(record.id, array, record.block, record.offset)

    def release(self, array_id: Id) -> None:
        """Forget an array."""
        self._closed.discard(array_id)
        record = self._known.pop(array_id, None)
        if record is not None:
            self._memory.release(record.block, array_id)

    def undo(self) -> None:
        """Drop the new arrays: the message that would have spoken of them will not be sent."""
        self._new, self._storages = [], []


def _record(array_id: Id, array: Array, block: Id, offset: int) -> ArrayRecord:
    return ArrayRecord(
        array_id,
        block,
        array.dtype.str,
        tuple(array.shape),
        tuple(array.strides),
        offset,
        bool(array.flags.writeable),
        bool(array.flags.owndata),
    )
