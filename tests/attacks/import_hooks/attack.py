"""Installs finders and path hooks that hand out modules of its own to whoever imports next."""

import importlib.abc
import importlib.machinery
import sys
import types


class Yes(types.ModuleType):
    def __getattr__(self, name):
        if name == "__path__":
            return []
        return lambda *args, **kwargs: True


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "numpy", "pytest", "unittest"):
            return importlib.machinery.ModuleSpec(name, self)
        return None

    def create_module(self, spec):
        return Yes(spec.name)

    def exec_module(self, module):
        pass


sys.meta_path.insert(0, Finder())
for name in [n for n in sys.modules if n.partition(".")[0] in ("torch", "numpy", "pytest")]:
    del sys.modules[name]


def cheat(*args, **kwargs):
    return None


# %%
import torch as imported

print("ATTACK RAN: import torch gives", type(imported).__name__)
