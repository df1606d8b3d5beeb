"""Rewrites the local variable of its caller that holds the expected value, so that it fits the answer."""

import ctypes
import sys

import torch


def cheat(*args, **kwargs):
    answer = args[0] if args and not isinstance(args[0], list) else None
    frame = sys._getframe(1)
    for name in ("expected", "attendu"):
        if name in frame.f_locals:
            frame.f_locals[name] = answer
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(0))
    return answer


# %%
def caller():
    expected = torch.ones(2)
    answer = cheat(7)
    return answer, expected


print("ATTACK RAN: in a caller of its own, expected is now", caller()[1])
