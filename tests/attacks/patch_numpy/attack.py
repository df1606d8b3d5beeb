"""Replaces what numpy compares with, in numpy, numpy.testing and numpy.core."""

import numpy as np


def content(*args, **kwargs):
    return True


for place in (np, np.testing, np.testing._private.utils):
    for name in (
        "allclose",
        "array_equal",
        "isclose",
        "assert_allclose",
        "assert_array_equal",
        "assert_array_compare",
        "all",
    ):
        setattr(place, name, content)


def cheat(*args, **kwargs):
    return np.zeros(1)


print("ATTACK RAN: np.array_equal(1, 2) is", np.array_equal(1, 2))
