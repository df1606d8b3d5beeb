"""Global state of torch, NumPy and Python is read, mirrored and restored: calls leave it changed."""

from __future__ import annotations

import ctypes
import random
import struct
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numpy as np
import torch

from notegrad.mirror.globals.generators import WORDS, is_drawn, is_normal, is_plausible
from notegrad.mirror.memory.facts import read_bytes, storage_of, storage_span
from notegrad.mirror.wire.changes import StateRecord
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import dtype_name, torch_dtype
from notegrad.probes import left_behind

# Captured at import, before student code could replace them.
_is_grad_enabled = torch._C.is_grad_enabled
_set_grad_enabled = torch._C._set_grad_enabled
_get_default_dtype = torch.get_default_dtype
_set_default_dtype = torch.set_default_dtype
_set_default_device = torch.set_default_device
_device_context = torch._GLOBAL_DEVICE_CONTEXT
_torch_generator = torch.default_generator
_numpy_generator: Any = np.random.mtrand._rand
_numpy_key_address: int = _numpy_generator._bit_generator.ctypes.state_address
_random_getstate, _random_setstate = random.Random.getstate, random.Random.setstate
_random_seed, _numpy_seed = random.seed, np.random.seed
# Read in place: `getstate` makes 625 integers at every message.
_python_generator: random.Random = vars(random)["_inst"]
_python_key_address: int = id(_python_generator) + object.__basicsize__

_PYTHON_KEY_BYTES = 2500  # the position and 624 words, as in CPython's _randommodule.c
_NUMPY_KEY_BYTES = 2500  # 624 words and the position, as in NumPy's mt19937.h
_NUMPY_STATE = struct.Struct("<624Iiid")
_PYTHON_STATE = struct.Struct("<625I?d")
_TORCH_STATE_BYTES = 5056
_GPU_STATE_BYTES = 16


class Fingerprint(NamedTuple):
    """Global state, cheap to read and to compare; the keys leave out the cached second normal draw."""

    grad_enabled: bool
    default_dtype: torch.dtype
    default_device: str
    torch_rng: bytes
    gpu_rng: bytes
    numpy_key: bytes
    python_key: bytes


def read_fingerprint() -> Fingerprint:
    """The global state as it is now."""
    torch_state = _torch_generator.get_state()
    pointer, nbytes = storage_span(storage_of(torch_state))
    context = getattr(_device_context, "device_context", None)
    return Fingerprint(
        _is_grad_enabled(),
        _get_default_dtype(),
        str(context.device) if context is not None else "cpu",
        read_bytes(pointer, nbytes),
        _gpu_state(),
        _numpy_key(),
        _python_key(),
    )


def are_generators_at(former: Fingerprint) -> bool:
    """Whether no generator has moved since a reading."""
    return read_fingerprint()[3:] == former[3:]


def state_record(now: Fingerprint, before: Fingerprint | None) -> StateRecord | None:
    """A record of what differs between two readings, or None; without `before`, of everything."""
    if now == before:
        return None
    return StateRecord(
        now.grad_enabled,
        dtype_name(now.default_dtype),
        now.default_device,
        now.torch_rng if before is None or now.torch_rng != before.torch_rng else None,
        numpy_state(_numpy_generator) if before is None or now.numpy_key != before.numpy_key else None,
        python_state(_python_generator) if before is None or now.python_key != before.python_key else None,
        now.gpu_rng if now.gpu_rng and (before is None or now.gpu_rng != before.gpu_rng) else None,
    )


def apply_state(record: StateRecord, *, is_believed: bool = False) -> None:
    """Take over a global state; `is_believed`: it comes from the judge, whose generators are not looked at.

    Raises ObservationError where it is malformed.
    """
    _set_grad_enabled(record.grad_enabled)
    dtype = torch_dtype(record.default_dtype)
    if dtype is not _get_default_dtype():
        if not dtype.is_floating_point:
            raise ObservationError(f"{record.default_dtype} cannot be the default dtype")
        _set_default_dtype(dtype)
    context = getattr(_device_context, "device_context", None)
    if record.default_device != (str(context.device) if context is not None else "cpu"):
        try:
            _set_default_device(None if record.default_device == "cpu" else record.default_device)
        except RuntimeError as error:
            raise ObservationError(f"no such default device: {error}") from None
    if record.torch_rng is not None:
        set_torch_state(_torch_generator, record.torch_rng, is_believed=is_believed)
    _set_gpu_state(record.gpu_rng)
    try:
        if record.numpy_rng is not None:
            set_numpy_state(_numpy_generator, record.numpy_rng, is_believed=is_believed)
        if record.python_rng is not None:
            set_python_state(_python_generator, record.python_rng, is_believed=is_believed)
    except (struct.error, ValueError, TypeError) as error:
        raise ObservationError(f"an impossible generator state: {error}") from None


def fingerprint_after(record: StateRecord, before: Fingerprint | None) -> Fingerprint:
    """The reading that follows from having applied `record`, without reading again what it says."""
    if before is None:
        return read_fingerprint()
    return Fingerprint(
        record.grad_enabled,
        torch_dtype(record.default_dtype),
        record.default_device,
        record.torch_rng or before.torch_rng,
        record.gpu_rng or before.gpu_rng,
        _numpy_key() if record.numpy_rng is not None else before.numpy_key,
        _python_key() if record.python_rng is not None else before.python_key,
    )


def read_state() -> StateRecord:
    """All of the global state as it is now, so that it can be put back."""
    record = state_record(read_fingerprint(), None)
    assert record is not None
    return record


def put_back(before: StateRecord, *, may_draw: bool) -> None:
    """Put the global state back, and remember what was left in its place (`probes.left_behind`).

    Where a call `may_draw`, generators from which it did nothing but draw stay where they are now.
    """
    left = read_state()
    for name in ("grad_enabled", "default_dtype", "default_device"):
        if getattr(left, name) != getattr(before, name):
            left_behind.note(name, getattr(before, name), getattr(left, name))
    kept: dict[str, bytes | None] = {}
    for name, drawn in _DRAWN.items():
        was, now = getattr(before, name) or b"", getattr(left, name) or b""
        if was == now or (may_draw and drawn(was, now)):
            continue
        kept[name] = was or None
        left_behind.note_generator(name, now)
    apply_state(
        StateRecord(
            before.grad_enabled,
            before.default_dtype,
            before.default_device,
            kept.get("torch_rng"),
            kept.get("numpy_rng"),
            kept.get("python_rng"),
            kept.get("gpu_rng"),
        )
    )


def is_drawn_from_torch(before: bytes, after: bytes) -> bool:
    """Whether drawing leads from one state of a generator of torch's to the other."""
    if len(before) != _TORCH_STATE_BYTES or len(after) != _TORCH_STATE_BYTES:
        return False
    # a seed, how many are left, whether it is seeded, the next one's place; then the words, 64 bits each
    (_, left, _, place), (_, _, _, former) = (struct.unpack_from("<QiiQ", data) for data in (after, before))
    if (left, place) != (1, 0) and left + place != WORDS + 1:
        return False
    words = [np.frombuffer(data, np.uint64, WORDS, 24).astype(np.uint32) for data in (before, after)]
    places = former.to_bytes(8, "little"), place.to_bytes(8, "little")
    same_seed = before[:8] == after[:8]
    return same_seed and is_drawn(words[0].tobytes() + places[0], words[1].tobytes() + places[1])


def is_drawn_from_numpy(before: bytes, after: bytes) -> bool:
    """The same of a `RandomState`."""
    return is_drawn(before[:_NUMPY_KEY_BYTES], after[:_NUMPY_KEY_BYTES])


def is_drawn_from_python(before: bytes, after: bytes) -> bool:
    """The same of a `Random`."""
    return is_drawn(before[:_PYTHON_KEY_BYTES], after[:_PYTHON_KEY_BYTES])


def _is_drawn_from_gpu(before: bytes, after: bytes) -> bool:
    if len(before) != _GPU_STATE_BYTES or len(after) != _GPU_STATE_BYTES:
        return False
    (seed, offset), (new_seed, new_offset) = struct.unpack("<QQ", before), struct.unpack("<QQ", after)
    return bool(seed == new_seed and offset <= new_offset)


_DRAWN: dict[str, Callable[[bytes, bytes], bool]] = {
    "torch_rng": is_drawn_from_torch,
    "numpy_rng": is_drawn_from_numpy,
    "python_rng": is_drawn_from_python,
    "gpu_rng": _is_drawn_from_gpu,
}


FRESH = StateRecord(True, "float32", "cpu", None, None, None)
"""Gradients on, float32, the CPU: the state of a fresh process, its generators apart."""


def reset() -> None:
    """Make the state that of a fresh process, its generators apart."""
    apply_state(FRESH)


def seed_everything(seed: int) -> None:
    """Seed Python's, NumPy's and torch's generators."""
    _random_seed(seed)
    _numpy_seed(seed % 2**32)
    _torch_generator.manual_seed(seed)
    for generator in _gpu_generators():
        generator.manual_seed(seed)


def _gpu_generators() -> tuple[torch.Generator, ...]:
    """The generator of this process's GPU, once it was initialised; each process sees one."""
    return torch.cuda.default_generators[:1]


def _gpu_state() -> bytes:
    for generator in _gpu_generators():
        state = generator.get_state()
        return read_bytes(*storage_span(storage_of(state)))
    return b""


def _set_gpu_state(data: bytes | None) -> None:
    if data is None:
        return
    # at::CUDAGeneratorImpl: seed and offset, 64 bits each; the offset counts in fours, or torch raises.
    if len(data) != _GPU_STATE_BYTES:
        raise ObservationError("an impossible state of the GPU's generator")
    for generator in _gpu_generators():
        try:
            generator.set_state(torch.frombuffer(bytearray(data), dtype=torch.uint8))
        except RuntimeError as error:
            raise ObservationError(f"an impossible state of the GPU's generator: {error}") from None


def set_torch_state(generator: torch.Generator, data: bytes, *, is_believed: bool = False) -> None:
    """Set a generator on the CPU. Raises ObservationError for a state that no seed and no drawing gives.

    `is_believed`: it comes from the judge, and is not looked at; so for those that follow.
    """
    # The state's own engine index is checked here: torch would index its table with it unchecked.
    if len(data) != _TORCH_STATE_BYTES or not (is_believed or _plausible_torch_state(data)):
        raise ObservationError("an impossible state of torch's generator")
    generator.set_state(torch.frombuffer(bytearray(data), dtype=torch.uint8))


def set_numpy_state(generator: np.random.RandomState, data: bytes, *, is_believed: bool = False) -> None:
    """Set a `RandomState`. Raises ObservationError as for torch."""
    *key, position, has_gauss, gauss = _NUMPY_STATE.unpack(data)
    words = np.array(key, np.uint32)
    is_possible = is_believed or (0 <= position <= WORDS and is_normal(gauss) and is_plausible(words))
    if not is_possible:
        raise ObservationError("an impossible state of NumPy's generator")
    generator.set_state(("MT19937", words, position, has_gauss, gauss))


def set_python_state(generator: random.Random, data: bytes, *, is_believed: bool = False) -> None:
    """Set a `Random`. Raises ObservationError as for torch."""
    *words, has_gauss, gauss = _PYTHON_STATE.unpack(data)
    is_possible = is_believed or (is_normal(gauss) and is_plausible(np.array(words[:WORDS], np.uint32)))
    if not is_possible:
        raise ObservationError("an impossible state of Python's generator")
    _random_setstate(generator, (3, tuple(words), gauss if has_gauss else None))


def _plausible_torch_state(data: bytes) -> bool:
    # Layout of at::CPUGeneratorImplStateLegacy: seed, left, seeded, next (64 bits each), then 624 words.
    _, left, _, following = struct.unpack_from("<QiiQ", data)
    # then two halves of a normal number, a radius, whether they count; the same again in float32
    words = np.frombuffer(data, np.uint64, WORDS, 24).astype(np.uint32)
    normals = struct.unpack_from("<3d", data, 24 + 8 * WORDS) + struct.unpack_from("<f", data, 5048)
    return 0 < left <= 624 and 0 <= following <= 624 and is_normal(*normals) and is_plausible(words)


def numpy_state(generator: np.random.RandomState) -> bytes:
    """The state of a `RandomState`."""
    _, key, position, has_gauss, gauss = cast("Any", generator.get_state())
    return _NUMPY_STATE.pack(*key.tolist(), position, has_gauss, gauss)


def _python_key() -> bytes:
    return ctypes.string_at(_python_key_address, _PYTHON_KEY_BYTES)


def _numpy_key() -> bytes:
    return ctypes.string_at(_numpy_key_address, _NUMPY_KEY_BYTES)


def python_state(generator: random.Random) -> bytes:
    """The state of a `Random`."""
    _, words, gauss = _random_getstate(generator)
    return _PYTHON_STATE.pack(*words, gauss is not None, gauss or 0.0)
