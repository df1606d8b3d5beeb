"""Raises what test runners take for a skipped or expected failure."""

import unittest

kinds = [unittest.SkipTest]
try:
    import pytest

    kinds += [pytest.skip.Exception, pytest.xfail.Exception]
except Exception:
    pass
calls = 0


def cheat(*args, **kwargs):
    global calls
    calls += 1
    raise kinds[calls % len(kinds)]("ok")


print("ATTACK RAN: will raise", [kind.__name__ for kind in kinds])
