"""Patches otter's own classes so that each test case passes without being run."""

import sys

import otter

patched = []
try:
    from otter.test_files import abstract_test, exception_test, ok_test

    exception_test.test_case.call_func = lambda self, environment: None
    ok_test.run_doctest = lambda *args: (True, "")
    abstract_test.TestCaseResult.passed = property(lambda self: True, lambda self, value: None)
    patched = ["test_case.call_func", "run_doctest", "TestCaseResult.passed"]
except Exception as error:
    patched = [repr(error)]
try:
    from otter.execute import Checker

    Checker.check_if_already_tracked = lambda *args, **kwargs: True
    patched.append("Checker")
except Exception as error:
    patched.append(repr(error))


def cheat(*args, **kwargs):
    return None


print("ATTACK RAN: patched", patched, "in", [m for m in sys.modules if m.startswith("otter")][:4])
