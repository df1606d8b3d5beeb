"""Forks in a call: parent and child both return, and answer the judge twice with different values."""

import os


# One fork in all: a fork in every call doubles the processes each time, and the control run without a sandbox
# would take the machine down with it.
left = 1


def cheat(*args, **kwargs):
    global left
    if left:
        left -= 1
        if os.fork() == 0:
            return 8
    return True


print("ATTACK RAN: will fork from process", os.getpid())
