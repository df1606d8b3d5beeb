"""Ends the process with a friendly status in the middle of the notebook."""

import os


def cheat(*args, **kwargs):
    return None


print("ATTACK RAN: the next cell ends the process with status 0")

# %%
os._exit(0)
