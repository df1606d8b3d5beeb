"""The import law of pyproject.toml: it holds, and each wrong import that it is there for breaks it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytest.importorskip("importlinter", reason="skipped, because import-linter is not installed: make lint")

ROOT = Path(__file__).resolve().parents[2]
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"

# Rooms in which a command spends its time before anything is graded: none of their modules may load torch.
LIGHT_ROOMS = (
    "authoring", "batch", "cli", "course", "errors", "gradescope", "intake", "messages", "records", "results", "ungraded",
)  # fmt: skip
HEAVY = ("torch", "numpy", "otter", "IPython", "dask", "distributed")


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The package `notegrad` in a copy of the sources, beside a copy of the law, to write wrong imports into."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path / "src/notegrad"


def write_import(house: Path, importer: str, line: str) -> None:
    """Append a line to a module, or to a room's `__init__.py`."""
    path = house / f"{importer.replace('.', '/')}.py"
    path = path if path.exists() else house / importer.replace(".", "/") / "__init__.py"
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")


def broken_contracts(house: Path) -> set[int]:
    """The numbers of the contracts that `lint-imports` says are broken."""
    lint = subprocess.run(
        [sys.executable, "-c", LINT],
        cwd=house.parents[1],
        env={**os.environ, "PYTHONPATH": str(house.parent), "COLUMNS": "300", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    told = re.findall(r"^(\d+)\. .* (KEPT|BROKEN)", lint.stdout, re.MULTILINE)
    assert len(told) == len(contracts()), lint.stdout + lint.stderr
    broken = {int(number) for number, verdict in told if verdict == "BROKEN"}
    assert bool(broken) == bool(lint.returncode)
    return broken


def rooms(package: Path) -> set[str]:
    """The names of the rooms, and of the modules beside them, in a package."""
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    return folders | {path.stem for path in package.glob("*.py") if not path.stem.startswith("__")}


def contracts() -> dict[int, dict]:
    """The contracts of pyproject.toml by their number."""
    law = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return {int(contract["name"].partition(".")[0]): contract for contract in law}


def test_the_house_keeps_the_law(house: Path) -> None:
    """The control: without a wrong import every contract is kept."""
    assert broken_contracts(house) == set()


@pytest.mark.parametrize(
    ("importer", "imported", "contract"),
    [
        ("records", "notegrad.gradescope", 1),
        ("errors", "notegrad.verify", 1),
        ("course", "notegrad.results", 1),
        ("verify", "click", 3),
        ("verify", "notegrad.cli", 1),
        ("expect", "notegrad.sandbox", 1),
        ("results", "notegrad.batch", 1),
        ("judge", "notegrad.batch", 1),
        ("sandbox.outside", "notegrad.results", 1),
        ("sandbox.outside", "notegrad.authoring", 1),
        ("sandbox.inside", "notegrad.expect", 4),
        ("sandbox.inside", "notegrad.sandbox.outside", 2),
        ("sandbox.walls", "notegrad.messages", 4),
        ("intake", "torch", 5),
        ("cli", "torch", 5),
        ("judge", "distributed", 6),
        ("mirror.wire", "notegrad.mirror.sides", 8),
        ("server", "notegrad.cli", 1),
        ("batch", "notegrad.server", 1),
        ("server", "torch", 5),
        ("cli", "django", 9),
        ("batch", "django.db", 9),
    ],
)
def test_a_wrong_import_breaks_the_law(house: Path, importer: str, imported: str, contract: int) -> None:
    """What stands lower, or knows less, cannot import what it must not know: the contract that says so breaks."""
    write_import(house, importer, f"import {imported}")
    assert contract in broken_contracts(house)


def test_an_import_inside_a_function_breaks_the_law_too(house: Path) -> None:
    """An import that is put off until it is needed is an import."""
    write_import(house, "results", "def late() -> None:\n    from notegrad import batch")
    assert 1 in broken_contracts(house)


def test_a_ring_of_files_in_one_room_breaks_the_law(house: Path) -> None:
    """Two files that import each other are one file in two."""
    (house / "intake/one.py").write_text("from notegrad.intake import two\n")
    (house / "intake/two.py").write_text("from notegrad.intake import one\n")
    assert broken_contracts(house) == {7}


@pytest.mark.parametrize(("place", "contract"), [("", 1), ("sandbox", 2), ("mirror", 8)])
def test_a_new_room_must_be_given_its_floor(house: Path, place: str, contract: int) -> None:
    """A folder that no layer names cannot be forgotten by the law."""
    (house / place / "cellar").mkdir()
    (house / place / "cellar/__init__.py").write_text('"""A room that nobody put on a floor."""\n')
    assert broken_contracts(house) == {contract}


def test_what_runs_beside_student_code_is_forbidden_every_other_room() -> None:
    """The list of contract 4 is complete: every room stands in it but those that the sandbox is made of."""
    allowed = {"errors", "mirror", "probes", "records", "sandbox"}
    house = ROOT / "src/notegrad"
    others = rooms(house / "sandbox") - {"inside", "protocol", "walls"}
    forbidden = {name.removeprefix("notegrad.") for name in contracts()[4]["forbidden_modules"]}
    assert forbidden == (rooms(house) - allowed) | {f"sandbox.{name}" for name in others}


def test_commands_start_without_torch() -> None:
    """No module of a room that a command passes through before grading loads what takes seconds to import."""
    assert set(LIGHT_ROOMS) < rooms(ROOT / "src/notegrad")
    code = (
        "import importlib, pkgutil, sys\n"
        f"for room in {LIGHT_ROOMS!r}:\n"
        "    module = importlib.import_module(f'notegrad.{room}')\n"
        "    for found in pkgutil.walk_packages(getattr(module, '__path__', []), f'{module.__name__}.'):\n"
        "        importlib.import_module(found.name)\n"
        f"        heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "        assert not heavy, f'{found.name} loads {heavy}'\n"
        "print(sum(name.startswith('notegrad.') for name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100
