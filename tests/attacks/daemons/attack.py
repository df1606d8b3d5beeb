"""Leaves daemons behind that were forked twice and have sessions of their own, and answers through them."""

import os
import time

made = 0
for _ in range(5):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                time.sleep(0.2)
                for name in os.listdir("/proc"):
                    if name.isdigit() and int(name) != os.getpid():
                        try:
                            open(f"/proc/{name}/mem", "r+b")
                        except OSError:
                            pass
        os._exit(0)
    made += 1


def cheat(*args, **kwargs):
    if os.fork() == 0:
        return "an answer of the other process"
    return None


print("ATTACK RAN:", made, "daemons")
