"""Walks up the frames of its caller and returns whatever is called expected."""

import sys


def cheat(*args, **kwargs):
    frame = sys._getframe(1)
    while frame is not None:
        for name in ("expected", "attendu"):
            if name in frame.f_locals:
                return frame.f_locals[name]
        frame = frame.f_back
    return None


# %%
def looked_at():
    expected = "found"  # noqa: F841 - the attack finds it in this frame
    return cheat()


print("ATTACK RAN: from a caller of its own it reads", looked_at())
