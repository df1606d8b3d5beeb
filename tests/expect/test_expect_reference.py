"""The reference of `notegrad.expect`: complete docstrings, examples that run, a page that is up to date."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import torch

import notegrad
from notegrad import expect

ROOT = Path(__file__).parents[2]
PACKAGE = Path(notegrad.__file__).parent
SOURCES = (*sorted((PACKAGE / "expect").glob("[!_]*.py")), PACKAGE / "probes" / "operations.py")

RUN_EXAMPLES = """
import doctest, importlib, sys
import numpy, torch
from notegrad import expect

names = {"expect": expect, "torch": torch, "np": numpy}
flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
found = [doctest.testmod(importlib.import_module(n), extraglobs=names, optionflags=flags) for n in sys.argv[1:]]
print("examples:", sum(result.attempted for result in found))
sys.exit(sum(result.failed for result in found))
"""


@cache
def reference():
    path = ROOT / "docs" / "expect_reference.py"
    spec = importlib.util.spec_from_file_location("expect_reference", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def functions():
    """The functions of the sources by name."""
    trees = [ast.parse(path.read_text("utf-8")) for path in SOURCES]
    return {node.name: node for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}


def called_by(function):
    calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {call.id if isinstance(call, ast.Name) else getattr(call, "attr", "") for call in calls}


@cache
def can_fail():
    """Names of the functions that raise, call a function that they were given, or call such a function."""
    raising = {"fail"}
    for name, function in functions().items():
        arguments = function.args
        given = {
            a.arg
            for a in (*arguments.posonlyargs, *arguments.args)
            if "Callable" in ast.unparse(a.annotation)
        }
        own = {n for n in ast.walk(function) if isinstance(n, ast.Raise)}
        if own or given & called_by(function):
            raising.add(name)
    while more := {n for n, f in functions().items() if n not in raising and called_by(f) & raising}:
        raising |= more
    return raising


def test_all_examples_run():
    """Each docstring's example does what it shows, in one process with neither sandbox nor mirror."""
    modules = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in SOURCES]
    run = subprocess.run(
        [sys.executable, "-c", RUN_EXAMPLES, *modules], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
    assert int(re.search(r"examples: (\d+)", run.stdout)[1]) >= len(expect.__all__)


@pytest.mark.parametrize("name", expect.__all__)
def test_each_public_name_is_documented(name):
    """A name says what its parameters are, when it fails where it can, what it returns, and shows an example."""
    value, found = getattr(expect, name), reference().sections(name)
    assert re.match(r"[A-Z][a-z]+s [^.]+\.$", found[""].split("\n\n")[0].split("\n")[0]), found[""]
    assert ">>> " in found["Example"]
    if inspect.isclass(value):
        public = set(value.__dataclass_fields__) | {
            n for n, v in vars(value).items() if isinstance(v, property)
        }
        assert {item for item, _ in reference().items(found["Attributes"])} == public
        return
    signature = inspect.signature(value)
    if signature.parameters:
        documented = [item.lstrip("*") for item, _ in reference().items(found["Args"])]
        assert documented == list(signature.parameters)
    assert ("Returns" in found or "Yields" in found) == (signature.return_annotation != "None")
    assert ("Raises" in found) == (name in can_fail())


def test_what_can_fail_is_found_in_the_sources():
    """Expectations can fail and so can whatever calls a student's function; readings cannot."""
    found = {name for name in expect.__all__ if name in can_fail()}
    assert found >= {name for name in expect.__all__ if name.startswith("assert_")}
    assert found >= {"require", "works_on_meta", "operations", "allocated_bytes"}
    assert not found & {"tolerance", "numbers", "layouts", "snapshot", "global_state", "shares_storage"}


def test_the_page_is_up_to_date():
    """docs/expect.md is what `make docs` would write from the docstrings as they are."""
    assert reference().PAGE.read_text("utf-8") == reference().page(), "say make docs"


def test_the_page_begins_with_a_test_that_works():
    """The hidden test that the page shows first passes a right answer, and says what is wrong with another."""
    [source] = re.findall(r"```python\n(.*?)```", reference().INTRODUCTION, re.DOTALL)
    namespace = {}
    exec(source, namespace)
    namespace["test_moyenne"](lambda x: x.mean(0))
    with pytest.raises(AssertionError, match="de forme"):
        namespace["test_moyenne"](lambda x: x.mean(1))
    with pytest.raises(AssertionError, match="float64 au lieu de float32"):
        namespace["test_moyenne"](lambda x: x.mean(0, dtype=torch.float64))
