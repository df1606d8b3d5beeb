"""The class's figures, held against numpy's, and against what a teacher would count by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notegrad.results.report.misconceptions import Misconception, normalised, seen_messages, seen_patterns
from notegrad.results.report.statistics import (
    LEAST_FOR_CORRELATION,
    class_statistics,
    corrected_item_total,
    correlation,
    spread,
)
from tests.support.class_results import graded, judged, question, random_class

NUMBERS = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=LEAST_FOR_CORRELATION, max_size=40)


@given(st.lists(NUMBERS, min_size=2, max_size=60))
def test_a_spread_is_what_numpy_says(values):
    """Mean, sample deviation, median and the order statistic that nine in ten do not exceed."""
    found = spread(values)
    assert found.mean == pytest.approx(np.mean(values), abs=1e-6)
    assert found.deviation == pytest.approx(np.std(values, ddof=1), abs=1e-6)
    assert found.median == pytest.approx(np.median(values))
    assert found.p90 == np.quantile(values, 0.9, method="inverted_cdf")
    assert (found.low, found.high, found.count) == (min(values), max(values), len(values))


@given(PAIRS)
def test_a_correlation_is_what_numpy_says(pairs):
    """Pearson's, where both sides vary."""
    xs, ys = zip(*pairs, strict=True)
    assume(np.std(xs) > 1e-2 and np.std(ys) > 1e-2)
    assert correlation(xs, ys) == pytest.approx(np.corrcoef(xs, ys)[0, 1], abs=1e-6)


@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=6, max_size=30))
def test_an_item_is_correlated_with_the_others(rows):
    """The item itself is no part of the total that it is held against."""
    scores = np.array(rows, dtype=float)
    rest = scores[:, 1] + scores[:, 2]
    found = corrected_item_total(list(scores[:, 0]), list(scores.sum(axis=1)))
    if scores[:, 0].std() == 0 or rest.std() == 0:
        assert found is None
    else:
        assert found == pytest.approx(np.corrcoef(scores[:, 0], rest)[0, 1], abs=1e-9)


@pytest.mark.parametrize(
    "values", [[0.1 + 0.2, 0.3, 0.3, 0.3, 0.3, 0.3], [1e6 / 3] * 7, [0.0] * 9, [1.0, 2.0, 3.0, 4.0]]
)
def test_there_is_no_correlation_without_variance_or_with_too_few(values):
    """Equal results, also but for rounding, and classes of four have none: a dash and not noise or a crash."""
    assert correlation(values, [float(i) for i in range(len(values))]) is None


def test_class_figures_are_those_that_numpy_gives():
    """Success, discrimination and reliability of a whole class, recomputed from its table of scores."""
    results, _ = random_class(40, questions=5)
    table = np.array([[q.score for q in r.questions] for r in results])
    found = class_statistics(results)
    for index, asked in enumerate(found.questions):
        rest = np.delete(table, index, axis=1).sum(axis=1)
        assert asked.success == pytest.approx(table[:, index].mean() / 1.5)
        assert asked.discrimination == pytest.approx(np.corrcoef(table[:, index], rest)[0, 1])
        assert asked.full + asked.part + asked.none == 40
        for case in asked.test_cases:
            passed = np.array(
                [r.questions[index].test_cases[case.number - 1].outcome == "passed" for r in results]
            )
            without = table.sum(axis=1) - 0.5 * passed
            assert case.success == pytest.approx(passed.mean())
            assert case.discrimination == pytest.approx(np.corrcoef(passed, without)[0, 1])
            assert sum(case.outcomes.values()) == 40
    variances = table.var(axis=0, ddof=1).sum() / table.sum(axis=1).var(ddof=1)
    assert found.reliability == pytest.approx(5 / 4 * (1 - variances))


def test_what_was_not_read_counts_in_no_mean():
    """Unreadable files, and failures of ours, are counted and else left out."""
    results, _ = random_class(6)
    blank = graded("x", (), status="unreadable", score=0.0)
    ours = graded("y", (), status="not_graded", score=0.0)
    with_them, without = class_statistics([*results, blank, ours]), class_statistics(results)
    assert (with_them.submissions, with_them.read) == (8, 6)
    assert with_them.scores == without.scores
    assert with_them.questions == without.questions
    assert class_statistics([blank]).scores is None


def test_an_all_or_nothing_question_is_left_out_of_its_own_total():
    """There one test case decides over the points of all: these points would agree with it."""
    asked = question("q1", [1.0, 1.0], [True, True], all_or_nothing=True)
    other = question("q2", [1.0], [True])
    outcomes = [("passed", "passed"), ("passed", "failed"), ("failed", "passed")] * 3
    results = [
        graded(str(i), [judged(asked, pair), judged(other, ["passed" if i % 2 else "failed"])])
        for i, pair in enumerate(outcomes)
    ]
    first = [float(pair[0] == "passed") for pair in outcomes]
    rest = [float(i % 2) for i in range(9)]
    found = class_statistics(results).questions[0].test_cases[0].discrimination
    assert found == pytest.approx(np.corrcoef(first, rest)[0, 1])


def test_messages_that_differ_in_numbers_and_names_are_one():
    """What a student's own values add to a sentence does not make it another sentence."""
    assert normalised("X[0, 2] vaut -2.75 au lieu de 1e-3.") == normalised("X[1, 1] vaut 4 au lieu de 2.5.")
    assert normalised("la fonction «\xa0a\xa0» n’existe pas") == normalised(
        "La fonction «\xa0b\xa0»  n’existe pas"
    )
    assert normalised("une vue") != normalised("une copie")


def test_wrong_answers_are_counted_by_test_case():
    """Most frequent first, each with an example as it was said, and with whose it was."""
    results, _ = random_class(30)
    seen = seen_messages(results)
    assert [s.count for s in seen] == sorted((s.count for s in seen), reverse=True)
    failing = sum(
        c.outcome not in ("passed", "skipped") for r in results for q in r.questions for c in q.test_cases
    )
    assert sum(s.count for s in seen) == failing
    assert all("au lieu de 3." in s.example for s in seen)


def test_a_pattern_of_failures_names_the_misconceptions_that_fail_the_same():
    """Exactly these test cases, give or take those that fail sometimes; nothing where all fail or too many fit."""
    asked = question("q1", [1.0] * 4, [True] * 4)
    results = [
        graded("a", [judged(asked, ["passed", "failed", "failed", "passed"], ["", "Faux."])]),
        graded("b", [judged(asked, ["passed", "failed", "passed", "passed"])]),
        graded("c", [judged(asked, ["failed"] * 4)]),
    ]
    known = {
        "q1": [
            Misconception(text="trop tôt", fails=(2,), sometimes=(3,)),
            Misconception(text="une vue", fails=(2, 3)),
            Misconception(text="tout", fails=(1, 2, 3, 4)),
        ]
    }
    maybe = {p.numbers: p.maybe for p in seen_patterns(results, known)}
    assert maybe == {(2, 3): ("trop tôt", "une vue"), (2,): ("trop tôt",), (1, 2, 3, 4): ()}


def test_a_missing_verdict_is_no_zero():
    """Where a test case has no verdict, neither it nor its question counts as failed in the figures of a class."""
    asked = question("q1", [1.0, 1.0], [True, True])
    answers = [["passed", "passed"], ["passed", "failed"], ["passed", "not_judged"], ["failed", "not_judged"]]
    [found] = class_statistics([graded(str(n), [judged(asked, a)]) for n, a in enumerate(answers)]).questions
    assert (found.full, found.part, found.none, found.success) == (1, 1, 0, 0.75)
    assert [case.success for case in found.test_cases] == [0.75, 0.5]
    assert found.test_cases[1].outcomes["not_judged"] == 2
