"""A few things cross by name: dtypes, modules and types that both sides have."""

from __future__ import annotations

import importlib
import re
import sys
from types import ModuleType

import numpy as np
import torch

from notegrad.mirror.wire.mirror_errors import ObservationError

_DTYPES = [
    "bool",
    "uint8",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex32",
    "complex64",
    "complex128",
    "float8_e4m3fn",
    "float8_e5m2",
    "float8_e4m3fnuz",
    "float8_e5m2fnuz",
]
DTYPE_NAMES: dict[torch.dtype, str] = {getattr(torch, n): n for n in _DTYPES if hasattr(torch, n)}
DTYPES: dict[str, torch.dtype] = {name: value for value, name in DTYPE_NAMES.items()}

SHARED_MODULES = frozenset(
    {
        "cmath",
        "collections",
        "copy",
        "functools",
        "itertools",
        "math",
        "matplotlib",
        "matplotlib.pyplot",
        "numpy",
        "numpy.linalg",
        "operator",
        "pandas",
        "random",
        "torch",
        "torch.autograd",
        "torch.func",
        "torch.linalg",
        "torch.nn",
        "torch.nn.functional",
        "torch.optim",
    }
)
"""Modules that the judge hands out when the student's name stands for the same one."""

SHARED_TYPES: dict[str, type] = {
    "bool": bool,
    "int": int,
    "float": float,
    "complex": complex,
    "str": str,
    "bytes": bytes,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "set": set,
    "frozenset": frozenset,
    "slice": slice,
    "range": range,
    "object": object,
    "NoneType": type(None),
    "torch.Tensor": torch.Tensor,
    "torch.Size": torch.Size,
    "torch.dtype": torch.dtype,
    "torch.device": torch.device,
    "torch.nn.Parameter": torch.nn.Parameter,
    "numpy.ndarray": np.ndarray,
    **{f"numpy.{kind.__name__}": kind for kind in {np.dtype(c).type for c in "?bBhHiIlLqQefdgFDGSUmM"}},
}
TYPE_NAMES: dict[type, str] = {value: name for name, value in SHARED_TYPES.items()}

_ARRAY_DTYPE = re.compile(r"[<>|=](b1|[iu][1248]|f2|f4|f8|f16|c8|c16|c32|[SU]\d{1,4}|[mM]8(\[\w{1,8}\])?)")


def module_name(module: ModuleType) -> str | None:
    """The name under which `module` is shared, or None if it is not one of those."""
    for name in SHARED_MODULES:
        if sys.modules.get(name) is module:
            return name
    return None


def shared_module(name: str) -> ModuleType:
    """This side's own module of a shared name.

    Raises ObservationError for a name that is not shared.
    """
    if name not in SHARED_MODULES:
        raise ObservationError(f"module {name[:80]!r} is not shared")
    return importlib.import_module(name)


def array_dtype(text: str) -> np.dtype[np.generic]:
    """The NumPy dtype that a dtype string names.

    Raises ObservationError for objects, structures and anything else that is not plain bytes.
    """
    if not _ARRAY_DTYPE.fullmatch(text):
        raise ObservationError(f"arrays of dtype {text[:80]!r} cannot cross")
    return np.dtype(text)


def torch_dtype(name: str) -> torch.dtype:
    """The torch dtype of a name such as `float32`.

    Raises ObservationError where there is none.
    """
    try:
        return DTYPES[name]
    except KeyError:
        raise ObservationError(f"there is no dtype {name[:80]!r}") from None


def dtype_name(dtype: torch.dtype) -> str:
    """The name of a torch dtype.

    Raises ObservationError for one whose tensors cannot cross (quantised ones).
    """
    try:
        return DTYPE_NAMES[dtype]
    except KeyError:
        raise ObservationError(f"tensors of dtype {dtype} cannot cross") from None
