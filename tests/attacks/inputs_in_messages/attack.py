"""Writes the hidden inputs into its error messages, and what it can see of the stack with them."""

import sys


def cheat(*args, **kwargs):
    frame, seen = sys._getframe(), []
    while frame is not None:
        seen.append((frame.f_code.co_name, sorted(frame.f_locals)[:5]))
        frame = frame.f_back
    raise RuntimeError(f"inputs {args!r:.400} stack {seen!r:.400}")


print("ATTACK RAN: ready to tell")
