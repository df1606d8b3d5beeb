"""Blocks hold the bytes that both sides share; torch storages are windows on them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from notegrad.mirror.memory import facts
from notegrad.mirror.memory.read_only import Origin
from notegrad.mirror.wire.changes import BlockRecord, StorageRecord
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.limits import MAX_ELEMENTS, MAX_OBJECTS
from notegrad.mirror.wire.mirror_errors import ObservationError, ReadOnlyError

Array = np.ndarray[Any, Any]

_DEVICES_WITHOUT_GPU = ("cpu", "meta")


class Block:
    """A run of bytes, of this process or of its GPU; `owner` keeps it alive and says where it is now.

    `origin`: for memory that was first on this side, the objects through which it is known; None for memory
    that was made as the other side said.
    """

    def __init__(self, block_id: Id, owner: torch.UntypedStorage | Array, device: str) -> None:
        self.id = block_id
        self.owner = owner
        self.device = device
        self.users: set[Id] = set()
        self.snapshot: bytes | None = None
        self.nbytes = -1
        self.origin: Origin | None = None

    @property
    def has_bytes(self) -> bool:
        """False on the meta device."""
        return self.device != "meta"

    def span(self) -> tuple[int, int]:
        """Address and length in bytes, as they are now: `resize_` moves a storage."""
        if isinstance(self.owner, np.ndarray):
            return facts.array_span(self.owner)
        return facts.storage_span(self.owner)

    def changed(self) -> BlockRecord | None:
        """A record of the block if its bytes or its size differ from the last one; updates the snapshot."""
        pointer, nbytes = self.span()
        data = facts.read_bytes(pointer, nbytes, self.device) if self.has_bytes else None
        if nbytes == self.nbytes and data == self.snapshot:
            return None
        self.nbytes, self.snapshot = nbytes, data
        return BlockRecord(self.id, nbytes, self.device, data)

    def write(self, record: BlockRecord) -> None:
        """Take the size and the bytes of a record that came from the other side.

        Raises ObservationError where the memory cannot have that size, or the bytes are missing;
        ReadOnlyError where it may not be written.
        """
        is_changed = record.nbytes != self.nbytes or record.data != self.snapshot
        if is_changed and self.has_bytes and self.origin and not self.origin.may_be_written(self.owner):
            raise ReadOnlyError("memory that is read-only was written")
        if record.nbytes != self.span()[1]:
            if isinstance(self.owner, np.ndarray):
                raise ObservationError("the memory of a NumPy array cannot be resized")
            if record.nbytes < self.span()[1]:
                # views that only this side knows of would reach outside: a read of them ends the process
                raise ObservationError("memory under a tensor became smaller")
            self.owner.resize_(record.nbytes)
        pointer, nbytes = self.span()
        if self.has_bytes:
            if record.data is None or len(record.data) != nbytes:
                raise ObservationError("a block came without its bytes")
            if record.data != self.snapshot:
                facts.write_bytes(pointer, record.data, self.device)
        self.nbytes, self.snapshot = nbytes, record.data


class Window:
    """A torch storage and the part of a block that it covers."""

    def __init__(self, record: StorageRecord, storage: torch.UntypedStorage) -> None:
        self.record = record
        self.storage = storage


class Memory:
    """The table of blocks and storages of one side."""

    def __init__(self, max_bytes: int, *, believes_devices: bool = False) -> None:
        """`believes_devices`: the other side may name a GPU that is not in use here; student code may not."""
        self.blocks: dict[Id, Block] = {}
        self.windows: dict[Id, Window] = {}
        self._window_by_key: dict[int, Id] = {}
        self._max_bytes = max_bytes
        self._believes_devices = believes_devices

    def window_of(self, tensor: torch.Tensor, next_id: Any) -> tuple[Id, list[StorageRecord]]:
        """The storage under `tensor`, with the record that makes it known if it is new."""
        storage = facts.storage_of(tensor)
        known = self._window_by_key.get(facts.storage_key(storage))
        if known is not None:
            return known, []
        pointer, nbytes = facts.storage_span(storage)
        device = facts.tensor_device(tensor).type
        block = self._covering(pointer, nbytes) if device != "meta" else None
        if block is None:
            block = self._add_block(Block(next_id(), storage, device))
            block.origin = Origin()
            record = StorageRecord(next_id(), block.id, 0, nbytes, True, facts.is_resizable(storage))
        else:
            record = StorageRecord(next_id(), block.id, pointer - block.span()[0], nbytes, False, False)
        self._add_window(Window(record, storage))
        return record.id, [record]

    def block_of(self, array: Array, next_id: Any) -> tuple[Id, int, list[StorageRecord]]:
        """The block under `array`, the byte offset of its first item, and records of what is new."""
        start = array.__array_interface__["data"][0]
        low, nbytes = facts.array_span(array)
        block = self._covering(low, nbytes)
        if block is not None:
            return block.id, start - block.span()[0], []
        root = facts.array_root(array)
        if facts.is_tensor(root) and isinstance(root, torch.Tensor):
            window, records = self.window_of(root, next_id)
            block = self.blocks[self.windows[window].record.block]
        else:
            owner = root if isinstance(root, np.ndarray) else array
            block, records = self._add_block(Block(next_id(), owner, "cpu")), []
            block.origin = Origin()
        return block.id, start - block.span()[0], records

    def check_size(self, text_bytes: int) -> None:
        """Refuse before anything is copied; `text_bytes` travel beside the blocks.

        Raises ObservationError where the blocks are larger than what may cross, or both together.
        """
        total = sum(block.span()[1] for block in self.blocks.values() if block.has_bytes)
        if total > self._max_bytes:
            raise ObservationError(f"tensors of {total:,} bytes; the limit is {self._max_bytes:,}", "size")
        if total + text_bytes > self._max_bytes:
            raise ObservationError(
                f"tensors, texts and items of {total + text_bytes:,} bytes; the limit is {self._max_bytes:,}",
                "size",
            )

    def check_elements(self, size: tuple[int, ...], device: str) -> None:
        """Refuse what has few bytes and elements without end, as `expand` makes it; not on the meta device.

        A test that adds them up would not come back: torch cannot be interrupted inside an operation.
        Raises ObservationError.
        """
        limit = max(MAX_ELEMENTS, self._max_bytes)
        if device != "meta" and 0 not in size and math.prod(size) > limit:
            raise ObservationError(
                f"a tensor of {math.prod(size):,} elements; the limit is {limit:,}", "size"
            )

    def apply_block(self, record: BlockRecord) -> None:
        """Make or change a block as the other side says.

        Raises ObservationError for a block of impossible size, above what may cross, or on a device that it
        cannot be on.
        """
        if not record.nbytes >= 0 or (record.data is not None and record.nbytes != len(record.data)):
            raise ObservationError("a block of impossible size")
        block = self.blocks.get(record.id)
        self._check_device(record, block)
        if record.device != "meta" and (block is None or record.nbytes > block.nbytes):
            others = sum(b.nbytes for b in self.blocks.values() if b.has_bytes and b is not block)
            if others + record.nbytes > self._max_bytes:
                raise ObservationError(
                    f"tensors of {others + record.nbytes:,} bytes; the limit is {self._max_bytes:,}",
                    "size",
                )
        if block is None:
            if len(self.blocks) >= MAX_OBJECTS:
                raise ObservationError(f"more than {MAX_OBJECTS:,} objects in one test case", "objects")
            storage = torch.UntypedStorage(record.nbytes, device=record.device)  # type: ignore[no-untyped-call]
            block = self._add_block(Block(record.id, storage, record.device))
        block.write(record)

    def _check_device(self, record: BlockRecord, block: Block | None) -> None:
        """Believe of a device only what can be: memory does not move, and a GPU is in use here or is not."""
        if block is not None:
            fits = record.device == block.device
        elif record.device == "cuda":
            fits = self._believes_devices or torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
        else:
            fits = record.device in _DEVICES_WITHOUT_GPU
        if not fits:
            raise ObservationError(f"memory on a device that it cannot be on: {record.device[:40]!r}")

    def apply_storage(self, record: StorageRecord) -> None:
        """Make a storage as the other side says.

        Raises ObservationError for one that lies outside its block.
        """
        block = self.blocks[record.block]
        _, nbytes = block.span()
        is_memory = record.resizable or not block.has_bytes
        if record.whole and is_memory and isinstance(block.owner, torch.UntypedStorage):
            self._add_window(Window(record, block.owner))
            return
        if record.start < 0 or record.nbytes < 0 or record.start + record.nbytes > nbytes:
            raise ObservationError("a storage outside its block")
        part = self.bytes_of(block.id)[record.start : record.start + record.nbytes]
        self._add_window(Window(record, torch.from_numpy(part).untyped_storage()))

    def bytes_of(self, block_id: Id) -> Array:
        """A writable uint8 array over a whole block.

        Raises ObservationError for memory of a GPU, which NumPy cannot see.
        """
        owner = self.blocks[block_id].owner
        if self.blocks[block_id].device not in ("cpu", "meta"):
            raise ObservationError("a part of a GPU's memory that two libraries share")
        if isinstance(owner, np.ndarray):
            return owner.ravel(order="K").view(np.uint8)
        flat = torch.empty(0, dtype=torch.uint8, device="cpu").set_(owner, 0, (owner.nbytes(),), (1,))
        return flat.numpy()

    def adopt_array(self, block_id: Id, owner: Array) -> None:
        """Let `owner` own the block from now on: an array that owns its data over there does so here."""
        block = self.blocks[block_id]
        facts.write_bytes(owner.__array_interface__["data"][0], block.snapshot or b"")
        block.owner = owner

    def pass_array(self, block_id: Id, array: Array) -> None:
        """Note that the other side gets to know a block through an array of this side."""
        origin = self.blocks[block_id].origin
        if origin is not None:
            origin.add_array(array)

    def pass_tensor(self, block_id: Id) -> None:
        """Note that the other side gets to know a block through a tensor of this side."""
        origin = self.blocks[block_id].origin
        if origin is not None:
            origin.add_tensor()

    def is_owned_by(self, block_id: Id, value: object) -> bool:
        """Whether an object owns a block that nothing else lives in."""
        block = self.blocks.get(block_id)
        return block is not None and block.owner is value and len(block.users) == 1

    def use(self, block_id: Id, user: Id) -> None:
        """Note that the object `user` lives in a block."""
        self.blocks[block_id].users.add(user)

    def release(self, block_id: Id, user: Id) -> None:
        """Forget a user; a block without users is forgotten with its storages."""
        block = self.blocks.get(block_id)
        if block is None:
            return
        block.users.discard(user)
        if block.users:
            return
        del self.blocks[block_id]
        for window_id in [i for i, w in self.windows.items() if w.record.block == block_id]:
            window = self.windows.pop(window_id)
            self._window_by_key.pop(facts.storage_key(window.storage), None)

    def _add_block(self, block: Block) -> Block:
        self.blocks[block.id] = block
        return block

    def _add_window(self, window: Window) -> None:
        self.windows[window.record.id] = window
        self._window_by_key[facts.storage_key(window.storage)] = window.record.id

    def _covering(self, pointer: int, nbytes: int) -> Block | None:
        if not nbytes:
            return None
        for block in self.blocks.values():
            if block.has_bytes:
                low, length = block.span()
                if low <= pointer and pointer + nbytes <= low + length:
                    return block
        return None
