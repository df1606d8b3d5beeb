"""The report's rows, kinds and groups of answers: who is told, in which order, and what is known of an answer."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notegrad.intake.wanted import Wanted, cell_digest
from notegrad.records import CellRun, ClassList, GradingResult, Handed, RosterEntry, RunReport, Submission
from notegrad.results.report.answer_groups import code_key
from notegrad.results.report.class_rows import dictionary_key
from notegrad.results.report.misconceptions import Misconception
from notegrad.results.report.report_data import Background, report_data
from notegrad.results.report.report_page import to_html
from tests.support.class_report import ABSENT, ALIKE, IDEA, LATE, REJECTED, data_of
from tests.support.class_results import graded, judged, question

ASKED = question("q1", [1.0, 1.0], [False, True])


def result(name: str, *outcomes: str, **changes: object) -> GradingResult:
    return graded(name, [judged(ASKED, outcomes or ("passed", "failed"), ["Faux 1.", "Faux 2."])], **changes)  # type: ignore[arg-type]


def notebook(name: str, code: str = "def f_q1(x):\n    return x", **changes: object) -> Submission:
    return msgspec.structs.replace(Submission(id=name, student=name, cells=(code,)), **changes)


def test_names_are_sorted_as_in_a_dictionary() -> None:
    """Accents and case decide nothing but ties; letters of other alphabets of Europe stand with their like."""
    names = ["Zoé", "Édouard", "eva", "Ærø", "Ángel", "Anne-Lise", "Anne Paul", "Øystein", "Œdipe", "ÉDOUARD"]
    expected = [
        "Ærø",
        "Ángel",
        "Anne-Lise",
        "Anne Paul",
        "ÉDOUARD",
        "Édouard",
        "eva",
        "Œdipe",
        "Øystein",
        "Zoé",
    ]
    assert sorted(names, key=dictionary_key) == expected


@given(st.lists(st.text(max_size=8)).flatmap(lambda names: st.tuples(st.just(names), st.permutations(names))))
def test_any_names_can_be_sorted(both: tuple[list[str], list[str]]) -> None:
    """No name breaks the order, and it does not depend on how the names came."""
    names, shuffled = both
    assert sorted(names, key=dictionary_key) == sorted(shuffled, key=dictionary_key)


def test_each_kind_of_reason_is_told_of_who_it_is_about() -> None:
    """Lateness, absence, alike answers, a death; and of an ordinary student nothing."""
    kinds = {row.student: row.kinds for row in data_of().rows}
    assert all("late" in kinds[name] for name in LATE)
    assert all("alike" in kinds[name] for name in ALIKE)
    assert kinds[ABSENT] == ("absent",)
    assert "death" in kinds["eva Cros"]
    assert kinds["Zoé Abadie"] == ()


@pytest.mark.parametrize(
    ("made", "handed", "kind"),
    [
        (result("a"), notebook("a", among=3), "choice"),
        (result("a"), notebook("a", "def g(x): return 1\ndef h(x): return 2"), "other_assignment"),
        (result("a"), notebook("a", "# sujet"), "untouched"),
        (result("a", run=RunReport(status="ok", cells=(CellRun(index=0, status="timeout"),))), notebook("a"), "cell"),
        (result("a", "passed", "not_judged"), notebook("a"), "not_judged"),
        (result("a", status="not_graded", reason="Panne."), notebook("a"), "not_graded"),
        (result("a", status="unreadable", reason="Vide."), notebook("a"), "unreadable"),
        (result("a", "failed", "failed"), notebook("a"), "zero"),
    ],
)  # fmt: skip
def test_a_kind_has_its_row(made: GradingResult, handed: Submission, kind: str) -> None:
    """What the hand-in and its result show is a kind of the row; a plain one has none."""
    wanted = Wanted(
        names=frozenset({"f_q1", "f_q2", "f_q3", "f_q4"}),
        handout_cells=frozenset({cell_digest("# sujet")}),
        others=(("Autre", frozenset({"g", "h"})),),
    )
    background = Background(wanted=wanted)
    assert kind in report_data([made], [handed], background=background).rows[0].kinds
    plain = "def f_q1(x): return x\ndef f_q2(x): return x"
    assert report_data([result("a")], [notebook("a", plain)], background=background).rows[0].kinds == ()


def test_several_reasons_are_told_apart_on_the_page() -> None:
    """Reasons have no full stop: side by side they would read as one."""
    results = [result("a", "timeout", "skipped")]
    data = report_data(results, [notebook("a")])
    assert len(data.rows[0].reasons) == 2
    told = f'<div class="reason">{" · ".join(data.rows[0].reasons)}</div>'
    assert told in to_html(results, data=data).decode()


def test_of_several_attempts_the_one_that_counts_is_a_row() -> None:
    """With the best attempt, figures and rows are about it alone; where all count, each is one."""
    entry = RosterEntry(name="Ana", key="1")
    handed = tuple(Handed(submission=f"s{n}", students=(entry,), attempt=n) for n in (1, 2))
    results = [result("s1", "passed", "passed"), result("s2", "failed", "failed")]
    for attempts, rows in (("best", ["s1"]), ("latest", ["s2"]), ("all", ["s1", "s2"])):
        data = report_data(results, class_list=ClassList(platform="moodle", attempts=attempts, handed=handed))  # type: ignore[arg-type]
        assert [row.submission for row in data.rows] == rows
        assert data.statistics.submissions == len(rows)


def test_equal_answers_are_one_and_known_by_their_code() -> None:
    """Names, comments and layout do not part answers, a verdict does; the code of answers.yml says which idea it is."""
    renamed = "def f_q1(valeur):\n    # ma réponse\n    return valeur.reshape( -1 ).clone()"
    rejected = REJECTED.replace("q05", "q1")
    assert code_key(renamed) == code_key(rejected)
    results = [result("a"), result("b"), result("c", "passed", "passed"), result("d")]
    notebooks = [notebook("a", rejected), notebook("b", renamed), notebook("c", rejected), notebook("d")]
    known = Background(
        misconceptions={"q1": (Misconception(text=IDEA, fails=(2,), code=rejected),)},
        accepted={"q1": ("def f_q1(x):\n    return x",)},
    )
    data = report_data(results, notebooks, background=known)
    assert [group.submissions for group in data.answers] == [("a", "b"), ("c",), ("d",)]
    assert [group.misconception for group in data.answers] == [IDEA, IDEA, ""]
    assert [group.is_accepted for group in data.answers] == [False, False, True]
    assert {(p.known, p.maybe, p.count) for p in data.patterns} == {(IDEA, (), 2), ("", (IDEA,), 1)}


def test_a_group_has_the_sentence_that_each_of_it_got() -> None:
    """Submissions that fail the same test cases with other messages are no group."""
    other = graded("b", [judged(ASKED, ["passed", "failed"], ["", "Autre chose."])])
    patterns = report_data([result("a"), other]).patterns
    assert [(p.count, p.example) for p in patterns] == [(1, "Autre chose."), (1, "Faux 2.")]
