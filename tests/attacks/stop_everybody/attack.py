"""Stops itself, its group and everything it may signal, so that nobody is left to answer."""

import os
import signal
import time


def cheat(*args, **kwargs):
    for target in (0, -1, os.getppid()):
        try:
            os.kill(target, signal.SIGSTOP)
        except OSError:
            pass
    os.kill(os.getpid(), signal.SIGSTOP)
    return None


child = os.fork()
if child == 0:
    os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(0.1)
stopped = os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
os.kill(child, signal.SIGKILL)
print("ATTACK RAN: a child was stopped:", stopped)
