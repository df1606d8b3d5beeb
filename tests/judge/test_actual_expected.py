"""Actual and expected stand apart on the page, and never say more than the sentence."""

from __future__ import annotations

import types

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from notegrad import expect
from notegrad.judge.repeatable_errors import code_of
from notegrad.judge.verdict import from_otter
from notegrad.records import Limits, TestCase, TestCaseResult

FAILED = types.SimpleNamespace(passed=False, message="")
WRONG = st.sampled_from(
    [
        lambda: expect.assert_values(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0])),
        lambda: expect.assert_values(torch.ones(2, 3), torch.ones(3, 2)),
        lambda: expect.assert_values(torch.ones(2), torch.ones(2, dtype=torch.float64)),
        lambda: expect.assert_values(2.5, torch.ones(())),
        lambda: expect.require(condition=False, message="5 au lieu de 6"),
    ]
)


def judged(error: BaseException, *, hidden: bool, language: str = "fr") -> TestCaseResult:
    case = TestCase(name="q1 - 1", number=1, points=1.0, hidden=hidden)
    code = code_of(["def f(x):\n    return x"])
    return from_otter(case, FAILED, error, {}, Limits(), language, code)


def raised(call) -> BaseException:
    with pytest.raises(AssertionError) as found:
        call()
    return found.value


@given(WRONG, st.booleans(), st.sampled_from(["fr", "en"]))
def test_the_pair_is_told_by_the_sentence_or_not_at_all(call, hidden: bool, language: str) -> None:
    """Both texts stand in the sentence that the student reads, or there is no pair."""
    result = judged(raised(call), hidden=hidden, language=language)
    assert bool(result.actual) == bool(result.expected)
    assert result.actual in result.message
    assert result.expected in result.message


def test_a_wrong_value_is_found_above_the_one_that_was_wanted() -> None:
    """A student who reads the pair alone knows what to compare."""
    error = raised(lambda: expect.assert_values(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0])))
    result = judged(error, hidden=True)
    assert (result.actual, result.expected) == ("2.0", "3.0")


def test_a_name_that_students_choose_is_in_no_pair_of_a_hidden_test() -> None:
    """A class named after a hidden input, by a word of the sentence, tells nothing."""
    named = type("de", (), {})
    error = raised(lambda: expect.assert_values(named(), torch.ones(2)))
    assert judged(error, hidden=True).actual == ""
