"""Observations of a world of objects: all that a test can see, in a form that two worlds can be compared by."""

from __future__ import annotations

import collections
import random
import re
import struct
import types

import numpy as np
import torch

from notegrad.mirror import StudentError
from notegrad.mirror.memory.facts import read_bytes
from notegrad.mirror.objects.exceptions import _KNOWN
from notegrad.mirror.sides.stubs import Stub

# Not observed, because it cannot be had; each with its reason.
# - names and attributes of `grad_fn`: the graph is over there, here it is one node; so the two error messages that
#   quote such names are compared up to the name (`message`);
# - `owndata`, `base` of an array whose owner is not visible: the owner never crossed;
# - addresses, and whether they are aligned: two worlds lie at different places;
# - `__cause__`, `__notes__`, tracebacks: the frames are over there;
# - attributes of functions, source, class of opaque objects, whether they can be called: a stub is not the function;
# - identity of tuples, numbers, texts and bytearrays: they cross by value;
# - storage that no item of a tensor covers: it may never have been written;
# - version, strides, base and signs of zeros of a gradient: autograd makes it as it likes, and its way through `as_strided` (which is
#   what a mirrored view is) differs from its way through `t` or `select`;
# - `_is_view()` of views of a view that was taken before `requires_grad_()` on its base;
# - `storage_offset()` of a tensor without items on a storage without bytes;
# - exceptions that hold objects (`ExceptionGroup`), and sub-classes of the libraries' own: the nearest type arrives;
# - order of sets: it hangs on addresses.
_ADDRESS = re.compile(r"0x[0-9a-f]+")
_NODE = re.compile(r"(utput )\d+ of \w+|(grad_fn=<)\w+")
_SCALARS = (
    bool,
    int,
    str,
    bytes,
    type(None),
    torch.dtype,
    torch.device,
    torch.layout,
    torch.memory_format,
    range,
)
_FUNCTIONS = (types.FunctionType, types.MethodType, types.BuiltinFunctionType)


def message(text):
    """An error's message without what cannot be equal."""
    return " ".join(_NODE.sub(r"\1\2N", _ADDRESS.sub("0x", text)).split())


def observe_error(error):
    """An exception as `pytest.raises` sees it: its type, or the nearest type that the student did not make."""
    kind = type(error)
    if (kind.__module__, kind.__qualname__) in _KNOWN and not isinstance(error, StudentError):
        extra = tuple(getattr(error, a, None) for a in ("errno", "filename", "start", "object", "value"))
        args = error.args if all(type(a) in (str, int, float, type(None)) for a in error.args) else "other"
        return kind.__name__, message(str(error)), message(repr(args)), message(repr(extra))
    library = kind.__module__.partition(".")[0] in ("numpy", "torch")
    nearest = next(
        (k.__name__ for k in kind.__mro__[1:] if (k.__module__, k.__qualname__) in _KNOWN), "Exception"
    )
    if library:
        return nearest, message(str(error)), message(repr((str(error),))), message(repr((None,) * 5))
    name = error.type_name if isinstance(error, StudentError) else kind.__name__
    text = f"{name}: {error}"
    return "student", nearest, message(text)


def global_state():
    """What a call can leave behind in torch, NumPy and Python."""
    name, key, *rest = np.random.get_state()
    device = torch.get_default_device()
    with torch.device("cpu"):
        generator = bytes(torch.get_rng_state().numpy())
    return (
        torch.is_grad_enabled(), torch.get_default_dtype(), str(device), generator,
        name, key.tobytes(), tuple(rest), random.getstate(), torch.is_inference_mode_enabled(),
    )  # fmt: skip


class Observation:
    """One look at a list of roots: `rows` hold every reachable object, numbered as it was met."""

    def __init__(self, roots, gradients):
        self.rows = []
        self._gradients = gradients
        self._numbers = {}
        self._storages = {}
        self._spans = []
        self.roots = [self.see(root) for root in roots]
        self._place()

    def result(self):
        return tuple(self.roots), tuple(tuple(row) for row in self.rows)

    def see(self, value):
        if type(value) is str:
            return "str", message(value)
        if type(value) in _SCALARS:
            return type(value).__name__, message(repr(value))
        if type(value) in (float, complex):
            parts = (value.real, value.imag) if type(value) is complex else (value,)
            return type(value).__name__, b"".join(struct.pack("<d", p) for p in parts)
        if isinstance(value, np.generic):
            return "scalar", value.dtype.str, value.tobytes()
        if isinstance(value, torch.Size | slice | np.dtype) or value is Ellipsis or value is NotImplemented:
            return type(value).__name__, repr(value)
        if (
            isinstance(value, types.ModuleType | type)
            and not isinstance(value, Stub)
            and not is_students(value)
        ):
            return type(value).__name__, value.__name__
        if isinstance(value, bytearray):
            return "bytearray", bytes(value)
        if isinstance(value, frozenset):
            return "frozenset", tuple(sorted(repr(self.see(v)) for v in value))
        if isinstance(value, tuple):
            return (
                "tuple",
                type(value).__name__,
                getattr(value, "_fields", ()),
                tuple(self.see(v) for v in value),
            )
        return "object", self._number(value)

    def _number(self, value):
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self.rows)
            row = []
            self.rows.append(row)
            row += self._describe(value, number)
        return number

    def _describe(self, value, number):
        if isinstance(value, torch.Tensor):
            return self._tensor(value, number)
        if isinstance(value, np.ndarray):
            return self._array(value, number)
        if isinstance(value, set):
            return "set", tuple(sorted(repr(self.see(v)) for v in value))
        if isinstance(value, list | collections.deque):
            return type(value).__name__, tuple(self.see(v) for v in value)
        if isinstance(value, dict):
            return type(value).__name__, tuple((self.see(k), self.see(v)) for k, v in value.items())
        if isinstance(value, _FUNCTIONS) or (isinstance(value, Stub) and value._notegrad_record.function):
            return "function", value.__name__
        return ("opaque",)

    def _tensor(self, t, number):
        storage = t.untyped_storage()
        index = self._storages.get(storage._cdata)
        if index is None:
            index = self._storages[storage._cdata] = len(self._storages)
            is_real = t.device.type != "meta"
            if is_real and storage.nbytes():
                self._spans.append((storage.data_ptr(), storage.nbytes(), ("storage", index), number))
        leaf, retains_grad, has_node = look(t)
        has_grad = leaf or retains_grad
        if has_grad and t.grad is not None:
            self._gradients[id(t.grad)] = t.grad
        if id(t) in self._gradients:
            return (
                type(t).__name__, str(t.dtype), str(t.device), tuple(t.shape), ("requires_grad", t.requires_grad),
                ("leaf", leaf), ("grad", self.see(t.grad) if has_grad else "none"), ("values", values(t.detach() + 0)),
            )  # fmt: skip
        return (
            type(t).__name__, str(t.dtype), str(t.device), tuple(t.shape), t.stride(), t.storage_offset() if t.numel() else 0,
            ("version", t._version), ("requires_grad", t.requires_grad), ("leaf", leaf),
            ("retains_grad", retains_grad), ("conj", t.is_conj(), t.is_neg()), ("view", t._is_view()),
            ("base", self.see(t._base)), ("grad", self.see(t.grad) if has_grad else "none"),
            ("grad_fn", has_node), ("contiguous", t.is_contiguous()),
            ("storage", index, storage.nbytes()), ("values", values(t)),
        )  # fmt: skip

    def _array(self, a, number):
        low, high = np.lib.array_utils.byte_bounds(a)
        if a.size:
            self._spans.append((low, high - low, ("array", number), number))
        flags = a.flags
        return (
            type(a).__name__, a.dtype.str, a.shape, a.strides, flags.writeable, flags.c_contiguous,
            flags.f_contiguous, a.tobytes(),
        )  # fmt: skip

    def _place(self):
        """Which memory is shared: the runs of bytes that touch, and where in its run each object lies."""
        start, end, run = 0, -1, -1
        placed = {}
        for pointer, nbytes, who, _ in sorted(self._spans, key=lambda s: (s[0], -s[1])):
            if pointer >= end:
                start, end, run = pointer, pointer, run + 1
            end = max(end, pointer + nbytes)
            placed.setdefault(run, []).append((who, pointer - start))
        self.rows.append(("memory", tuple(sorted(tuple(sorted(group)) for group in placed.values()))))


def look(t):
    """Whether `t` is a leaf, retains its gradient and has a node; torch refuses to say for some stale views."""
    try:
        return t.is_leaf, t.retains_grad, t.grad_fn is not None
    except RuntimeError:
        return False, False, "refused"


def values(t):
    """The bytes of a tensor's items, in order, read without torch; what no item covers may be anything."""
    if t.device.type == "meta" or t.numel() == 0:
        return b""
    storage, size = t.untyped_storage(), t.element_size()
    raw = np.frombuffer(read_bytes(storage.data_ptr(), storage.nbytes()), np.uint8)[
        t.storage_offset() * size :
    ]
    strides = (*(s * size for s in t.stride()), 1)
    return np.lib.stride_tricks.as_strided(raw, (*t.shape, size), strides).tobytes()


def is_students(value):
    """Whether a class or module is the student's own: over there a class, here a stub."""
    return isinstance(value, type) and (value.__module__ or "").endswith("mirror_functions")


def observe(roots, gradients=()):
    """All that can be seen from `roots`, comparable with another world's; less of the tensors of ids `gradients`."""
    return Observation(roots, gradients).result()
