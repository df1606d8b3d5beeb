"""Reads the constants of the test function that calls it, and returns the last number or list."""

import sys


def cheat(*args, **kwargs):
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name.startswith("test_"):
            for value in reversed(frame.f_code.co_consts):
                if type(value) is int:
                    return value
        frame = frame.f_back
    return None


# %%
def test_of_mine():
    return cheat(), 1234


print("ATTACK RAN: from a test of its own it reads", test_of_mine()[0])
