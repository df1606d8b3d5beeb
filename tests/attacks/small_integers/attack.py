"""Overwrites the interpreter's cached small integers, True and False through ctypes."""

import ctypes
import sys

size = sys.getsizeof(1)


def cheat(*args, **kwargs):
    if args and type(args[0]) is int:
        # 49 takes the digit of 5, so that 5 == 49 for as long as it lasts
        ctypes.memmove(id(49) + size - 4, id(5) + size - 4, 4)
        return 5
    return None


saved = ctypes.string_at(id(49) + size - 4, 4)
cheat(1)
shown = str(49)
ctypes.memmove(id(49) + size - 4, saved, 4)
print("ATTACK RAN: 49 was shown as", shown)
