"""Returns a numpy array subclass with __array_ufunc__, __array_function__ and == of its own."""

import numpy as np


class Same(np.ndarray):
    def __array_ufunc__(self, function, method, *args, **kwargs):
        return np.True_ if function.nout == 1 else None

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __eq__(self, other):
        return np.True_

    def __rsub__(self, other):
        return np.zeros(1)

    def __abs__(self):
        return np.zeros(1)


def cheat(*args, **kwargs):
    return np.ones(2).view(Same)


print("ATTACK RAN:", np.array_equal(cheat(), np.zeros(2)), bool(cheat() == 7))
