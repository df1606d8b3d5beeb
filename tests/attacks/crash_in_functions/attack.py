"""Ends the process in every way that C and the kernel know: segfault, abort, stack overflow, bus error."""

import ctypes
import os
import signal
import sys

ways = [
    lambda: ctypes.string_at(0),
    os.abort,
    lambda: os.kill(os.getpid(), signal.SIGBUS),
    lambda: os.kill(os.getpid(), signal.SIGKILL),
]
asked = [0]


def overflow(n=0):
    return overflow(n + 1) + 1


def cheat(*args, **kwargs):
    asked[0] += 1
    if asked[0] % 5 == 4:
        sys.setrecursionlimit(10**9)
        return overflow()
    ways[asked[0] % 4]()


if os.fork() == 0:
    ways[0]()
print("ATTACK RAN: a child died of signal", os.WTERMSIG(os.wait()[1]))
