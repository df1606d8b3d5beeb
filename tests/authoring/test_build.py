"""Building: what comes out of a master notebook, and what a wrong master notebook is told.

The graded check (`test_build_check.py`) is apart; here nothing is executed.
"""

from __future__ import annotations

import io
import json
import shutil
import zipfile

import pytest

from notegrad.authoring.build import build, bundle_path, differences, write
from notegrad.course.bundle import read_bundle
from notegrad.course.config import load_config
from notegrad.errors import BuildError, InputError
from tests.support.course import CONFIG_CELL, DOUBLE, TRIPLE, Course, case, cell, question


def built(course: Course):
    return build(load_config(course.config), course.slug, check=False)


def refused(course: Course) -> str:
    with pytest.raises(BuildError) as caught:
        built(course)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def student_text(course: Course) -> str:
    return "\n".join(content.decode() for content in built(course).student.values())


def test_student_gets_the_visible_tests_and_no_secret(course):
    """The student notebook holds prompts, stubs and visible tests; hidden ones and answers are gone."""
    text = student_text(course)
    assert "test_visible" in text
    assert "double" in text
    for secret in ("test_hidden", "secret_input", "twice_of_it", "43.5", "SOLUTION"):
        assert secret not in text


def test_bundle_holds_what_was_configured_and_all_tests(course):
    """Title and seed of the course, and hidden tests with their messages, reach the autograder bundle."""
    write(built(course), course.root)
    bundle = read_bundle(bundle_path(course.root, course.slug))
    assert (bundle.settings.slug, bundle.settings.title, bundle.settings.seed) == ("tp0", "Un essai", 7)
    assert [name for name, _ in bundle.tests] == ["q1.py", "q2.py"]
    assert "test_hidden" in dict(bundle.tests)["q1.py"]
    assert bundle.otter_config["seed"] == 7


def test_messages_may_hold_quotes_and_backslashes(course):
    """Otter pastes messages unescaped; a quote in one must not break the test file."""
    from otter.test_files import ExceptionTestFile

    source = built(course)
    with zipfile.ZipFile(io.BytesIO(source.autograder)) as archive:
        loaded = ExceptionTestFile.from_string(archive.read("tests/q1.py").decode(), path="q1.py")
    assert loaded.test_cases[1].failure_message == 'double(21) doit valoir "42" (pas \\ autre chose)'


def test_same_sources_give_the_same_bytes(course, tmp_path):
    """Building again, and elsewhere, gives the same bytes, although otter draws cell ids and stamps times."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(course.root, copy, ignore=shutil.ignore_patterns("elsewhere"))
    first, again, other = (
        built(course),
        built(course),
        build(load_config(copy / "otter_config.yml"), "tp0", check=False),
    )
    assert first == again == other


def test_cells_have_distinct_ids_that_survive_an_insertion(course):
    """Ids come from the text: equal cells differ, and a cell put in front changes no other id."""
    course.write([cell("markdown", "A"), cell("markdown", "A"), *DOUBLE])
    ids = [c["id"] for c in json.loads(built(course).student["tp0.ipynb"])["cells"]]
    assert len(set(ids)) == len(ids)
    course.write([cell("markdown", "new"), cell("markdown", "A"), cell("markdown", "A"), *DOUBLE])
    assert set(ids) < {c["id"] for c in json.loads(built(course).student["tp0.ipynb"])["cells"]}


def test_outputs_and_editor_metadata_stay_with_the_author(course):
    """An author's account, run times and outputs never reach students."""
    output = {"output_type": "stream", "name": "stdout", "text": ["printed by the author"]}
    noisy = cell("code", "print('x')", outputs=[output])
    noisy["metadata"] = {
        "executionInfo": {"user": {"displayName": "The Author"}},
        "jupyter": {"is_executing": True},
        "tags": ["keep"],
    }
    course.write([noisy, *DOUBLE])
    text = student_text(course)
    assert "The Author" not in text
    assert "printed by the author" not in text
    assert "is_executing" not in text
    assert "keep" in text


@pytest.mark.parametrize("mark", [{"jupyter": {"source_hidden": True}}, {"cellView": "form"}])
def test_code_that_an_author_folded_is_folded_for_students(course, mark):
    """A folded drawing stays folded in JupyterLab and in Colab, and no other cell is."""
    drawing = cell("code", "# @title A drawing\nprint('drawn')")
    drawing["metadata"] = {**mark, "collapsed": True}
    course.write([drawing, cell("code", "print('seen')"), *DOUBLE])
    cells = json.loads(built(course).student["tp0.ipynb"])["cells"]
    metadata = {"".join(c["source"]): c["metadata"] for c in cells}
    assert metadata["# @title A drawing\nprint('drawn')"] == {
        "cellView": "form",
        "jupyter": {"source_hidden": True},
    }
    assert metadata["print('seen')"] == {}


def test_data_files_go_to_both_bundles_and_answers_to_none(course):
    """`files` reach students and graders; what lies beside them unlisted reaches nobody."""
    (course.folder / "data").mkdir(parents=True)
    (course.folder / "data" / "x.csv").write_text("1,2\n")
    (course.folder / "answers.yml").write_text("accepted: secret")
    course.write([*DOUBLE], CONFIG_CELL + "files:\n    - data/x.csv\n")
    source = built(course)
    assert source.student["data/x.csv"] == b"1,2\n"
    write(source, course.root)
    assert read_bundle(bundle_path(course.root, "tp0")).files == (("data/x.csv", b"1,2\n"),)
    assert "secret" not in student_text(course)


def test_write_replaces_stale_files_and_differences_tell_them(course):
    """What is on disk after building is what was built, nothing of an earlier build."""
    source = built(course)
    write(source, course.root)
    stale = course.root / "student" / "tp0" / "old.txt"
    stale.write_text("old")
    assert differences(source, course.root) == [stale]
    write(source, course.root)
    assert differences(source, course.root) == []
    assert not stale.exists()
    assert sorted(p.name for p in (course.root / "student").iterdir()) == ["tp0"]


def leak(kind: str, text: str, course: Course) -> None:
    course.write([*DOUBLE, *TRIPLE, cell(kind, text)])


@pytest.mark.parametrize("kind", ["markdown", "code"])
@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("assert double(secret_input) == 42", "hidden test case test_hidden of question q1"),
        ("on a\n`assert  triple( 14.5 )==43.5`", "hidden test case test_triple of question q2"),
        ("return x + x + x", "answer of cell"),
        ("twice_of_it = x + x\nreturn twice_of_it", "answer of cell"),
    ],
)
def test_leak_in_a_cell_is_found(course, kind, text, what):
    """A secret copied into prose or into an example is found, whatever its white space."""
    if kind == "code" and text.startswith("on a"):
        text = text.partition("\n")[2].strip("`")
    leak(kind, text, course)
    said = refused(course)
    assert what in said
    assert "student bundle: tp0.ipynb" in said


def test_leak_in_metadata_and_data_files_is_found(course):
    """Every string of every file is searched, not only what a notebook shows."""
    hidden = cell("markdown", "text")
    hidden["metadata"] = {"tags": ["assert double(secret_input) == 42"]}
    course.write([*DOUBLE, hidden])
    assert "metadata, tags" in refused(course)
    (course.folder / "notes.txt").write_text("voir : assert double(secret_input) == 42")
    course.write([*DOUBLE], CONFIG_CELL + "files:\n    - notes.txt\n")
    assert "notes.txt says" in refused(course)
    (course.folder / "answers.yml").write_text("x: 1")
    course.write([*DOUBLE], CONFIG_CELL + "files:\n    - answers.yml\n")
    assert "a file of staff" in refused(course)


def test_lesson_may_share_a_line_with_a_hidden_test(course):
    """A worked example with the same input as a hidden test is teaching, not a leak."""
    leak("code", "secret_input = 21\nprint(double(3))", course)
    assert "secret_input" in student_text(course)


def test_what_a_visible_test_says_is_no_secret(course):
    """A hidden case may repeat a line of a visible one."""
    tests = [
        case("def test_a(f):", "assert f(1.25) == 2.5", points=0),
        case("def test_b(f):", "assert f(1.25) == 2.5\nassert f(4.5) == 9", points=1, hidden=True),
    ]
    course.write(question("q1", "Écrivez f.", "def f(x):\n    return x + x # SOLUTION", tests))
    assert "1.25" in student_text(course)


@pytest.mark.parametrize(
    ("tests", "word"),
    [
        (
            [case("def test_a(f):", "assert f", points=0), case("def test_a(f):", "assert 1", hidden=True)],
            "seule la dernière",
        ),
        ([case("def test_a(f):", "import notegrad.expect", points=0)], "qu’ils n’ont pas"),
        ([case("def test_a(f):", "from notegrad import expect", points=0)], "qu’ils n’ont pas"),
        ([case("def test_a(f):", "assert (f", points=0)], "was never closed"),
    ],
)
def test_wrong_tests_are_told_by_question(course, tests, word):
    """What otter would accept and get wrong silently stops the build, with the question's name."""
    course.write(question("q1", "Écrivez f.", "def f(x):\n    return x # SOLUTION", tests))
    said = refused(course)
    assert word in said
    assert "q1" in said or "tp0.ipynb" in said


@pytest.mark.parametrize(
    ("content", "word"),
    [
        ("{", "not a notebook"),
        ("[]", "not a notebook of format 4"),
        ('{"nbformat": 3, "worksheets": []}', "not a notebook of format 4"),
        ('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', "pas de tests"),
    ],
)
def test_master_that_is_no_notebook_is_refused(course, content, word):
    """A broken master gets one sentence with its path."""
    course.master.write_text(content)
    assert word in refused(course)


def test_unclosed_block_is_told_with_its_cell(course):
    """A question that begins inside another is told with its cell."""
    course.write(DOUBLE[:-1] + TRIPLE)
    assert "cellule 11" in refused(course)


def test_unknown_slug_suggests_the_nearest(course):
    """A misspelt slug names the assignment that was probably meant."""
    with pytest.raises(InputError, match="did you mean 'tp0'"):
        build(load_config(course.config), "tp00", check=False)


def test_nothing_is_installed_from_a_url(course):
    """Requirements and install cells name released packages only."""
    course.write([cell("code", "%pip install git+https://example.org/x"), *DOUBLE])
    assert "from a URL" in refused(course)
    course.write([*DOUBLE], CONFIG_CELL + "requirements:\n    - helper @ https://example.org/x.zip\n")
    assert "no released package" in refused(course)


def test_ok_format_is_built_too(course):
    """Doctest-style tests of older courses build, with hidden cases only in the autograder bundle."""
    tests = ["assert f(1) == 2", "# HIDDEN\nassert f(20.5) == 41"]
    config = CONFIG_CELL.replace("ok_format: false", "ok_format: true")
    course.write(question("q1", "Écrivez f.", "def f(x):\n    return x + x # SOLUTION", tests), config)
    source = built(course)
    assert [c.hidden for c in source.tests[0].cases] == [False, True]
    assert "20.5" not in student_text(course)
    assert b"20.5" in source.autograder
