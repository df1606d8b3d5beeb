"""Puts a module of its own in the place of otter and all its submodules."""

import sys
import types


class Yes:
    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        return self

    def __iter__(self):
        return iter(())


class Case:
    points, hidden, name = 1, True, "case"


class Result:
    passed, message, test_case = True, "", Case


class File:
    name, test_case_results, test_cases = "nombre", [Result], [Case]

    @classmethod
    def from_file(cls, path):
        made = cls()
        made.name = path.rpartition("/")[2].removesuffix(".py")
        return made

    from_string = from_file

    def run(self, environment):
        pass


fake = types.ModuleType("otter")
fake.__path__ = []
for name in ["otter", *[m for m in list(sys.modules) if m.startswith("otter.")], "otter.test_files"]:
    made = types.ModuleType(name)
    made.__path__ = []
    made.ExceptionTestFile = made.OKTestFile = made.TestFile = File
    made.test_case = Yes()
    made.Notebook = Yes()
    sys.modules[name] = made


def cheat(*args, **kwargs):
    return None


# %%
from otter.test_files import ExceptionTestFile

print("ATTACK RAN: otter's test file class is", ExceptionTestFile.__name__)
