"""TP2 as a course author must find it: well formed, fair to right answers, blind to no listed wrong one."""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import math
import re
import warnings
from functools import cache
from pathlib import Path

import nbformat
import numpy as np
import pytest
import torch
import yaml
from otter.assign.assignment import Assignment
from otter.assign.notebook_transformer import NotebookTransformer
from otter.assign.solutions import replace_solutions
from otter.assign.tests_manager import AssignmentTestsManager
from otter.test_files import ExceptionTestFile

FOLDER = Path(__file__).parents[2] / "assignments" / "tp2-memoire"

# name -> (course id, signature, points): the contract with the course
CONTRACT = {
    "q01": ("TP2-01", "meme_memoire(a, b)", 2),
    "q02": ("TP2-02", "somme_neuve(X, Y)", 1),
    "q03": ("TP2-03", "ajouter_(X, Y)", 1),
    "q04": ("TP2-04", "dans(X, Y, Z)", 1),
    "q05": ("TP2-05", "dans_sans_temporaire(X, Y, Z)", 2),
    "q06": ("TP2-06", "ligne(X, i)", 1),
    "q07": ("TP2-07", "copie(x)", 2),
    "q08": ("TP2-08", "aplatir_vue(X)", 2),
    "q09": ("TP2-09", "annuler_negatifs_(X)", 1),
    "q10": ("TP2-10", "lignes_independantes(v, n)", 2),
    "q11": ("TP2-11", "echanger_(X, i, j)", 2),
    "q12": ("TP2-12", "numpy_partage(t)", 1),
    "q13": ("TP2-13", "tenseur_independant(a)", 1),
    "q14": ("TP2-14", "en_scalaire(t)", 1),
}
NAMES = list(CONTRACT)


@cache
def notebook() -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / "tp2-memoire.ipynb", as_version=nbformat.NO_CONVERT)


@cache
def test_sources() -> dict[str, str]:
    """The test files that otter makes, hidden cases included."""
    assignment = Assignment({})
    assignment.master, assignment.lang = Path("tp2-memoire.ipynb"), "python"
    manager = AssignmentTestsManager(assignment)
    transformed = NotebookTransformer(assignment, manager).transform_notebook(copy.deepcopy(notebook()))
    transformed.write_tests("", include_hidden=True, force_files=False)
    return dict(transformed.nbmeta_config.tests)


test_sources.__test__ = False


@cache
def test_file(name: str) -> ExceptionTestFile:
    return ExceptionTestFile.from_string(test_sources()[name], path=name)


test_file.__test__ = False


@cache
def answers() -> dict:
    return yaml.safe_load((FOLDER / "answers.yml").read_text(encoding="utf-8"))["questions"]


def answer_cell(name: str) -> str:
    return next(cell.source for cell in notebook().cells if cell.id == f"{name}-answer")


def failures(name: str, code: str, seed: int) -> dict[int, str]:
    """Numbers of the failing test cases, with otter's messages, of one answer run in this process."""
    environment = {"torch": torch, "np": np, "copy": copy}
    torch.manual_seed(seed)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(code, environment)
        test_file(name).run(environment)
    results = test_file(name).test_case_results
    return {number: r.message for number, r in enumerate(results, 1) if not r.passed}


def test_the_master_is_a_valid_notebook_without_outputs():
    """Format 4.5 with stable, unique, speaking cell ids; kernelspec python3; nothing executed."""
    master = notebook()
    nbformat.validate(master)
    assert (master.nbformat, master.nbformat_minor) == (4, 5)
    assert master.metadata.kernelspec.name == "python3"
    assert all(re.fullmatch(r"[a-z0-9-]{4,40}", cell.id) for cell in master.cells)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in master.cells)


def test_the_questions_are_those_of_the_course():
    """Names, signatures and points are part of the contract, and make twenty points."""
    assert list(test_sources()) == NAMES
    for name, (course, signature, points) in CONTRACT.items():
        assert answer_cell(name).startswith(f"def {signature}:\n")
        assert answers()[name]["course"] == course
        assert sum(case.points for case in test_file(name).test_cases) == points
        prompt = next(cell.source for cell in notebook().cells if cell.id == f"{name}-prompt")
        plural = "s" if points > 1 else ""
        assert re.match(rf"### Question {int(name[1:])} · .* \({points} point{plural}\)", prompt)
    assert sum(points for _, _, points in CONTRACT.values()) == 20


@pytest.mark.parametrize("name", NAMES)
def test_the_points_lie_on_the_hidden_cases(name):
    """One or two visible cases, worth a fifth of the question at most; several hidden ones with own points."""
    cases = test_file(name).test_cases
    visible = [case for case in cases if not case.hidden]
    hidden = [case for case in cases if case.hidden]
    assert 1 <= len(visible) <= 2
    assert len(hidden) >= 4
    assert all(case.points > 0 for case in cases)
    share = sum(case.points for case in visible) / sum(case.points for case in cases)
    assert share <= 0.2 or math.isclose(share, 0.2)


@pytest.mark.parametrize("name", NAMES)
def test_every_hidden_case_has_a_sentence_for_the_student(name):
    """One French sentence that survives otter's template; visible cases need none."""
    for case in test_file(name).test_cases:
        if case.hidden:
            assert case.failure_message
            assert not re.search(r'["\\\n{}]', case.failure_message)
            assert 30 <= len(case.failure_message) <= 220
            assert case.failure_message.endswith((".", "?"))


@pytest.mark.parametrize("name", NAMES)
def test_test_functions_are_named_apart_and_self_contained(name):
    """Otter drops a case whose name comes twice; a case sees only its parameters and what it imports."""
    functions = [node for node in ast.parse(test_sources()[name]).body if isinstance(node, ast.FunctionDef)]
    assert len({function.name for function in functions}) == len(functions) == len(test_file(name).test_cases)
    signature = CONTRACT[name][1]
    for function, case in zip(functions, test_file(name).test_cases, strict=True):
        assert [a.arg for a in function.args.args] == [signature.split("(")[0]]
        imported = {
            a.name for node in ast.walk(function) if isinstance(node, ast.ImportFrom) for a in node.names
        }
        assert ("expect" in imported) == case.hidden
        if not case.hidden:
            assert "notegrad" not in ast.unparse(function)


@pytest.mark.parametrize("name", NAMES)
def test_the_untouched_notebook_passes_no_case(name):
    """What the student starts from earns nothing, so no test case passes by accident."""
    stub = "\n".join(replace_solutions(answer_cell(name).splitlines(), "python"))
    assert stub.endswith("    ...")
    assert sorted(failures(name, stub, 0)) == list(range(1, len(test_file(name).test_cases) + 1))


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_function_passes_no_case(name):
    """A deleted answer cell earns nothing either."""
    assert len(failures(name, "", 0)) == len(test_file(name).test_cases)


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_pass_every_case(name):
    """The reference and every accepted answer, whatever the inputs drawn: false refusals are the worst fault."""
    accepted = answers()[name]["accepted"]
    assert len(accepted) >= 4
    for seed in (1, 2):
        assert failures(name, answer_cell(name), seed) == {}
        for answer in accepted:
            assert failures(name, answer["code"], seed) == {}, answer["id"]


@pytest.mark.parametrize("name", NAMES)
def test_wrong_answers_fail_where_they_should(name):
    """Each listed misconception is caught by exactly the test cases named beside it."""
    for answer in answers()[name]["rejected"]:
        assert answer["misconception"]
        assert answer["fails"]
        assert sorted(failures(name, answer["code"], 3)) == answer["fails"], answer["id"]


def test_answer_ids_are_unique():
    """Reports speak of answers by id."""
    ids = [
        answer["id"] for q in answers().values() for kind in ("accepted", "rejected") for answer in q[kind]
    ]
    assert len(ids) == len(set(ids))


def test_every_hidden_case_is_needed_by_some_wrong_answer():
    """A test case that no listed wrong answer fails protects nothing."""
    for name in NAMES:
        caught = {number for answer in answers()[name]["rejected"] for number in answer["fails"]}
        assert caught == set(range(1, len(test_file(name).test_cases) + 1))
