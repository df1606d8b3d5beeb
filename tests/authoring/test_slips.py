"""Slips of an author: each is refused by the build, in a sentence that names the cell, the cause and the cure."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notegrad.authoring.build import build
from notegrad.cli.main import run
from notegrad.course.config import load_config
from notegrad.errors import BuildError
from notegrad.messages.typography import ascii_spaces
from tests.support.course import CONFIG_CELL, Course

CASES = Path(__file__).parents[1] / "cases"

Cells = list[nbformat.NotebookNode]

VISIBLE = '""" # BEGIN TEST CONFIG\npoints: 0\n""" # END TEST CONFIG\ndef test_v(f):\n    assert f(1) == 2'
HIDDEN = (
    '""" # BEGIN TEST CONFIG\npoints: 1\nhidden: true\nfailure_message: "La valeur est fausse."\n'
    '""" # END TEST CONFIG\ndef test_h(f):\n    assert f(21) == 42'
)
ANSWER = "def f(x):\n    # BEGIN SOLUTION\n    return x + x\n    # END SOLUTION"


def raw(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_raw_cell(source)


def code(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source)


def prose(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(source)


def good() -> Cells:
    """A master without slips: configuration (cell 1), then question q1 in cells 2 to 11."""
    return [
        raw(CONFIG_CELL),
        raw("# BEGIN QUESTION\nname: q1"),
        prose("Écrivez `f`."),
        raw("# BEGIN SOLUTION"),
        code(ANSWER),
        raw("# END SOLUTION"),
        raw("# BEGIN TESTS"),
        code(VISIBLE),
        code(HIDDEN),
        raw("# END TESTS"),
        raw("# END QUESTION"),
    ]


def second(name: str = "q2") -> Cells:
    """A second question, cells 12 to 20, whose hidden test says what no other does."""
    cells = good()[1:]
    cells[0] = raw(f"# BEGIN QUESTION\nname: {name}")
    cells[3] = code("def g(x):\n    return 3 * x # SOLUTION")
    cells[6:8] = [
        code(HIDDEN.replace("test_h(f)", "test_secret(g)").replace("f(21) == 42", "g(21.5) == 64.5"))
    ]
    return cells


def put(number: int, *cells: nbformat.NotebookNode) -> Cells:
    """The good master with other cells in the place of one, counted from 1 as an author does."""
    made = good()
    made[number - 1 : number] = cells
    return made


def changed(number: int, old: str, new: str) -> Cells:
    """The good master with one change of the text of one cell."""
    made = good()
    assert old in made[number - 1].source
    made[number - 1].source = made[number - 1].source.replace(old, new)
    return made


def retyped(make: Callable[[str], nbformat.NotebookNode], *numbers: int) -> Cells:
    """The good master and a second question, with cells turned into another kind."""
    made = [*good(), *second()]
    for number in numbers:
        made[number - 1] = make(made[number - 1].source)
    return made


def written(course: Course, cells: Cells, **metadata: object) -> Course:
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    course.folder.mkdir(parents=True, exist_ok=True)
    course.master.write_text(nbformat.writes(notebook), encoding="utf-8")
    return course


def refused(course: Course) -> str:
    with pytest.raises(BuildError) as caught:
        build(load_config(course.config), course.slug, check=False)
    said = str(caught.value)
    assert str(course.root) not in said  # paths are as the author sees them
    return said


Q2_MARKS = (12, 14, 16, 17, 19, 20)

# What the author did; the cells; what the sentence must name: cell, cause, what to do.
SLIPS: dict[str, tuple[Cells, tuple[str, ...]]] = {
    # marks that otter does not see
    "all marks of a question in Markdown": (
        retyped(prose, 2, 4, 6, 7, 10, 11),
        ("cellule 2 (Markdown, « # BEGIN QUESTION »)", "texte brut", "cellules 4, 6, 7, 10, 11"),
    ),
    "marks of the second question in Markdown": (
        retyped(prose, *Q2_MARKS),
        ("cellule 12 (Markdown", "changez le type", "14, 16, 17, 19, 20"),
    ),
    "one mark in Markdown": (retyped(prose, 7), ("cellule 7 (Markdown", "# BEGIN TESTS", "texte brut")),
    "a mark in Markdown, as a bold line": (
        put(7, prose("**# BEGIN TESTS**")),
        ("cellule 7 (Markdown", "# BEGIN TESTS"),
    ),
    "marks of the second question in code": (
        retyped(code, *Q2_MARKS),
        ("cellule 12 (code", "seule dans une cellule de texte brut"),
    ),
    "one mark in code": (retyped(code, 4), ("cellule 4 (code", "# BEGIN SOLUTION", "texte brut")),
    "an END mark in the test cell": (
        put(9, code(f"{HIDDEN}\n# END TESTS")),
        ("cellule 9 (code", "# END TESTS", "texte brut"),
    ),
    "a misspelt mark": (
        changed(4, "SOLUTION", "SOLTUION"),
        ("cellule 4 (texte brut", "# BEGIN SOLTUION", "voulez-vous dire « # BEGIN SOLUTION »"),
    ),
    "a mark in the singular": (changed(7, "TESTS", "TEST"), ("cellule 7", "# BEGIN TEST »", "# BEGIN TESTS")),
    "a mark without its space": (changed(10, "# END", "#END"), ("cellule 10", "#END TESTS", "# END TESTS")),
    "a mark with an underscore": (
        changed(10, "END T", "END_T"),
        ("cellule 10", "# END_TESTS", "# END TESTS"),
    ),
    "a mark in French": (
        put(11, raw("# FIN QUESTION")),
        ("cellule 11", "# FIN QUESTION", "voulez-vous dire « # END QUESTION »"),
    ),
    "a mark after a blank line": (
        [*good(), *[raw(f"\n{c.source}") if c.cell_type == "raw" else c for c in second()]],
        ("cellule 12 (texte brut", "ligne 2", "supprimez les lignes vides"),
    ),
    "a mark with a blank before it": (
        changed(7, "# BEGIN", " # BEGIN"),
        ("cellule 7", "espace devant la marque", "supprimez"),
    ),
    "a mark below its keys": (
        put(2, raw("name: q1\n# BEGIN QUESTION")),
        ("cellule 2", "ligne 2", "première ligne"),
    ),
    "a forgotten BEGIN QUESTION above its keys": (
        put(2, raw("name: q1\npoints: 2")),
        ("cellule 2", "name:", "# BEGIN QUESTION"),
    ),
    "two marks in one cell": (
        [*good()[:5], raw("# END SOLUTION\n# BEGIN TESTS"), *good()[7:]],
        ("cellule 6", "# BEGIN TESTS", "une cellule de texte brut"),
    ),
    "a test in the cell of its mark": (
        [*good()[:6], raw(f"# BEGIN TESTS\n{VISIBLE}"), *good()[8:]],
        ("cellule 7", "sous la marque", "une cellule à elles"),
    ),
    "a raw cell with half a mark": (put(7, raw("# THE TESTS")), ("cellule 7", "# THE TESTS", "TESTS")),
    "an otter fence that is misspelt": (
        put(7, prose("```Otter\n# BEGIN TESTS\n```")),
        ("cellule 7 (Markdown", "# BEGIN TESTS"),
    ),
    "a lesson that otter would leave out": (
        put(3, prose("# Ignorer les NaN\nÉcrivez `f`.")),
        ("cellule 3 (Markdown", "# ignore", "autrement"),
    ),
    # blocks
    "END TESTS forgotten": (
        [*good()[:9], *good()[10:]],
        ("cellule 10", "# BEGIN TESTS", "# END TESTS", "cellule 7"),
    ),
    "END QUESTION forgotten": ([*good()[:10], *second()], ("cellule 11", "cellule 2", "# END QUESTION")),
    "END QUESTION forgotten at the end": (good()[:10], ("cellule 2", "jamais fermé", "# END QUESTION")),
    "BEGIN TESTS forgotten": ([*good()[:6], *good()[7:]], ("cellule 9", "# BEGIN TESTS")),
    "BEGIN QUESTION forgotten": (
        [*good()[:1], *good()[2:]],
        ("cellule 3", "# BEGIN SOLUTION", "hors de toute question"),
    ),
    "a solution inside the tests": (
        [*good()[:9], raw("# BEGIN SOLUTION"), raw("# END SOLUTION"), *good()[9:]],
        ("cellule 10", "# BEGIN TESTS", "cellule 7"),
    ),
    # tests that would be lost, or shown
    "a test below END TESTS": (
        [*good()[:8], good()[9], good()[8], good()[10]],
        ("cellule 10 (code", "test_h", "hors du bloc de tests", "# END TESTS"),
    ),
    "a test below END QUESTION": ([*good()[:8], *good()[9:], good()[8]], ("cellule 11 (code", "test_h")),
    "two functions in a test cell": (
        put(9, code(f"{HIDDEN}\n\ndef test_i(f):\n    assert f(1) == 99")),
        ("cellule 9 (code", "test_i", "une fonction par cellule"),
    ),
    "an assert below the function": (
        put(9, code(f"{HIDDEN}\nassert f(2) == 4")),
        ("cellule 9 (code", "assert f(2) == 4", "sous test_h"),
    ),
    "a helper before the function": (
        changed(9, "def test_h", "def aide(x):\n    return x\n\ndef test_h"),
        ("cellule 9 (code", "def aide(x):", "dans test_h"),
    ),
    "an import before the function": (
        changed(9, "def test_h", "import math\ndef test_h"),
        ("cellule 9", "import math", "importez dans le test"),
    ),
    "a constant before the function": (
        changed(9, "def test_h", "N = 21\ndef test_h"),
        ("cellule 9", "N = 21"),
    ),
    "a test of two configurations": (
        put(9, code(f"{HIDDEN}\n{VISIBLE}")),
        ("cellule 9", "deuxième configuration", "une cellule à lui"),
    ),
    "asserts without a function": (put(9, code("assert f(2) == 4")), ("cellule 9", "def test_")),
    "two tests of one name": (
        put(9, code(HIDDEN.replace("test_h", "test_v"))),
        ("cellule 9", "test_v", "cellule 8", "seule la dernière"),
    ),
    "a Markdown cell between the tests": (
        put(8, code(VISIBLE), prose("Le test caché :")),
        ("cellule 9 (Markdown", "que des cellules de code"),
    ),
    "a test in a raw cell": (put(9, raw(HIDDEN)), ("cellule 9 (texte brut", "que des cellules de code")),
    "a test in a raw cell below END TESTS": (
        [*good()[:8], *good()[9:], raw(HIDDEN)],
        ("cellule 11 (texte brut", "test_h", "hors du bloc de tests"),
    ),
    "an empty test cell": (put(8, code(VISIBLE), code("")), ("cellule 9 (code", "vide")),
    "a question with points and without tests": (
        [*changed(2, "q1", "q1\npoints: 1")[:6], good()[10], *second()],
        ("cellule 2", "q1", "aucun test", "manual: true"),
    ),
    "a test that is decorated": (
        put(9, code("@test_case(points=1, hidden=True)\ndef test_h(f):\n    assert f(21) == 42")),
        ("cellule 9", "test_case", "BEGIN TEST CONFIG"),
    ),
    # configurations
    "hiden: true": (changed(9, "hidden", "hiden"), ("cellule 9", "hiden", "voulez-vous dire « hidden »")),
    "hidden: oui": (changed(9, "true", "oui"), ("cellule 9", "hidden: oui", "hidden: true")),
    "hidden: 'true'": (changed(9, "true", "'true'"), ("cellule 9", "hidden: true")),
    "Hidden: true": (changed(9, "hidden", "Hidden"), ("cellule 9", "Hidden", "voulez-vous dire « hidden »")),
    "hidden without a value": (changed(9, "hidden: true", "hidden: #true"), ("cellule 9", "hidden: true")),
    "an empty configuration": (changed(8, "points: 0\n", ""), ("cellule 8", "vide", "points: 1")),
    "the configuration below a question": (
        [*good()[1:], good()[0], *second()],
        ("cellule 11 (texte brut", "en tête", "cellule 1"),
    ),
    "hidden twice": (
        changed(9, "hidden: true", "hidden: true\nhidden: false"),
        ("cellule 9", "hidden", "deux fois"),
    ),
    "hidden:true": (changed(9, "hidden: true", "hidden:true"), ("cellule 9", "YAML")),
    "a tab in the configuration": (
        changed(9, "hidden: true", "\thidden: true"),
        ("cellule 9", "ligne 3", "tabulation", "espaces"),
    ),
    "a configuration below a blank line": (
        changed(9, '""" # BEGIN', '\n""" # BEGIN'),
        ("cellule 9", "ligne 2", "test caché serait montré"),
    ),
    "a configuration below a comment": (
        changed(9, '""" # BEGIN', '# la valeur\n""" # BEGIN'),
        ("cellule 9", "ligne 2", "en tête"),
    ),
    "a misspelt configuration mark": (
        changed(9, "BEGIN TEST CONFIG", "BEGIN TEST CONFG"),
        ("cellule 9", "BEGIN TEST CONFG", '""" # BEGIN TEST CONFIG'),
    ),
    "a configuration without its beginning": (
        changed(9, '""" # BEGIN TEST CONFIG', '"""'),
        ("cellule 9", '""" # BEGIN TEST CONFIG'),
    ),
    "a configuration without its end": (
        changed(9, " # END TEST CONFIG", ""),
        ("cellule 9", '""" # END TEST CONFIG'),
    ),
    "a misspelt HIDDEN": (
        put(9, code("# HIDEN\ndef test_h(f):\n    assert f(21) == 42")),
        ("cellule 9", "# HIDDEN"),
    ),
    "HIDDEN below the function's head": (
        put(9, code("def test_h(f):\n    # HIDDEN\n    assert f(21) == 42")),
        ("cellule 9", "ligne 2", "en tête"),
    ),
    "a message that is a list": (
        changed(9, '"La valeur est fausse."', "[faux]"),
        ("cellule 9", "failure_message", "guillemets"),
    ),
    "ASSIGNMENT CONFIG forgotten": (good()[1:], ("# ASSIGNMENT CONFIG", "ok_format: false")),
    "ASSIGNMENT CONFIG without its mark": (
        changed(1, "# ASSIGNMENT CONFIG\n", ""),
        ("cellule 1", "init_cell:", "# ASSIGNMENT CONFIG"),
    ),
    "ok_format left out": (
        changed(1, "    ok_format: false\n", ""),
        ("cellule 8", "test_v", "ok_format: false", "ASSIGNMENT CONFIG"),
    ),
    "ok_fromat": (
        changed(1, "ok_format", "ok_fromat"),
        ("cellule 1", "tests.ok_fromat", "voulez-vous dire « tests.ok_format »"),
    ),
    "ok_format: non": (
        changed(1, "ok_format: false", "ok_format: non"),
        ("cellule 1", "tests.ok_format: false"),
    ),
    "ok_format that is not indented": (
        changed(1, "    ok_format", "ok_format"),
        ("cellule 1", "ok_format", "« tests: »", "en retrait"),
    ),
    "export_cell: fase": (
        changed(1, "export_cell: false", "export_cell: fase"),
        ("cellule 1", "export_cell: false"),
    ),
    "two quotes instead of three": (changed(9, '""" # BEGIN', '"" # BEGIN'), ("cellule 9", "Python refuse")),
    "a data file that is no list": (
        changed(1, "init_cell", "files: data.csv\ninit_cell"),
        ("cellule 1", "files: [data.csv]"),
    ),
    "a data file that is not there": (
        changed(1, "init_cell", "files: [data.csv]\ninit_cell"),
        ("cellule 1", "data.csv", "ajoutez le fichier"),
    ),
    # questions and points
    "two questions of one name": (
        [*good(), *second("q1")],
        ("cellule 12", "q1", "cellule 2", "chacune son nom"),
    ),
    "names that differ in case": ([*good(), *second("Q1")], ("cellule 12", "Q1", "cellule 2")),
    "a name that is a number": (changed(2, "q1", "1.10"), ("cellule 2", "1.10", "guillemets", '"1.10"')),
    "a name that is a whole number": (changed(2, "q1", "1"), ("cellule 2", "nombre", '"1"')),
    "a name with a slash": (changed(2, "q1", "q1/a"), ("cellule 2", "q1/a", "« / »")),
    "a name with a quote": (changed(2, "q1", """'q"1'"""), ("cellule 2", '« " »')),
    "a name that is yes": (changed(2, "q1", "yes"), ("cellule 2", "yes", "guillemets")),
    "no name": (changed(2, "name: q1", "points: 1"), ("cellule 2", "name: q1")),
    "a misspelt name": (changed(2, "name:", "nam:"), ("cellule 2", "nam", "« name »")),
    "manual: oui": (changed(2, "q1", "q1\nmanual: oui"), ("cellule 2", "manual: oui", "manual: true")),
    "negative points": (changed(9, "points: 1", "points: -1"), ("cellule 9", "points: -1")),
    "negative points of a question": (changed(2, "q1", "q1\npoints: -2"), ("cellule 2", "points: -2")),
    "points that are a word": (
        changed(9, "points: 1", "points: un"),
        ("cellule 9", "points: un", "points: 1"),
    ),
    "points with a comma": (changed(9, "points: 1", "points: 0,5"), ("cellule 9", "points: 0.5")),
    "points that are true": (changed(9, "points: 1", "points: true"), ("cellule 9", "points: True")),
    "points without end": (changed(9, "points: 1", "points: .inf"), ("cellule 9", "points: inf")),
    "all points zero": (changed(9, "points: 1", "points: 0"), ("cellule 2", "q1", "0 point")),
    "no points of a question with a hidden test": (
        changed(2, "q1", "q1\npoints: 0")[:8] + changed(9, "points: 1", "points: 0")[8:],
        ("cellule 2", "0 point"),
    ),
    "points that do not add up": (changed(2, "q1", "q1\npoints: 3"), ("cellule 2", "1 point,", "annonce 3")),
    "more points than the question has": (changed(2, "q1", "q1\npoints: 0.5"), ("cellule 2", "annonce 0.5")),
    "a list of points too short": (
        changed(2, "q1", "q1\npoints: [1]"),
        ("cellule 2", "1 nombre pour 2 tests"),
    ),
    "a total that does not add up": (
        changed(1, "init_cell", "generate:\n    points_possible: 20\ninit_cell"),
        ("cellule 1", "donnent 1", "annonce 20"),
    ),
    # answers
    "an answer without a mark": (
        put(5, code("def f(x):\n    return x + x")),
        ("cellule 5 (code", "sans marque", "# SOLUTION"),
    ),
    "a second answer without a mark": (
        put(5, code(ANSWER), code("def aide(x):\n    return x * 2")),
        ("cellule 6 (code", "sans marque"),
    ),
    "solution marks in lower case": (
        put(5, code(ANSWER.lower())),
        ("cellule 5 (code", "# begin solution", "majuscules"),
    ),
    "# Solution": (put(5, code("def f(x):\n    return x + x # Solution")), ("cellule 5", "# Solution")),
    "# SOLTUION": (put(5, code("def f(x):\n    return x + x # SOLTUION")), ("cellule 5", "# SOLTUION »")),
    "END SOLUTION misspelt": (
        changed(5, "END SOLUTION", "END SOLUTON"),
        ("cellule 5", "END SOLUTON", "ligne 2"),
    ),
    "END SOLUTION in the code forgotten": (
        changed(5, "\n    # END SOLUTION", ""),
        ("cellule 5", "ligne 2", "# END SOLUTION"),
    ),
    "BEGIN SOLUTION in the code forgotten": (
        changed(5, "    # BEGIN SOLUTION\n", ""),
        ("cellule 5", "# BEGIN SOLUTION"),
    ),
    "half of a statement marked": (
        put(5, code("def f(x):\n    return (x # SOLUTION\n            + x)")),
        ("cellule 5", "moitié d’une instruction"),
    ),
    "an answer without a mark or a solution block": (
        [*good()[:3], code("def f(x):\n    return x + x"), *good()[6:]],
        ("cellule 4 (code", "sans marque"),
    ),
    "an answer outside of the solution block": (
        [*good()[:3], *good()[4:5], *good()[6:]],
        ("cellule 4 (code", "# BEGIN SOLUTION", "hors d’un bloc"),
    ),
    # Python
    "a tab among spaces": (
        changed(9, "    assert", "    x = 1\n\tassert"),
        ("cellule 9", "ligne 8", "inconsistent use of tabs", "espaces"),
    ),
    "an answer with a tab among spaces": (
        put(5, code("def f(x):\n    y = x\n\treturn x + y # SOLUTION")),
        ("cellule 5", "ligne 3", "inconsistent use of tabs"),
    ),
    "a test that is no Python": (changed(9, "== 42", "== (42"), ("cellule 9", "ligne 7", "never closed")),
    "an import missing in the test": (
        [code("import numpy as np"), *changed(9, "assert f(21)", "assert np.abs(f(21))")],
        ("cellule 10", "test_h", "np", "import numpy as np"),
    ),
    "torch missing in the test": (
        changed(9, "assert f(21)", "assert torch.tensor(f(21))"),
        ("cellule 9", "import torch"),
    ),
    "a helper of the notebook in the test": (
        [code("def aide(x):\n    return x"), *changed(9, "f(21) ==", "aide(f(21)) ==")],
        ("cellule 10", "aide", "paramètre du test"),
    ),
    "a misspelt parameter": (
        [code("def double_de(x):\n    return x"), *changed(9, "test_h(f)", "test_h(f, doubel_de)")],
        ("cellule 10", "doubel_de", "voulez-vous dire double_de"),
    ),
    "a parameter from nowhere": (
        changed(9, "test_h(f)", "test_h(f, xyz)"),
        ("cellule 9", "xyz", "aucune cellule"),
    ),
    "a misspelt variable in the test": (
        changed(9, "assert f(21)", "attendu = 42\n    assert f(atendu)"),
        ("cellule 9", "atendu", "voulez-vous dire attendu"),
    ),
}


@pytest.mark.parametrize("what", SLIPS)
def test_a_slip_is_refused_with_cell_cause_and_cure(course, what):
    """No slip that leaks or loses a test passes the build, and its sentence says where and what to do."""
    cells, named = SLIPS[what]
    said = ascii_spaces(refused(written(course, cells)))
    assert said.startswith("assignments/tp0/tp0.ipynb")
    for words in named:
        assert words in said, said


def test_a_wrong_kernel_is_named(course):
    """A notebook of another language is refused by its kernel's name, before its cells are looked at."""
    spec = {"name": "ir", "display_name": "R", "language": "R"}
    said = refused(written(course, good(), kernelspec=spec))
    assert "tp0.ipynb\xa0: le noyau du notebook est «\xa0R\xa0»" in said


def test_sentences_are_in_the_course_s_language(course):
    """An English course reads English."""
    course.config.write_text("language: en\n", "utf-8")
    said = refused(written(course, SLIPS["one mark in Markdown"][0]))
    assert "cell 7 (Markdown, “# BEGIN TESTS”): the mark" in said
    assert "Raw" in said


KINDS = {
    "K04/b01-une-question-sur-deux-en-markdown": ("cellule 12 (Markdown",),
    "K04/c01e-espace-avant": ("cellule 12 (texte brut", "ligne vide"),
    "K05/a13b-deux-fonctions-une-cellule": ("cellule 9 (code", "test_i"),
    "K13/a01-blocs-en-markdown": ("cellule 2 (Markdown", "texte brut"),
    "K13/a08b-solution-minuscule": ("cellule 5 (code", "question q1", "# begin solution", "majuscules"),
    "K13/a09-noms-nombres": ("cellule 2", "1.1", "guillemets"),
    "K13/b30c-hidden-oui": ("cellule 9 (code", "question q1", "hidden: oui", "hidden: true"),
    "K14/c09-nom-double-points": ("cellule 11", "q1", "cellule 2"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_known_case_is_refused_and_nothing_is_written(tmp_path, monkeypatch, capsys, kind):
    """The inputs that once leaked or lost a test leave no student bundle behind."""
    course = tmp_path / "course"
    shutil.copytree(CASES / kind, course)
    monkeypatch.chdir(course)
    assert run(["build", "--no-check"]) == 2
    said = capsys.readouterr().err
    for words in KINDS[kind]:
        assert words in said
    assert not (course / "student").exists()
    assert not (course / "autograder").exists()


FENCE = "```otter\n{}\n```"
OWN_FORMS: dict[str, Cells] = {
    "the plain master": good(),
    "lower-case raw marks": [
        raw(c.source.replace("BEGIN", "begin")) if c.cell_type == "raw" else c for c in good()
    ],
    "otter fences in Markdown": [
        prose(FENCE.format(c.source)) if c.cell_type == "raw" else c for c in good()
    ],
    "fences within one Markdown cell": [
        *good()[:1],
        prose(
            f"{FENCE.format('# BEGIN QUESTION' + chr(10) + 'name: q1')}\n\nÉcrivez.\n\n{FENCE.format('# BEGIN SOLUTION')}"
        ),
        *good()[4:],
    ],
    "a prompt of its own": [
        *good()[:3],
        raw("# BEGIN PROMPT"),
        code("def f(x):\n    ..."),
        raw("# END PROMPT"),
        raw("# BEGIN SOLUTION"),
        code("def f(x): # SOLUTION NO PROMPT\n    return x + x # SOLUTION NO PROMPT"),
        *good()[5:],
    ],
    "a prompt within the solution": put(
        5,
        code(
            '# BEGIN SOLUTION NO PROMPT\ndef f(x):\n    return x + x\n# END SOLUTION\n""" # BEGIN PROMPT\ndef f(x):\n    ...\n""" # END PROMPT'
        ),
    ),
    "points as a list": [
        *changed(2, "q1", "q1\npoints: [0, 2]")[:7],
        code(VISIBLE.replace("points: 0\n", "hidden: false\n")),
        code(HIDDEN.replace("points: 1\n", "")),
        *good()[9:],
    ],
    "points for each": [
        *changed(2, "q1", "q1\npoints:\n    each: 2")[:7],
        code(HIDDEN.replace("points: 1\n", "")),
        *good()[9:],
    ],
    "HIDDEN as a comment": put(9, code("# HIDDEN\ndef test_h(f):\n    assert f(21) == 42")),
    "a function and its call": put(9, code(f"{HIDDEN}\n\ntest_h(f)")),
    "the environment as a parameter": put(9, code(HIDDEN.replace("test_h(f)", "test_h(env, f)"))),
    "a configuration with a name": put(9, code(f"_ = {HIDDEN}")),
    "a manual question": [
        *good(),
        raw("# BEGIN QUESTION\nname: q2\nmanual: true\npoints: 3"),
        prose("Pourquoi ?"),
        raw("# BEGIN SOLUTION"),
        prose("Parce que."),
        raw("# END SOLUTION"),
        raw("# END QUESTION"),
    ],
    "ignored cells and lines": [
        prose("## Ignore ##\n# BEGIN QUESTION"),
        code("# ignore\ndef test_brouillon(f): pass"),
        *good(),
    ],
    "a raw cell of prose": [raw("\\newcommand{\\R}{\\mathbb{R}}"), *good()],
    "headings that are no marks": [prose("# Question 1\n## Tests\n# La solution"), *good()],
    "a call beside the answer": put(5, code(ANSWER), code("f(3)")),
    "a remark above the answer": put(5, code(f"## solution ##\n{ANSWER}")),
    "a question without tests": [
        *good(),
        raw("# BEGIN QUESTION\nname: q2"),
        raw("# BEGIN SOLUTION"),
        code("y = 3 # SOLUTION"),
        raw("# END SOLUTION"),
        raw("# END QUESTION"),
    ],
    "IPython's own lines": put(5, code(f"%matplotlib inline\n{ANSWER}")),
    "a seed": [
        raw(f"{CONFIG_CELL}generate:\n    seed: 42\n    seed_variable: rng"),
        code("rng = 42 # SEED"),
        *good()[1:],
    ],
    "a question without points or tests": [
        *good(),
        raw("# BEGIN QUESTION\nname: q2\npoints: 0"),
        prose("Jouez avec `f`."),
        raw("# END QUESTION"),
    ],
    "answers stripped everywhere": [
        raw(f"{CONFIG_CELL}strip_solutions_from_all_cells: true"),
        code("y = 3 # SOLUTION"),
        *good()[1:],
    ],
}


@pytest.mark.parametrize("form", OWN_FORMS)
def test_otter_s_own_forms_are_built(course, form):
    """A master that otter takes and that is right is not refused, and the hidden test stays hidden."""
    written(course, OWN_FORMS[form])
    made = build(load_config(course.config), course.slug, check=False)
    assert made.tests[0].question == "q1"
    assert any(case.hidden for case in made.tests[0].cases)
    assert b"f(21)" not in made.student["tp0.ipynb"]


SECRETS = ("f(21)", "21.5", "return x + x", "3 * x", "test_h", "test_secret")
MARKS = (1, 2, 4, 6, 7, 10, 11, *Q2_MARKS)
EDITS: dict[str, Callable[[str, int], str]] = {
    "a character left out": lambda text, at: text[:at] + text[at + 1 :],
    "a character doubled": lambda text, at: text[:at] + text[at : at + 1] + text[at:],
    "two characters exchanged": lambda text, at: (
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
    ),
    "a blank put in": lambda text, at: f"{text[:at]} {text[at:]}",
    "a line broken": lambda text, at: f"{text[:at]}\n{text[at:]}",
    "a line above": lambda text, at: f"\n{text}",
    "lower case": lambda text, at: text.lower(),
    "another kind of cell": lambda text, at: text,
}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    number=st.sampled_from(MARKS),
    edit=st.sampled_from(sorted(EDITS)),
    at=st.integers(0, 30),
    make=st.sampled_from([prose, code]),
)
def test_no_slip_in_a_mark_publishes_a_secret_or_loses_a_test(course, number, edit, at, make):
    """Whatever is mistyped in a raw cell, the build refuses it or makes the same tests and tells students nothing."""
    cells = [*good(), *second()]
    text = cells[number - 1].source
    cells[number - 1] = (make if edit == "another kind of cell" else raw)(EDITS[edit](text, at % len(text)))
    written(course, cells)
    try:
        made = build(load_config(course.config), course.slug, check=False)
    except BuildError as error:
        assert "tp0.ipynb" in str(error)
        return
    assert sorted(c.name for t in made.tests for c in t.cases) == ["test_h", "test_secret", "test_v"]
    handed_out = made.student["tp0.ipynb"].decode()
    assert not [secret for secret in SECRETS if secret in handed_out]


def test_doctests_are_built_without_a_configuration(course):
    """Otter's default format needs no configuration, and no function."""
    cells = [*good()[1:7], code("f(1) == 2"), code("# HIDDEN\nf(21) == 42"), *good()[9:]]
    made = build(load_config(written(course, cells).config), course.slug, check=False)
    assert [case.hidden for case in made.tests[0].cases] == [False, True]


def test_a_student_s_function_may_be_called_like_a_test(course):
    """What the tests ask for by name is the student's to write, whatever its name."""
    cells = changed(5, "def f", "def test_moyenne")
    cells[7].source = VISIBLE.replace("test_v(f)", "test_v(test_moyenne)").replace("f(1)", "test_moyenne(1)")
    cells[8].source = HIDDEN.replace("test_h(f)", "test_h(test_moyenne)").replace("f(21)", "test_moyenne(21)")
    made = build(load_config(written(course, cells).config), course.slug, check=False)
    handed_out = ["".join(cell["source"]) for cell in json.loads(made.student["tp0.ipynb"])["cells"]]
    assert "def test_moyenne(x):\n    ..." in handed_out
