"""Replaces AssertionError and Exception in builtins, and the hooks that report exceptions."""

import builtins
import sys


class Harmless(BaseException):
    def __new__(cls, *args):
        return BaseException.__new__(cls)


builtins.AssertionError = Harmless
builtins.Exception = BaseException
sys.excepthook = lambda *args: None
sys.unraisablehook = lambda *args: None


def cheat(*args, **kwargs):
    return None


print("ATTACK RAN: AssertionError is", AssertionError.__name__)
