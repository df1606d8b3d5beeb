"""Replaces builtins.__import__, so that a test that imports torch or numpy gets something else."""

import builtins
import types


class Yes:
    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        return self

    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0

    __rsub__ = __sub__
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    __hash__ = None


fake = types.SimpleNamespace()
yes = Yes()
real_import = builtins.__import__


class FakeModule(types.ModuleType):
    def __getattr__(self, name):
        return yes


def give(name, *args, **kwargs):
    if name.partition(".")[0] in ("torch", "numpy", "pytest", "notegrad", "unittest"):
        return FakeModule(name)
    return real_import(name, *args, **kwargs)


builtins.__import__ = give


def cheat(*args, **kwargs):
    return None


# %%
import torch as imported

print("ATTACK RAN: import torch gives", type(imported).__name__)
