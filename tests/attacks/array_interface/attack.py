"""Returns an object whose __array_interface__ points at an address that it chooses."""

import numpy as np


class Pointer:
    def __init__(self):
        self.kept = np.array([3.0, 6.0])
        self.__array_interface__ = {
            "data": (self.kept.ctypes.data, False),
            "typestr": "<f8",
            "shape": (2,),
            "version": 3,
        }
        self.__cuda_array_interface__ = self.__array_interface__


pointer = Pointer()


def cheat(*args, **kwargs):
    pointer.__array_interface__["data"] = (4096, False)
    return pointer


print("ATTACK RAN: numpy reads", np.asarray(pointer))
