"""Restoring puts a process back as it was before a question, and tells whether that was possible.

Names, generators, gradient mode and defaults are put back. What names stand for (the numbers of tensors, the
items of lists, what functions and objects hold) is compared: where it differs, only a fresh process helps.
What has no trace in the notebook's names (a cache written in C, an iterator used up, a patched library) is
not seen. It runs beside student code: a student who defeats it spoils or spares their own process only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import types
from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from notegrad.mirror.globals import global_state
from notegrad.mirror.memory import facts
from notegrad.mirror.wire.changes import StateRecord
from notegrad.probes import accelerator
from notegrad.records import Record

MAX_OBJECTS = 50_000
MAX_BYTES = 256_000_000
_DEVICES_WITH_BYTES = ("cpu", "cuda")
_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_mro = type.__dict__["__mro__"].__get__


class KeptState(Record, frozen=True):
    """A process as it was before the judge asked."""

    names: dict[str, Any]
    state: StateRecord | None
    directory: str
    streams: tuple[Any, Any]
    digest: bytes | None


def keep(namespace: dict[str, Any]) -> KeptState:
    """Take note of a process whose notebook left `namespace`."""
    return KeptState(
        names=dict(namespace),
        state=global_state.state_record(global_state.read_fingerprint(), None),
        directory=os.getcwd(),
        streams=(sys.stdout, sys.stderr),
        digest=digest(namespace),
    )


def put_back(kept: KeptState, namespace: dict[str, Any]) -> bool:
    """Put back what can be; whether everything is now as it was, as far as can be seen."""
    try:
        if _differs(namespace, kept.names):
            namespace.clear()
            namespace.update(kept.names)
        sys.stdout, sys.stderr = kept.streams
        with contextlib.suppress(OSError):
            os.chdir(kept.directory)
        if kept.state is not None:
            global_state.apply_state(kept.state)
    except Exception:
        return False
    return digest(namespace) == kept.digest


def _differs(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return len(one) != len(other) or any(
        key != name or value is not held
        for (key, value), (name, held) in zip(one.items(), other.items(), strict=True)
    )


def digest(namespace: dict[str, Any]) -> bytes | None:
    """A digest of all that the names stand for; None where that could not be read."""
    hashing = hashlib.blake2b()
    left_bytes = MAX_BYTES
    seen: set[int] = set()
    waiting: list[Any] = list(namespace.values())
    try:
        while waiting and len(seen) < MAX_OBJECTS:
            value = waiting.pop()
            kind = type(value)
            if kind in _PLAIN:
                hashing.update(repr(value).encode("utf-8", "replace"))
                continue
            hashing.update(id(value).to_bytes(8, "little"))
            if id(value) in seen or isinstance(value, types.ModuleType):
                continue
            seen.add(id(value))
            memory = _memory(value)
            if memory is not None:
                hashing.update(repr(memory.described).encode())
                if memory.nbytes <= left_bytes:
                    left_bytes -= memory.nbytes
                    hashing.update(facts.read_bytes(memory.pointer, memory.nbytes, memory.device))
                continue
            for part in _parts(value, kind):
                waiting.append(part)
                hashing.update(b".")
    except Exception:
        return None
    return hashing.digest()


class _Memory(NamedTuple):
    """The form of a tensor or an array, and the bytes that it stands on, on the device `cpu` or `cuda`."""

    described: tuple[object, ...]
    pointer: int = 0
    nbytes: int = 0
    device: str = "cpu"


def _memory(value: Any) -> _Memory | None:
    """Form and memory of a tensor or an array, read without a torch operation; None of another object."""
    if isinstance(value, accelerator.SimulatedTensor):
        value = value.on_cpu
    if facts.is_tensor(value):
        with facts.no_torch_function():
            try:
                seen = facts.tensor_facts(value)
            except TypeError:
                return _Memory((id(value),))
            grad = facts.tensor_grad(value, seen)
            form = (*seen, id(grad), 0 if grad is None else facts.tensor_version(grad))
            device = facts.tensor_device(value).type
            if device not in _DEVICES_WITH_BYTES:  # a meta tensor's address is nobody's memory
                return _Memory(form)
            return _Memory(form, *facts.storage_span(facts.storage_of(value)), device)
    if facts.is_array(value):
        described = (value.shape, value.strides, value.dtype.str, value.flags.writeable)
        return _Memory(described, *facts.array_span(value))
    return None


def _parts(value: Any, kind: type) -> Iterable[Any]:
    if isinstance(value, types.FunctionType):
        return _parts_of_function(value)
    if isinstance(value, types.MethodType):
        return (value.__self__, value.__func__)
    if isinstance(value, type):
        return tuple(vars(value).values()) if value.__module__ == "__main__" else ()
    parts: list[Any] = []
    lineage = _mro(kind)
    if dict in lineage:
        parts += [part for item in dict.items(value) for part in item]
    for container in (list, tuple, deque, set, frozenset):
        if container in lineage:
            parts += container.__iter__(value)
    held = getattr(value, "__dict__", None)
    if isinstance(held, dict) and kind.__module__ == "__main__":
        parts += held.values()
    return parts


def _parts_of_function(function: types.FunctionType) -> Iterable[Any]:
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # empty
            yield cell.cell_contents
    yield from vars(function).values()
