"""Leaves threads, timers, exit functions and finalizers behind, which answer and patch later on."""

import atexit
import gc
import os
import signal
import threading
import time
import weakref


def patch():
    for thing in gc.get_objects():
        if type(thing).__name__ == "test_case":
            thing.test_func = lambda *args, **kwargs: None
        if type(thing).__name__ == "TestCaseResult":
            thing.passed = True


def loop():
    while True:
        time.sleep(0.02)
        patch()


threading.Thread(target=loop, daemon=True).start()
atexit.register(patch)
signal.signal(signal.SIGVTALRM, lambda *args: patch())
signal.setitimer(signal.ITIMER_VIRTUAL, 0.2, 0.2)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=lambda: threading.Thread(target=loop, daemon=True).start())


class Kept:
    pass


kept = Kept()
weakref.finalize(kept, patch)


def cheat(*args, **kwargs):
    time.sleep(0.03)
    return None


print("ATTACK RAN: threads", threading.active_count())
