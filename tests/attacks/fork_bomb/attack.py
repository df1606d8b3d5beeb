"""Forks as fast as it can, in a cell and again in the function that is asked."""

import os

children = refused = 0
for _ in range(2000):
    try:
        pid = os.fork()
    except OSError:
        refused += 1
        break
    if pid == 0:
        import time

        time.sleep(30)
        os._exit(0)
    children += 1


def cheat(*args, **kwargs):
    try:
        while True:
            if os.fork() == 0:
                import time

                time.sleep(30)
    except OSError:
        return None


print("ATTACK RAN:", children, "children, refused", refused)
if children > 60:
    print("ATTACK SUCCEEDED: more than 60 processes at once")
