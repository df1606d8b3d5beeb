"""A module that is asked for and is not installed here costs nobody a point; one that a student chose is said."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from notegrad.cli.main import EXIT_NOT_GRADED, run
from notegrad.course.bundle import Bundle
from notegrad.grading import Grader
from notegrad.records import GradingResult, Limits, Submission
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import AssignmentSettings, Handout
from tests.support.confined_graders import confined_sandbox
from tests.support.foreign_rows import ForeignRow, write_code_cells

LIMITS = Limits(wall_s=40, cell_wall_s=5, test_case_wall_s=5)
HEAD = 'from otter.test_files import test_case\nOK_FORMAT = False\nname = "q7"\npoints = None\n'
TESTS = (
    HEAD
    + "@test_case(points=1)\ndef test_f(f):\n    assert f(1) == 2\n@test_case(points=1)\ndef test_g(g):\n    assert g(1) == 2\n"
)
ASKING = (
    TESTS
    + "@test_case(points=1)\ndef test_h(g):\n    if g(1) == 3:\n        import math, absent_module as a\n        a.check(g)\n"
)
SETTINGS = AssignmentSettings(slug="x", title="x", language="en", limits=LIMITS, judge="auto")

ASKED = {
    "requirement": Bundle(settings=SETTINGS, tests=(("q7.py", TESTS),), requirements=("absent-module",)),
    "test": Bundle(settings=SETTINGS, tests=(("q7.py", ASKING),)),
    "handout": Bundle(
        settings=AssignmentSettings(
            slug="x",
            title="x",
            language="en",
            limits=LIMITS,
            handout=Handout(imports={"s": "absent_module.stats"}),
        ),
        tests=(("q7.py", TESTS),),
    ),
}
NOT_ASKED = Bundle(
    settings=SETTINGS, tests=(("q7.py", TESTS),), files=(("given/__init__.py", b""), ("data.py", b"x = 1"))
)

G = "def g(x): return 2 * x"
MISSING = {
    "cell": (f"import math, absent_module.stats as s\n{G}", "def f(x): return 2 * x"),
    "function": (G, "def f(x):\n    from absent_module import twice\n    return twice(x)"),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with confined_sandbox(LIMITS) as made:
        yield made


def graded(bundle: Bundle, sandbox: Sandbox, cells: tuple[str, ...], **handed: object) -> GradingResult:
    with Grader(bundle, sandbox=sandbox) as grader:
        return grader.grade(Submission(id="a", student="a", cells=cells, **handed))


@pytest.mark.parametrize("cells", MISSING.values(), ids=MISSING)
@pytest.mark.parametrize("bundle", ASKED.values(), ids=ASKED)
def test_what_the_assignment_asks_for_and_is_not_here_makes_no_zero(
    bundle: Bundle, cells: tuple[str, ...], sandbox: Sandbox
) -> None:
    """Where a package, the handout or a test says that the module ought to be here, there is no mark."""
    result = graded(bundle, sandbox, cells)
    assert result.status == "not_graded"
    assert "pip install absent_module" in (result.reason or "")
    assert result.max_score == len(result.questions[0].test_cases)


@pytest.mark.parametrize("cells", MISSING.values(), ids=MISSING)
def test_what_a_student_chose_is_graded_and_said(cells: tuple[str, ...], sandbox: Sandbox) -> None:
    """The mark stands, and a note tells students and staff of the module."""
    result = graded(NOT_ASKED, sandbox, cells)
    assert result.status == "graded"
    assert result.score == 1
    assert any("absent_module" in note for note in result.notes)


SILENT = {
    "caught": ("try:\n    import absent_module\nexcept ImportError:\n    pass", G, "def f(x): return 2 * x"),
    "written": ("open('absent_mod.py', 'w').write('')\nimport absent_module  # absent_module.py", G, "f = g"),
    "of the bundle": ("from given import nothing", G, "f = g"),
    "a module of a package that is here": ("import json.nothing", G, "f = g"),
    "raised though it is here": ("raise ModuleNotFoundError(\"No module named 'json'\")", G, "f = g"),
}


@pytest.mark.parametrize("cells", SILENT.values(), ids=SILENT)
def test_what_is_no_missing_installation_is_graded_without_a_word(
    cells: tuple[str, ...], sandbox: Sandbox
) -> None:
    """Caught, a file of the student's or of the bundle's own, or here after all: nobody has to install it."""
    result = graded(NOT_ASKED, sandbox, cells)
    assert (result.status, result.score, result.notes) == ("graded", 2, ())


def test_a_module_that_was_handed_in_is_theirs(sandbox: Sandbox) -> None:
    """One that raises for want of another of its own is the student's."""
    files = (("absent_module/__init__.py", b"from absent_module import stats"),)
    result = graded(ASKED["requirement"], sandbox, ("import absent_module", G, "f = g"), files=files)
    assert result.status == "graded"


def test_the_command_says_what_is_missing_before_and_after(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The terminal names the packages at once, then who could not be graded; no mark is in the gradebook."""
    row = ForeignRow(kind="x", right="", wrong="", doctest=">>> f(1)\n2\n")
    bundle = row.write_bundle(tmp_path / "hw.zip")
    with zipfile.ZipFile(bundle, "a") as archive:
        archive.writestr(
            "environment.yml", json.dumps({"dependencies": [{"pip": ["absent-module", "numpy"]}]})
        )
    (tmp_path / "in").mkdir()
    for name, cell in (
        ("ana", "def f(x): return 2 * x"),
        ("bob", "import absent_module\nf = absent_module.f"),
    ):
        write_code_cells(tmp_path / "in" / f"{name}.ipynb", [cell])
    arguments = ["--lang", "en", "grade", bundle, tmp_path / "in", "--out", tmp_path / "out", "--csv", "en"]
    assert run([str(argument) for argument in arguments]) == EXIT_NOT_GRADED
    said = capfd.readouterr().err
    assert "asks for 1 package that is not installed here: absent-module;" in said
    assert "bob: not graded (il manque absent_module" in said
    gradebook = (tmp_path / "out/gradebook.csv").read_text("utf-8-sig")
    assert "ana,ana,graded,1," in gradebook
    assert "bob,bob,not_graded,," in gradebook
