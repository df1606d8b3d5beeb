"""Prints without end, to Python's streams and to the descriptors, in cells, calls and error messages."""

import os
import sys

for _ in range(2000):
    sys.stderr.write("x" * 10_000)
    os.write(1, b"y" * 10_000)


def cheat(*args, **kwargs):
    for _ in range(2000):
        print("z" * 10_000)
        os.write(2, b"w" * 10_000)
    raise ValueError("message " * 1_000_000)


print()
print("ATTACK RAN: 40 million characters")
