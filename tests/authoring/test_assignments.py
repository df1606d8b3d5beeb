"""The assignments as their author must find them: well formed, fair to right answers, blind to no wrong one."""

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

ASSIGNMENTS = Path(__file__).parents[2] / "assignments"

# slug -> name of the question -> (course id, None for our own, signature, points): the contract with the course
CONTRACT = {
    "tp1-tenseurs": {
        "q00": (None, "triple(x)", 0.5),
        "q01": ("TP1-01", "suite(n)", 1),
        "q02": ("TP1-02", "grille(l, c)", 1),
        "q03": ("TP1-03", "rempli_comme(x, v)", 1),
        "q04": ("TP1-04", "fiche(x)", 1),
        "q05": ("TP1-05", "cinq(x, y)", 1),
        "q06": ("TP1-06", "cloche(x)", 1),
        "q07": ("TP1-07", "accoler(X, Y, axe)", 1),
        "q08": ("TP1-08", "empiler(vs)", 1),
        "q09": ("TP1-09", "entre(x, a, b)", 1),
        "q10": ("TP1-10", "compte_sup(x, s)", 1),
        "q11": ("TP1-11", "table(a, b)", 2),
        "q12": ("TP1-12", "centrer(X)", 2),
        "q13": ("TP1-13", "extraire(X)", 1),
        "q14": ("TP1-14", "peindre_(X, v)", 2),
        "q15": (None, "une_par_colonne(X, lignes)", 0.5),
        "q16": (None, "un_parmi(c, k)", 0.5),
        "q17": (None, "sans_nan(x, v)", 0.5),
        "q18": (None, "melanger(X, y, graine)", 0.5),
        "q19": (None, "erreur_quadratique(p, y)", 0.5),
    },
    "tp2-memoire": {
        "q00": (None, "octets(t)", 0.5),
        "q01": ("TP2-01", "meme_memoire(a, b)", 1),
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
        "q15": (None, "vers(x, appareil, dtype)", 0.5),
    },
    "tp3-algebre-lineaire": {
        "q00": ("TP3-00", "en_colonne(x)", 1),
        "q01": ("TP3-01", "transposer(M)", 1),
        "q02": ("TP3-02", "est_symetrique(M)", 1),
        "q03": ("TP3-03", "hadamard(M, N)", 1),
        "q04": ("TP3-04", "scalaire(x, y)", 1),
        "q05": ("TP3-05", "mat_vec(M, x)", 1),
        "q06": ("TP3-06", "produit(M, N)", 1),
        "q07": ("TP3-07", "tranche(X, k)", 1),
        "q08": ("TP3-08", "affine(a, X, b)", 1),
        "q09": ("TP3-09", "somme_axe(X, axe)", 1),
        "q10": ("TP3-10", "moyenne(X)", 1),
        "q11": ("TP3-11", "parts(M)", 1),
        "q12": ("TP3-12", "cumul(X, axe)", 1),
        "q13": ("TP3-13", "norme(x)", 1),
        "q14": ("TP3-14", "standardiser(X)", 1),
        "q15": ("TP3-15", "argmin_par_ligne(M)", 1),
        "q16": ("TP3-16", "somme_deux_axes(X, a, b)", 1),
        "q17": ("TP3-17", "norme1(x)", 1),
        "q18": ("TP3-18", "cote_a_cote(X)", 1),
        "q19": ("TP3-19", "distances(A, B)", 1),
    },
    "tp4-derivation": {
        "q00": ("TP4-00", "derivee(f, a)", 1),
        "q01": ("TP4-01", "feuille(x)", 1),
        "q02": ("TP4-02", "deux_xx(x)", 1),
        "q03": ("TP4-03", "gradient(f, x)", 2),
        "q04": ("TP4-04", "formule_juste(f, g, x)", 1),
        "q05": ("TP4-05", "deux_gradients(f1, f2, x)", 1),
        "q06": ("TP4-06", "gradient_somme(f, x)", 1),
        "q07": ("TP4-07", "vjp(f, x, v)", 1),
        "q08": ("TP4-08", "jacobienne(f, x)", 1),
        "q09": ("TP4-09", "gradient_gele(g, x)", 1),
        "q10": ("TP4-10", "pas_(w, f, lr)", 2),
        "q11": ("TP4-11", "evaluer(f, x)", 1),
        "q12": ("TP4-12", "exp_plus_un(x)", 1),
        "q13": ("TP4-13", "seconde(f, x)", 1),
        "q14": ("TP4-14", "grossir(x, seuil)", 1),
        "q15": ("TP4-15", "plus_grand_ecart(f, x, h)", 1),
        "q16": ("TP4-16", "ajuster(X, y, lr, pas)", 2),
    },
    "tp5-reseau": {
        "q01": ("TP5-01", "class Lineaire(nn.Module)", 2),
        "q02": ("TP5-02", "class Perceptron(nn.Module)", 2),
        "q03": ("TP5-03", "class Paires(torch.utils.data.Dataset)", 2),
        "q04": ("TP5-04", "decouper(X, y, taille, graine)", 2),
        "q05": ("TP5-05", "un_pas(modele, optimiseur, X, y)", 2),
        "q06": ("TP5-06", "entrainer(modele, lots, epoques, lr)", 3),
        "q07": ("TP5-07", "exactitude(modele, X, y)", 2),
        "q08": ("TP5-08", "perte_penalisee(modele, X, y, lam)", 1),
        "q09": ("TP5-09", "arret_precoce(modele, epoque, valider, patience, maximum)", 2),
        "q10": ("TP5-10", "reprendre(modele, octets)", 2),
    },
}
# what is asked for no points: a warm-up, challenges whose operations are counted
FREE = {
    "tp1-tenseurs": {"qdefi": "damier(n)"},
    "tp2-memoire": {"qdefi": "diagonale(X)"},
    "tp3-algebre-lineaire": {"qdefi": "trace_produit(A, B)"},
    "tp4-derivation": {"qdefi": "courbure(f, x, v)"},
    "tp5-reseau": {"q00": "combien_de_reglages(modele)", "qdefi": "perte_stable(scores, y)"},
}
SLUGS = [slug for slug in CONTRACT if (ASSIGNMENTS / slug).is_dir()]
QUESTIONS = [(slug, name) for slug in SLUGS for name in CONTRACT[slug]]

FREE_QUESTIONS = [(slug, name) for slug in SLUGS for name in FREE[slug]]

each_assignment = pytest.mark.parametrize("slug", SLUGS)
each_question = pytest.mark.parametrize(("slug", "name"), QUESTIONS)
each_free_question = pytest.mark.parametrize(("slug", "name"), FREE_QUESTIONS)


@cache
def notebook(slug: str) -> nbformat.NotebookNode:
    return nbformat.read(ASSIGNMENTS / slug / f"{slug}.ipynb", as_version=nbformat.NO_CONVERT)


@cache
def test_sources(slug: str) -> dict[str, str]:
    """The test files that otter makes, hidden cases included."""
    assignment = Assignment({})
    assignment.master, assignment.lang = Path(f"{slug}.ipynb"), "python"
    manager = AssignmentTestsManager(assignment)
    transformed = NotebookTransformer(assignment, manager).transform_notebook(copy.deepcopy(notebook(slug)))
    transformed.write_tests("", include_hidden=True, force_files=False)
    return dict(transformed.nbmeta_config.tests)


test_sources.__test__ = False


@cache
def test_file(slug: str, name: str) -> ExceptionTestFile:
    return ExceptionTestFile.from_string(test_sources(slug)[name], path=name)


test_file.__test__ = False


@cache
def answers(slug: str) -> dict:
    return yaml.safe_load((ASSIGNMENTS / slug / "answers.yml").read_text(encoding="utf-8"))["questions"]


def cell_source(slug: str, cell_id: str) -> str:
    return next(cell.source for cell in notebook(slug).cells if cell.id == cell_id)


def answer_cell(slug: str, name: str) -> str:
    return cell_source(slug, f"{name}-answer")


def first_line(signature: str) -> str:
    """The line with which an answer of that signature begins, a function's or a class's."""
    return f"{signature}:\n" if signature.startswith("class ") else f"def {signature}:\n"


def failures(slug: str, name: str, code: str, seed: int) -> dict[int, str]:
    """Numbers of the failing test cases, with otter's messages, of one answer run in this process."""
    environment = {"torch": torch, "nn": torch.nn, "np": np, "copy": copy, "io": io, "math": math}
    torch.manual_seed(seed)
    torch.set_grad_enabled(True)  # a wrong answer may have switched it off for the whole program
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(cell_source(slug, "operations"), environment)
        exec(code, environment)
        test_file(slug, name).run(environment)
    torch.set_grad_enabled(True)
    results = test_file(slug, name).test_case_results
    return {number: r.message for number, r in enumerate(results, 1) if not r.passed}


@each_assignment
def test_the_master_is_a_valid_notebook_without_outputs(slug):
    """Format 4.5 with stable, unique, speaking cell ids; kernelspec python3; nothing executed."""
    master = notebook(slug)
    nbformat.validate(master)
    assert (master.nbformat, master.nbformat_minor) == (4, 5)
    assert master.metadata.kernelspec.name == "python3"
    assert all(re.fullmatch(r"[a-z0-9-]{4,40}", cell.id) for cell in master.cells)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in master.cells)


@each_assignment
def test_the_questions_are_those_of_the_course(slug):
    """Names, signatures and points are part of the contract, and make twenty points."""
    graded = [name for name in test_sources(slug) if name not in FREE[slug]]
    assert graded == list(CONTRACT[slug])
    for name, (course, signature, points) in CONTRACT[slug].items():
        assert answer_cell(slug, name).startswith(first_line(signature))
        assert answers(slug)[name].get("course") == course
        assert sum(case.points for case in test_file(slug, name).test_cases) == pytest.approx(points)
        prompt = cell_source(slug, f"{name}-prompt")
        plural, in_french = "s" if points > 1 else "", str(points).replace(".", ",")
        assert re.match(rf"### Question {int(name[1:])} · .* \({in_french} point{plural}\)", prompt)
    assert sum(points for _, _, points in CONTRACT[slug].values()) == 20


@each_free_question
def test_what_earns_no_points_hides_nothing(slug, name):
    """A warm-up or a challenge: one visible case, no point, told in its title; fair and sharp all the same."""
    cases = test_file(slug, name).test_cases
    assert [(case.points, case.hidden) for case in cases] == [(0, False)]
    assert re.match(r"### (Défi|Échauffement) · .* \(sans points\)", cell_source(slug, f"{name}-prompt"))
    assert answer_cell(slug, name).startswith(first_line(FREE[slug][name]))
    stub = "\n".join(replace_solutions(answer_cell(slug, name).splitlines(), "python"))
    for wrong in (stub, "", *(answer["code"] for answer in answers(slug)[name]["rejected"])):
        assert failures(slug, name, wrong, 1), wrong
    for right in (answer_cell(slug, name), *(answer["code"] for answer in answers(slug)[name]["accepted"])):
        assert failures(slug, name, right, 1) == {}, right


@each_question
def test_the_points_lie_on_the_hidden_cases(slug, name):
    """The rule on the first page: a tenth for the visible cases, half for the last, which asks everything at once."""
    cases = test_file(slug, name).test_cases
    visible = [case for case in cases if not case.hidden]
    hidden = [case for case in cases if case.hidden]
    assert 1 <= len(visible) <= 2
    assert len(hidden) >= 3
    assert all(case.points > 0 for case in cases)
    total = sum(case.points for case in cases)
    assert sum(case.points for case in visible) == pytest.approx(total / 10)
    assert test_sources(slug)[name].rpartition("\ndef ")[2].startswith("test_tout_ensemble(")
    assert cases[-1].hidden
    assert cases[-1].points == pytest.approx(total / 2)


@each_question
def test_every_hidden_case_has_a_sentence_for_the_student(slug, name):
    """One French sentence that survives otter's template; visible cases need none."""
    for case in test_file(slug, name).test_cases:
        if case.hidden:
            assert case.failure_message
            assert not re.search(r'["\\\n{}]', case.failure_message)
            assert 30 <= len(case.failure_message) <= 220
            assert case.failure_message.endswith((".", "?"))


@each_question
def test_test_functions_are_named_apart_and_self_contained(slug, name):
    """Otter drops a case whose name comes twice; a case sees only its parameters and what it imports."""
    functions = [
        node for node in ast.parse(test_sources(slug)[name]).body if isinstance(node, ast.FunctionDef)
    ]
    assert (
        len({function.name for function in functions})
        == len(functions)
        == len(test_file(slug, name).test_cases)
    )
    signature = CONTRACT[slug][name][1]
    for function, case in zip(functions, test_file(slug, name).test_cases, strict=True):
        assert [a.arg for a in function.args.args] == [signature.removeprefix("class ").split("(")[0]]
        imported = {
            a.name for node in ast.walk(function) if isinstance(node, ast.ImportFrom) for a in node.names
        }
        assert ("expect" in imported) == case.hidden
        if not case.hidden:
            assert "notegrad" not in ast.unparse(function)


@each_question
def test_the_untouched_notebook_passes_no_case(slug, name):
    """What the student starts from earns nothing, so no test case passes by accident."""
    stub = "\n".join(replace_solutions(answer_cell(slug, name).splitlines(), "python"))
    assert stub.endswith("    ...")
    assert sorted(failures(slug, name, stub, 0)) == list(range(1, len(test_file(slug, name).test_cases) + 1))


@each_question
def test_a_missing_function_passes_no_case(slug, name):
    """A deleted answer cell earns nothing either."""
    assert len(failures(slug, name, "", 0)) == len(test_file(slug, name).test_cases)


@each_question
def test_right_answers_pass_every_case(slug, name):
    """The reference and every accepted answer, whatever the inputs drawn: false refusals are the worst fault."""
    accepted = answers(slug)[name]["accepted"]
    assert len(accepted) >= 4
    for seed in (1, 2):
        assert failures(slug, name, answer_cell(slug, name), seed) == {}
        for answer in accepted:
            assert failures(slug, name, answer["code"], seed) == {}, answer["id"]


@each_question
def test_wrong_answers_fail_where_they_should(slug, name):
    """Each listed misconception is caught by exactly the test cases named beside it."""
    for answer in answers(slug)[name]["rejected"]:
        assert answer["misconception"]
        assert answer["fails"]
        seen = set(failures(slug, name, answer["code"], 3)) - set(answer.get("sometimes", ()))
        assert sorted(seen) == answer["fails"], answer["id"]


@each_assignment
def test_wrong_answers_keep_little(slug):
    """What a question is about weighs: a listed wrong answer never keeps half of the points, on average much less."""
    kept = []
    for name in CONTRACT[slug]:
        cases = test_file(slug, name).test_cases
        total = sum(case.points for case in cases)
        for answer in answers(slug)[name]["rejected"]:
            failing = {*answer["fails"], *answer.get("sometimes", ())}
            lost = sum(cases[number - 1].points for number in failing)
            kept.append(1 - lost / total)
            assert lost > total / 2, answer["id"]
    assert sum(kept) / len(kept) <= 0.3


@each_assignment
def test_answer_ids_are_unique(slug):
    """Reports speak of answers by id."""
    ids = [
        answer["id"]
        for q in answers(slug).values()
        for kind in ("accepted", "rejected")
        for answer in q[kind]
    ]
    assert len(ids) == len(set(ids))


@each_assignment
def test_every_hidden_case_is_needed_by_some_wrong_answer(slug):
    """A test case that no listed wrong answer fails protects nothing."""
    for name in CONTRACT[slug]:
        caught = {number for answer in answers(slug)[name]["rejected"] for number in answer["fails"]}
        assert caught == set(range(1, len(test_file(slug, name).test_cases) + 1))
