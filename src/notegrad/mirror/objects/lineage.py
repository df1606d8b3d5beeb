"""Lineages say what an object is: the classes of its type, by name where both sides have them.

A lineage is a claim of the sandbox, taken from the type and not from what the object says of itself. It never
makes a value of an object: no class counts of which the judge compares instances by value.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import functools
import numbers
import pathlib
import sys
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import torch

from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.limits import MAX_CLASSES

ClassName = tuple[str, str]
Lineage = tuple[ClassName | Id, ...]
"""From the class itself up: names of a library's classes, numbers of the notebook's."""

_PACKAGES = frozenset({
    "torch", "torchvision", "torchaudio", "torchmetrics", "lightning", "pytorch_lightning", "einops",
    "transformers", "datasets", "tokenizers", "gymnasium", "gym", "tensorflow", "keras", "jax", "flax",
    "numpy", "pandas", "scipy", "sklearn", "statsmodels", "xgboost", "lightgbm", "sympy", "networkx", "nltk",
    "spacy", "gensim", "polars", "pyarrow", "xarray", "geopandas", "shapely", "datascience", "babypandas",
    "matplotlib", "seaborn", "plotly", "altair", "bokeh", "PIL", "cv2", "skimage", "bs4", "requests", "yaml",
    "pydantic", "attr", "attrs", "sqlalchemy", "pytest", "tqdm",
})  # fmt: skip
"""Packages whose classes an object may be said to be of; of another's it is told that it cannot be known."""

_NO_LIBRARIES = frozenset({"__main__", "__mp_main__"})
_WITHOUT_NAME: dict[ClassName, type] = {
    ("builtins", kind.__qualname__): kind
    for kind in vars(types).values()
    if isinstance(kind, type) and kind.__module__ == "builtins"
}
_VALUES: tuple[Any, ...] = (
    *(bool, int, float, complex, str, bytes, bytearray, memoryview, slice, range),
    *(list, tuple, dict, set, frozenset, deque, numbers.Number, decimal.Decimal),
    *(dt.date, dt.time, dt.timedelta, dt.tzinfo),
    *(np.ndarray, np.generic, np.dtype, torch.Tensor, torch.Size, torch.dtype, torch.device),
)
_MODELS: tuple[Any, ...] = (
    torch.nn.Module,
    torch.optim.Optimizer,
    torch.optim.lr_scheduler.LRScheduler,
    torch.utils.data.Dataset,
    torch.utils.data.DataLoader,
    torch.utils.data.Sampler,
    torch.utils.hooks.RemovableHandle,
)
_FAMILIAR: tuple[Any, ...] = (*_MODELS, types.GeneratorType, Iterator, BaseException, pathlib.PurePath)
_mro = type.__dict__["__mro__"].__get__
_qualname = type.__dict__["__qualname__"].__get__
_module = type.__dict__["__module__"].__get__


def classes_of(kind: type) -> tuple[type, ...]:
    """A class and all that it derives from, as Python looks them up."""
    found: tuple[type, ...] = _mro(kind)
    return found


def lineage_of(kind: type, number: Callable[[type], Id]) -> Lineage:
    """The lineage of a class; `number` gives the number of a class that no library has."""
    names = ((each, _library_name(each)) for each in _mro(kind)[:MAX_CLASSES])
    return tuple(number(each) if name is None else name for each, name in names)


def library_classes(lineage: Lineage, *, values: bool = False) -> tuple[type, ...]:
    """This side's own classes of those of a lineage that it has; those of values only where asked for."""
    found = map(_class_named, lineage)
    return tuple(kind for kind in found if kind is not None and (values or not _is_value(kind)))


def is_of_values(lineage: Lineage) -> bool:
    """Whether a class of a lineage is one whose instances cross by value, or as tables."""
    if any(not isinstance(name, int) and _is_table(*name) for name in lineage):
        return True
    return any(kind is not None and _is_value(kind) for kind in map(_class_named, lineage))


def _is_table(module: str, name: str) -> bool:
    return module.partition(".")[0] == "pandas" and name in ("DataFrame", "Series", "Index")


def is_familiar(lineage: Lineage) -> bool:
    """Whether stubs show objects of a class as they are: the notebook's own, models, generators, ..."""
    if not lineage or isinstance(lineage[0], int):
        return not is_of_values(lineage)
    return any(issubclass(kind, _FAMILIAR) for kind in library_classes(lineage[:1]))


def is_of_models(classes: Iterable[type | ClassName | Id]) -> bool:
    """Whether classes of an object, or of its lineage, make it a model of torch, or what trains one."""
    kinds = (each if isinstance(each, type) else _class_named(each) for each in classes)
    return any(kind is not None and issubclass(kind, _MODELS) for kind in kinds)


def _class_named(name: ClassName | Id) -> type | None:
    return None if isinstance(name, int) else library_class(*name)


def is_known(lineage: Lineage) -> bool:
    """Whether this side has all classes of a lineage that are a library's."""
    return all(isinstance(name, int) or library_class(*name) is not None for name in lineage)


@functools.lru_cache(maxsize=1024)
def claimed(kind: str, lineage: Lineage) -> type | None:
    """The class that an object claims to be of, for `isinstance`; None where no library has one."""
    exact = library_classes(lineage[:1])
    kinds = library_classes(lineage)
    if exact:
        return exact[0]
    return _claimed_class(kind or "object", kinds) if nearest(kinds) not in ((), (object,)) else None


def _claimed_class(name: str, kinds: tuple[type, ...]) -> type | None:
    bases = nearest(kinds)
    for chosen in (bases, bases[:1]):
        with contextlib.suppress(Exception):  # a final class, or metaclasses that do not agree
            return types.new_class(name, chosen, exec_body=lambda body: body.update(__module__="__main__"))
    return None


def nearest(kinds: Iterable[type]) -> tuple[type, ...]:
    """Those of some classes from which no other of them derives."""
    bases: list[type] = []
    for kind in kinds:
        if not any(issubclass(base, kind) for base in bases):
            bases.append(kind)
    return tuple(bases)


def _library_name(kind: type) -> ClassName | None:
    module, name = _module(kind), _qualname(kind)
    if type(module) is not str or len(module) + len(name) > 300 or module in _NO_LIBRARIES:
        return None
    return (module, name) if _class_of_module(module, name) is kind else None


def library_class(module: str, name: str) -> type | None:
    """The class of a library that is loaded here; nothing is imported for a name."""
    package = module.partition(".")[0]
    if package in _NO_LIBRARIES or not (package in _PACKAGES or package in sys.stdlib_module_names):
        return None
    return _class_of_module(module, name)


def _class_of_module(module: str, name: str) -> type | None:
    found: object = sys.modules.get(module)
    for part in name.split("."):
        held = vars(found) if isinstance(found, (types.ModuleType, type)) else {}
        found = held.get(part)
    return found if isinstance(found, type) else _WITHOUT_NAME.get((module, name))


@functools.lru_cache(maxsize=4096)
def _is_value(kind: type) -> bool:
    try:
        return issubclass(kind, _VALUES)
    except Exception:
        return True
