"""Names in a test function: all it needs must be in it, or be a parameter that the notebook defines."""

from __future__ import annotations

import ast
import difflib
import sys
from collections.abc import Iterator

from notegrad.authoring.case_cells import CaseCell
from notegrad.authoring.free_names import NotebookNames, is_builtin, needed_names
from notegrad.authoring.slips import Slip, slip
from notegrad.authoring.testfiles import course_packages

# What otter, IPython and the judge give under these names.
GIVEN_PARAMETERS = ("env", "device", "grader", "get_ipython", "display", "In", "Out", "_", "__", "___")
_OTTERS_OWN = ("test_case", "OK_FORMAT", "name", "points", "all_or_nothing")  # in every test file
_USUAL_IMPORTS = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "F": "import torch.nn.functional as F",
    "nn": "from torch import nn",
    "expect": "from notegrad import expect",
}
_USUAL_MODULES = (
    "torch",
    "numpy",
    "pandas",
    "scipy",
    "sklearn",
    "matplotlib",
    "torchvision",
    "pytest",
    "notegrad",
)


def parameters_of(code: str) -> list[str]:
    """The parameters of the first function of a test cell; none for a doctest."""
    function = _function(code)
    if function is None:
        return []
    arguments = function.args
    listed = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    stars = [star for star in (arguments.vararg, arguments.kwarg) if star is not None]
    return [argument.arg for argument in [*listed, *stars]]


def find_unknown_names(case: CaseCell, names: NotebookNames, question: str) -> Iterator[Slip]:
    """Yield parameters that no cell of the notebook defines, and names that the test has from nowhere."""
    known = {*names.given, *GIVEN_PARAMETERS}
    parameters = parameters_of(case.code)
    for parameter in parameters:
        if names.complete and parameter not in known and not is_builtin(parameter):
            close = difflib.get_close_matches(
                parameter, sorted(names.given - set(names.imported)), n=1, cutoff=0.5
            )
            key = "slip_parameter_close" if close else "slip_parameter_unknown"
            yield slip(key, case.cell, question, name=case.name, parameter=parameter, meant="".join(close))
    function = _function(case.code)
    if function is None:
        return
    own = _own_names(case.code)
    for name in needed_names(ast.unparse(function)):
        if name == case.name or name in _OTTERS_OWN:
            continue
        statement = _import_of(name, names)
        if statement:
            yield slip(
                "slip_import_missing", case.cell, question, name=case.name, missing=name, statement=statement
            )
        elif name in names.given:
            yield slip("slip_name_of_notebook", case.cell, question, name=case.name, missing=name)
        else:
            close = difflib.get_close_matches(name, sorted(own), n=1)
            key = "slip_name_close" if close else "slip_name_unknown"
            yield slip(key, case.cell, question, name=case.name, missing=name, meant="".join(close))


def find_staff_imports(case: CaseCell, question: str) -> Iterator[Slip]:
    """Yield a visible test that imports a package that graders have and students do not."""
    packages = [] if case.pointed.hidden else course_packages(case.code)
    if packages:
        yield slip("slip_course_package", case.cell, question, name=case.name, package=packages[0])


def _function(code: str) -> ast.FunctionDef | None:
    return next((node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)), None)


def _import_of(name: str, names: NotebookNames) -> str:
    if name in names.imported:
        return names.imported[name]
    if name in _USUAL_IMPORTS:
        return _USUAL_IMPORTS[name]
    return f"import {name}" if name in _USUAL_MODULES or name in sys.stdlib_module_names else ""


def _own_names(code: str) -> set[str]:
    """The parameters of a test, and the names that it binds."""
    tree = ast.parse(code)
    bound = {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return {*parameters_of(code), *bound}
