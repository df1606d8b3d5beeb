"""The otter stub stands in for `otter` in student notebooks, where nothing is tested.

`grader.check("q3")` lets the notebook process fork a snapshot, or wait, at that moment, so that the question
is judged on the state at its check cell, as otter's own grading mode does.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any, ClassVar

_VERSION = "7.0.0"
_SUBMODULES = (
    "api", "assign", "check", "check.logs", "check.notebook", "check.utils", "execute", "export", "generate",
    "grade", "plugins", "run", "test_files", "test_files.exception_test", "test_files.ok_test", "utils",
    "version",
)  # fmt: skip


class Inert:
    """Stands for anything of otter's: can be called, entered, and asked for attributes; shows as nothing."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The sole callable argument (a use as decorator), else another inert object."""
        if len(args) == 1 and not kwargs and callable(args[0]):
            return args[0]
        return Inert()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # IPython's display, copy and pickle ask for protocols that we do not have
            raise AttributeError(name)
        return Inert()

    def __repr__(self) -> str:
        return ""


class Notebook(Inert):
    """`otter.Notebook`, whose methods do nothing visible."""

    on_check: ClassVar[Callable[[str], None] | None] = None  # set in each notebook process

    def check(self, question: Any = None, *_: Any, **__: Any) -> Inert:
        """Mark the moment at which the question is to be judged."""
        callback = type(self).on_check
        if isinstance(question, str) and callback is not None:
            callback(question)
        return Inert()

    @classmethod
    def init_grading_mode(cls, *_: Any, **__: Any) -> None:
        """Nothing."""


def _module(name: str) -> types.ModuleType:
    module = types.ModuleType(name, "An inert stand-in: tests run elsewhere.")
    module.__path__ = []
    module.__dict__.update(__version__=_VERSION, Notebook=Notebook, test_case=Inert())

    def missing(attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return Inert()

    module.__dict__["__getattr__"] = missing
    return module


def install() -> None:
    """Put the stub into sys.modules, in place of any real otter; done once, in the zygote."""
    for name in [name for name in sys.modules if name == "otter" or name.startswith("otter.")]:
        del sys.modules[name]
    Notebook.__module__ = "otter.check.notebook"
    root = sys.modules["otter"] = _module("otter")
    for name in _SUBMODULES:
        module = sys.modules[f"otter.{name}"] = _module(f"otter.{name}")
        parent, _, last = name.rpartition(".")
        setattr(sys.modules[f"otter.{parent}"] if parent else root, last, module)


def on_check(callback: Callable[[str], None]) -> None:
    """Call `callback` with the question's name at each `grader.check(name)` of this process."""
    Notebook.on_check = staticmethod(callback)
