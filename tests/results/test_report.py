"""The report on a class: one file that holds all it shows, and hints about answers that are alike."""

from __future__ import annotations

import json
import random
import re
import time
from xml.etree import ElementTree as ET

import msgspec
import pytest

from notegrad.records import Question, Submission
from notegrad.results.report.figures import case_failures, heat_map, histogram, question_shares
from notegrad.results.report.report_data import Background, report_data, to_report_json
from notegrad.results.report.report_page import to_html
from notegrad.results.report.similarity import alike_pairs, erased, tokens
from notegrad.results.report.statistics import class_statistics
from tests.support.class_results import graded, judged, question, random_class

ANSWER = """
def f_q{n}(x, y):
    total = x.sum(dim=0) * {k}
    for ligne in range({k}):
        total = total + y[ligne] - {n}
    return total.reshape(-1)
"""
QUESTIONS = [Question(name=f"q{n}", points=1.0, test_cases=(), asks_for=(f"f_q{n}",)) for n in (1, 2, 3, 4)]


def notebook(id_: str, *salts: int) -> Submission:
    """A notebook whose answers differ from those with other salts."""
    cells = tuple(ANSWER.format(n=n, k=salt) for n, salt in enumerate(salts, 1))
    return Submission(id=id_, student=id_, cells=cells)


CLASS = [notebook(f"s{i:02}", 100 + i, 200 + i, 300 + i, 400 + i) for i in range(20)]


def renamed(source: str) -> str:
    """The same code in other words: names, comments, docstring and layout changed."""
    source = source.replace("total", "somme").replace("ligne", "i").replace("x", "a").replace("y", "b")
    return source.replace("):\n    somme", '):\n    """Ma réponse."""\n\n    # je calcule\n    somme', 1)


def test_a_copied_notebook_is_found_whatever_its_names():
    """Names, comments and layout hide nothing; the pair is named with its questions."""
    thief = Submission(id="zz", student="zz", cells=tuple(map(renamed, CLASS[3].cells)))
    (pair,) = alike_pairs([*CLASS, thief], QUESTIONS)
    assert (pair.first, pair.second) == ("s03", "zz")
    assert (pair.same, pair.renamed) == ((), ("q1", "q2", "q3", "q4"))
    assert pair.bits > 12


def test_a_verbatim_copy_is_told_from_a_renamed_one():
    """Both kinds are said apart: identical with names kept weighs as `same`."""
    thief = Submission(id="zz", student="zz", cells=(*CLASS[3].cells[:2], *map(renamed, CLASS[3].cells[2:])))
    (pair,) = alike_pairs([*CLASS, thief], QUESTIONS)
    assert (pair.same, pair.renamed) == (("q1", "q2"), ("q3", "q4"))


def with_lines_added(source: str) -> str:
    """Lines without effect after each line of the function."""
    head, *lines = source.strip("\n").splitlines()
    padded = [f"{line}\n{line[: len(line) - len(line.lstrip())]}_ = {n}" for n, line in enumerate(lines[:-1])]
    padded[1] = lines[1]  # nothing may stand between `for` and its body
    return "\n".join([head, "    unused = []", *padded, "    _ = 0; del _", lines[-1]])


def reordered(source: str) -> str:
    """A helper before the function, and the first two lines of it in another order."""
    head, first, *rest = source.strip("\n").splitlines()
    return "\n".join(["def helper(z):", "    return z", "", head, "    n = 0", *rest[:-1], first, rest[-1]])


@pytest.mark.parametrize(
    "disguise", [with_lines_added, reordered, lambda source: renamed(with_lines_added(reordered(source)))]
)
def test_a_copy_in_disguise_is_found(disguise):
    """Lines that do nothing, definitions and lines in another order, and other names hide no copy."""
    cells = tuple(map(disguise, CLASS[3].cells))
    assert cells != CLASS[3].cells
    (pair,) = alike_pairs([*CLASS, Submission(id="zz", student="zz", cells=cells)], QUESTIONS)
    assert (pair.first, pair.second) == ("s03", "zz")
    assert pair.renamed == ("q1", "q2", "q3", "q4")


def test_the_same_idea_in_two_hands_is_no_copy():
    """Two honest answers with one method, each written by another hand, share too few of their runs."""
    one = """
def f_q{n}(x, y):
    resultat = torch.zeros(x.shape[1])
    for i in range(x.shape[0]):
        resultat = resultat + x[i] * {k}
    for j in range(len(y)):
        resultat -= y[j] / {n}
    return resultat
"""
    other = """
def f_q{n}(x, y):
    lignes, colonnes = x.shape
    somme = torch.zeros(colonnes, dtype=x.dtype)
    for ligne in x:
        somme += {k} * ligne
    for valeur in y:
        somme = somme - valeur / {n}
    return somme
"""
    pair = [
        Submission(id=id_, student=id_, cells=tuple(text.format(n=n, k=500 + n) for n in (1, 2, 3, 4)))
        for id_, text in (("one", one), ("two", other))
    ]
    assert alike_pairs([*CLASS, *pair], QUESTIONS) == ()
    assert alike_pairs([*CLASS[:3], *pair], QUESTIONS) == ()


def test_answers_that_many_have_say_nothing():
    """The answer of a quarter of the class is the exercise's, not a neighbour's."""
    assert alike_pairs([*CLASS, *(notebook(f"t{i}", 7, 7, 7, 7) for i in range(7))], QUESTIONS) == ()


def test_one_common_answer_is_chance():
    """A single question is too little to name two people."""
    assert alike_pairs([*CLASS, notebook("zz", 103, 1, 2, 3)], QUESTIONS) == ()


def test_the_handout_and_unfinished_answers_say_nothing():
    """Two students who left the same questions as they were given did not copy."""
    given = notebook("given", 8, 8, 8, 8).cells
    lazy = [Submission(id=f"t{i}", student="", cells=given) for i in range(2)]
    assert alike_pairs([*CLASS, *lazy], QUESTIONS, given) == ()
    dots = tuple(cell.replace("return total.reshape(-1)", "...") for cell in given)
    assert (
        alike_pairs([*CLASS, *(Submission(id=f"t{i}", student="", cells=dots) for i in range(2))], QUESTIONS)
        == ()
    )


def test_short_answers_are_found_twice_by_chance():
    """One-liners that two in twenty write are no coincidence worth a word."""
    cells = tuple(f"def f_q{n}(x):\n    return x.T" for n in (1, 2, 3, 4))
    assert (
        alike_pairs([*CLASS, *(Submission(id=f"t{i}", student="", cells=cells) for i in range(2))], QUESTIONS)
        == ()
    )


def test_tokens_leave_out_what_costs_nothing_to_change():
    """Comments, docstrings, blank lines and indentation; names once they are erased, attributes not."""
    first = tokens('def f(a):\n    """Doc."""\n    # mot\n    return a.sum() + "x"\n')
    assert first == tokens('def f(a):\n\n  return a.sum()  +  "x"')
    assert erased(tokens("b.sum(b, c)")) == erased(tokens("u.sum(u, v)"))
    assert erased(tokens("b.sum()")) != erased(tokens("b.mean()"))
    assert tokens("x = (1,\n'")[:5] == tokens("x = (1,")


def figures() -> list[str]:
    results, _ = random_class(12)
    asked = class_statistics(results).questions
    return [
        histogram([1.0, 2.0, 2.0], high=20, title="A & B", description="<b>", label="note", count="copies"),
        question_shares(asked, title="Q", description="d", words=("a", "b", "c"), label="%"),
        case_failures(
            asked, title="C", description="d", label="%",
            words={k: k for k in ("failed", "errored", "timeout", "skipped")},
        ),
        heat_map([[0.0, 1.0]] * 3, ["q1", "$x^2$ <&>"], title="M", description="d", labels=("a", "b")),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def drawn() -> list[str]:
    return figures()


def test_figures_are_pictures_with_words(drawn):
    """Each is well-formed, says what it is to who cannot see it, and brings no style sheet or address along."""
    for svg in drawn:
        root = ET.fromstring(svg.replace("xlink:", ""))
        assert root.get("role") == "img"
        assert root.get("aria-label")
        assert [child.tag for child in root][:2] == ["title", "desc"]
        assert not re.search(r"<style|<script|http|#0[1-9]0[1-9]0[1-9]", svg)
    assert "A &amp; B" in drawn[0]


def test_figures_are_the_same_each_time(drawn):
    """The same class gives the same bytes, so that reports can be compared."""
    assert figures() == drawn


def test_the_page_is_whole_and_refers_to_nothing_outside():
    """Identifiers are unique across figures, links stay on the page or lead to results, one script is there."""
    results, submissions = random_class(12)
    data = report_data(results, submissions, title="TP")
    links = {r.submission: f"results/{r.submission}/feedback-published.html" for r in results}
    page = to_html(results, data=data, links=links, title="TP").decode()
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    targets = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert all(t.startswith(("#", "results/", "data:image/png;base64,")) for t in targets)
    assert {t[1:] for t in targets if t.startswith("#")} <= set(ids)
    assert set(re.findall(r"url\(#([\w-]+)\)", page)) <= set(ids)
    assert page.count("<script") == 1
    assert page.count("<svg") == 5


def test_the_data_file_holds_what_the_page_shows():
    """report.json has the figures, the wrong answers and the hints, for other tools."""
    results, submissions = random_class(12)
    data = report_data(results, submissions, title="TP")
    document = json.loads(to_report_json(data))
    assert document["schema_version"] == 1
    assert document["statistics"]["submissions"] == 12
    assert len(document["statistics"]["questions"]) == 4
    assert document["messages"][0]["count"] >= 1
    assert to_report_json(report_data(results, submissions, title="TP")) == to_report_json(data)


def test_test_cases_that_tell_nobody_apart_are_named():
    """What everybody passes, and what nobody does, is said by name."""
    asked = question("q1", [1.0, 1.0, 1.0], [True] * 3)
    results = [
        graded(str(i), [judged(asked, ["passed", "failed", "passed" if i else "failed"])]) for i in range(3)
    ]
    page = to_html(results).decode()
    assert "Tests que tout le monde réussit (1 sur 3)\xa0: q1 - 1." in page
    assert "Tests que personne ne réussit (1 sur 3)\xa0: q1 - 2." in page


def test_what_wants_a_look_is_listed_with_its_reason():
    """Crashes, zeros, unreadable files and failures of ours; nobody else."""
    results, _ = random_class(3)
    asked = results[0].questions[0].question
    stopped = graded(
        "stop", [judged(asked, ["passed"] * 3)], status="crashed", reason="Le processus est mort."
    )
    zero = graded("zero", [judged(asked, ["failed"] * 3)])
    fine = graded("fine", [judged(asked, ["passed"] * 3)])
    ours = graded("ours", (), status="not_graded", reason="Panne.")
    data = report_data([stopped, zero, fine, ours])
    assert [(look.submission, len(look.reasons)) for look in data.look] == [
        ("stop", 1),
        ("zero", 1),
        ("ours", 1),
    ]
    assert "Panne." in data.look[2].reasons[0]


def test_a_known_misconception_is_named_on_the_page():
    """With the course's answers at hand the page says which wrong idea fails these very test cases."""
    from notegrad.results.report.misconceptions import Misconception

    asked = question("q1", [1.0, 1.0], [True, True])
    results = [graded(str(i), [judged(asked, ["passed", "failed"], ["", "Faux."])]) for i in range(2)]
    known = Background(misconceptions={"q1": (Misconception(text="reshape copie <toujours>", fails=(2,)),)})
    page = to_html(results, data=report_data(results, background=known)).decode()
    assert "reshape copie &lt;toujours&gt;" in page


def test_staff_read_which_cases_have_no_verdict_and_why():
    """A test case that could not be judged is named in the report, with its count and its reason, as text."""
    asked = question("q1", [1.0, 1.0], [True, True])
    lacking = judged(asked, ["passed", "not_judged"])
    told = msgspec.structs.replace(lacking.test_cases[1], detail="the test asks for <numba>")
    results = [graded("a", [msgspec.structs.replace(lacking, test_cases=(lacking.test_cases[0], told))])]
    results.append(graded("b", [judged(asked, ["passed", "passed"])]))
    page = to_html(results, language="en").decode()
    assert "1 test case without a verdict:" in page
    assert re.search(r"<li>q1: [^<]*2[^<]*: 1/2 \(the test asks for &lt;numba&gt;\)</li>", page)


@pytest.mark.slow
def test_the_report_of_a_big_course_takes_time_in_proportion_and_opens():
    """Ten times the class takes some ten times as long, not a hundred; and a browser can open the page."""
    spent_s, pages = [], []
    for count in (100, 1_000):
        results, submissions = random_class(count, questions=14, cases=6)
        started = time.process_time()
        pages.append(to_html(results, data=report_data(results, submissions)))
        spent_s.append(time.process_time() - started)
    assert spent_s[1] < 40 * spent_s[0]
    assert len(pages[1]) < 3_000_000


def test_an_honest_class_names_nobody():
    """Students who each draw their answers from the few usual ones agree often, and are no pair."""
    draw = random.Random(3)
    usual = [[ANSWER.format(n=n, k=k) for k in range(4)] for n in (1, 2, 3, 4)]
    honest = [
        Submission(id=f"s{i:03}", student="", cells=tuple(draw.choice(ways) for ways in usual))
        for i in range(60)
    ]
    assert alike_pairs(honest, QUESTIONS) == ()
