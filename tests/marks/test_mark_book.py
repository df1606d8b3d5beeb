"""A class's marks: whose they are, what is refused in one sentence, and that nothing else is lost with it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notegrad.marks.final_mark import machine_result, mark_of
from notegrad.marks.mark_book import MarkBook, mark_book
from notegrad.marks.overrides import read_overrides
from notegrad.records import ClassList, GradingResult, Handed, RosterEntry
from notegrad.settings import LateSettings
from tests.support.class_results import graded, judged, question
from tests.support.marks import entry

ASKED = (question("q1", [1.0, 1.0], [False, True]), question("q2", [3.0], [True]))
STUDENTS = {
    "lea-1": RosterEntry(name="Léa Roy", key="900110", number="0012", email="lea@ecole.fr"),
    "max-2": RosterEntry(name="Max Noé", key="900111", number="0013", email="max@ecole.fr"),
    "perdu-3": RosterEntry(name="Perdu", key="900112"),
    "illisible-4": RosterEntry(name="Illisible", key="900113"),
}
TWINS = (RosterEntry(name="Jumeau", number="77"), RosterEntry(name="Jumeau", number="78"))
ABSENT = RosterEntry(name="Absent", email="absent@ecole.fr")
GROUP = (RosterEntry(name="Ana", number="1"), RosterEntry(name="Bea", number="2"))
CLASS = ClassList(
    platform="moodle",
    handed=(
        *(
            Handed(submission=name, students=(who,), received_at="2026-03-02 10:00")
            for name, who in STUDENTS.items()
        ),
        Handed(submission="duo-5", students=GROUP, received_at="2026-03-02 10:00"),
    ),
    roster=(*STUDENTS.values(), ABSENT, *TWINS),
)
RESULTS = (
    graded("lea-1", [judged(ASKED[0], ["passed", "failed"]), judged(ASKED[1], ["passed"])]),
    graded("max-2", [judged(ASKED[0], ["passed", "passed"]), judged(ASKED[1], ["failed"])]),
    graded("perdu-3", [], status="not_graded", reason="Pas corrigé."),
    graded("illisible-4", [], status="unreadable", reason="Un PDF."),
    graded("duo-5", [judged(ASKED[0], ["failed", "failed"]), judged(ASKED[1], ["failed"])]),
)


def book_of(text: str, late: LateSettings | None = None) -> MarkBook:
    read = read_overrides(text.encode(), "overrides.yml", "en")
    return mark_book(
        CLASS,
        language="en",
        overrides=read.overrides,
        overrides_path="overrides.yml",
        late=late,
        problems=read.problems,
    )


def scores(book: MarkBook) -> dict[str, float | None]:
    """The marks that are not the machine's."""
    marks = {result.submission: mark_of(result) for result in book.marked_class(RESULTS)}
    return {name: mark.points for name, mark in marks.items() if mark is not None and mark.overrides}


@pytest.mark.parametrize("who", ["lea-1", "Léa Roy", "900110", "0012", "LEA@ecole.fr"])
def test_a_student_by_any_identifier(who: str) -> None:
    """Whatever a list calls a student finds them, and a number keeps its zeros."""
    assert scores(book_of(entry(who, "q1", 2))) == {"lea-1": 5.0}


def test_what_has_no_score_gets_one() -> None:
    """What could not be read, and what we failed to grade, has the mark that was given by hand."""
    book = book_of(
        entry("perdu-3", "whole", 4) + entry("illisible-4", "whole", "2,5") + entry("duo-5", "q2", 3)
    )
    assert scores(book) == {"perdu-3": 4.0, "illisible-4": 2.5, "duo-5": 3.0}
    assert book.problems_of(RESULTS) == ()


WRONG = [
    (entry("lae-1", "q1", 1), "nobody is called “lae-1”"),
    (entry("Absent", "whole", 1), "has handed in nothing"),
    (entry("jumeau", "whole", 1), "“jumeau” means several people (Jumeau 77, Jumeau 78)"),
    (entry("Ana", "whole", 1), "give the submission's name, duo-5"),
    (entry("lea-1", "q9", 1), "there is no question q9 (there are: q1, q2;"),
    (entry("lea-1", "q1", 2.5), "2.5 points are more than can be had (2)"),
    (entry("lea-1", "whole", 6), "6 points are more than can be had (5)"),
    (entry("lea-1", "q1", "-1"), "“-1” is no number of points"),
    (entry("lea-1", "q1", ".nan"), "“.nan” is no number of points"),
    (entry("lea-1", "q1", "1e999"), "“1e999” is no number of points"),
    (entry("lea-1", "q1", 1, when="hier"), "“hier” is no date"),
    (entry("lea-1", "q1", 1, by=""), "by is missing"),
    (entry("lea-1", "q1", 1) + "  points: 2\n", "points is given twice"),
    (entry("lea-1", "q1", 1) + "  pionts: 2\n", "there is no key pionts"),
    (entry("lea-1", "q1", "[1, 2]"), "points must be a text or a number"),
    ("- lea-1\n", "this is no mark"),
    (entry("lea-1", "q1", 1) + entry("0012", "q1", 2), "another line (1) gives other points"),
    (entry("perdu-3", "q1", 1), "this submission was not graded"),
]


@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_a_wrong_entry_costs_no_other(wrong: str, sentence: str) -> None:
    """Each is one sentence with its line, leaves its student the machine's score, and the other entries stand."""
    book = book_of(wrong + entry("max-2", "q2", 3))
    assert scores(book) == {"max-2": 5.0}
    (problem,) = book.problems_of(RESULTS)
    assert sentence in problem and "overrides.yml, line" in problem


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("- a: [", "overrides.yml:"),
        ("[" * 100_000, "nested"),
        ("student: lea\n", "a list is expected"),
        ("\0", "YAML"),
    ],
)
def test_a_file_that_cannot_be_read(text: str, sentence: str) -> None:
    """No YAML, brackets without end, no list: one sentence, and nothing of it holds."""
    read = read_overrides(text.encode(), "overrides.yml", "en")
    assert read.is_unusable and len(read.problems) == 1 and sentence in read.problems[0]


@given(st.binary(max_size=300) | st.text("-: \nstudentquio[]{}&*'\"0.1", max_size=80).map(str.encode))
@settings(max_examples=200)
def test_no_bytes_break_the_reading(data: bytes) -> None:
    """Whatever stands in the file, there are entries and sentences, never an exception."""
    read = read_overrides(data, "overrides.yml", "fr")
    assert all(math.isfinite(one.points) and one.points >= 0 for one in read.overrides)


def test_without_files_nothing_is_touched() -> None:
    """No overrides and no due date: the very results of the machine, not even copies."""
    shown = book_of("").marked_class(RESULTS)
    assert [mine is theirs for mine, theirs in zip(shown, RESULTS, strict=True)] == [True] * len(RESULTS)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*STUDENTS, "duo-5"]), st.sampled_from(["q1", "q2", "whole"]), st.integers(0, 24)
        ),
        max_size=6,
    ),
    st.integers(0, 60),
)
def test_a_mark_is_never_out_of_bounds(entries: list[tuple[str, str, int]], percent: int) -> None:
    """From 0 to what can be had, the machine's result inside it untouched; a whole mark is what was written."""
    text = "".join(entry(who, name, points / 4) for who, name, points in entries)
    late = LateSettings(due="2026-03-01 23:59", timezone="Europe/Paris", percent_per_day=percent)
    book = book_of(text, late)
    for result, shown in zip(RESULTS, book.marked_class(RESULTS), strict=True):
        check_mark(result, shown, percent)


def check_mark(result: GradingResult, shown: GradingResult, percent: int) -> None:
    mark = mark_of(shown)
    assert mark is not None and mark.lateness is not None and mark.lateness.percent == percent
    machine = machine_result(shown)
    assert (machine.score, machine.status, machine.notes) == (result.score, result.status, result.notes)
    if mark.points is None:
        assert result.status == "not_graded" and not mark.is_whole
        return
    assert 0 <= mark.points <= shown.max_score and shown.score == mark.points
    whole = [o.points for o in mark.overrides if o.question == "whole"]
    before = sum(q.score for q in shown.questions)
    assert mark.points == (whole[0] if whole else pytest.approx(before * (100 - percent) / 100, abs=1e-6))
