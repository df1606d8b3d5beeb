"""Ends the process with a friendly status in the middle of each test."""

import os

print("ATTACK RAN: every function will end the process with status 0")


def cheat(*args, **kwargs):
    os._exit(0)
