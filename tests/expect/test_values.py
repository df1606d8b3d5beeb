"""Expectations on type, shape, dtype and values."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from notegrad import expect


def message(actual, expected, **options) -> str:
    with pytest.raises(AssertionError) as failure:
        expect.assert_values(actual, expected, **options)
    return str(failure.value)


def test_a_missing_return_is_named():
    """A function that returns nothing gets the likely cause, not a type error."""
    assert message(None, torch.zeros(2)) == "Le résultat est None\xa0: il manque sans doute un return."


def test_another_type_is_refused():
    """A list with the right numbers is not a tensor, and a tensor is not an array."""
    assert message([0.0], torch.zeros(1)) == "Le résultat est de type list au lieu de Tensor."
    assert message(torch.zeros(1), np.zeros(1)) == "Le résultat est de type Tensor au lieu de ndarray."


def test_shapes_are_never_broadcast():
    """(3, 1) against (3,), which `allclose` would compare, is refused, and the surplus axis is said."""
    assert message(torch.zeros(3, 1), torch.zeros(3)) == (
        "Le résultat est de forme (3, 1) au lieu de (3,)\xa0: un axe de trop."
    )
    assert "un axe de moins" in message(torch.zeros(2), torch.zeros(4, 2))
    assert message(torch.zeros(0, 3), torch.zeros(3, 0)).endswith("(0, 3) au lieu de (3, 0).")


def test_dtypes_must_agree():
    """Equal numbers of another dtype are refused, for tensors and arrays alike."""
    assert message(torch.zeros(2), torch.zeros(2).double()) == (
        "Le résultat est de dtype float32 au lieu de float64."
    )
    assert "int64 au lieu de float32" in message(np.zeros(2, np.int64), np.zeros(2, np.float32))


def test_expected_values_may_be_wider_than_the_wanted_dtype():
    """Values computed in float64 can judge a float32 result when the test says so."""
    exact = torch.rand(50, dtype=torch.float64)
    expect.assert_values(exact.float(), exact, dtype=torch.float32)
    assert "float64 au lieu de float32" in message(exact, exact, dtype=torch.float32)


def test_the_first_wrong_cell_is_shown_with_both_values():
    """The message gives the index, the actual value before the expected one, and the count."""
    actual, expected = torch.zeros(2, 2), torch.tensor([[0.0, 1.0], [0.0, 2.0]])
    assert message(actual, expected, name="X") == "X[0, 1] vaut 0.0 au lieu de 1.0 (2 cases fausses sur 4)."
    assert message(actual, expected).startswith("Le résultat, en [0, 1], vaut 0.0")
    assert message(torch.tensor(1), torch.tensor(2)) == "Le résultat vaut 1 au lieu de 2."


def test_correct_roundings_pass_and_wrong_values_do_not():
    """The tolerance lets through another order of summation, and nothing a beginner gets wrong."""
    terms = torch.randn(1000)
    exact = terms.double().sum()
    expect.assert_values(terms.sum(), exact, dtype=torch.float32, terms=1000)
    expect.assert_values(terms.flip(0).cumsum(0)[-1], exact, dtype=torch.float32, terms=1000)
    assert "au lieu de" in message(torch.tensor([1.0, 1e-3]), torch.tensor([1.0, 2e-3]))


def test_exact_means_exact():
    """What needs no arithmetic is compared without tolerance; 1e-9 is not 0."""
    expect.assert_values(torch.tensor([5.0, 1e-9]), torch.tensor([5.0, 0.0]))
    assert "1e-09 au lieu de 0.0" in message(
        torch.tensor([5.0, 1e-9]).double(), torch.tensor([5.0, 0.0]).double(), exact=True
    ).replace("9.999999717180685e-10", "1e-09")


def test_integers_and_booleans_have_no_tolerance():
    """Large integers that differ by one are different, exact or not."""
    assert "au lieu de" in message(torch.tensor([2**60 + 1]), torch.tensor([2**60]))
    assert "True au lieu de False" in message(torch.tensor([True]), torch.tensor([False]))


def test_nan_equals_nan_only():
    """NaN where NaN is wanted passes; NaN elsewhere fails; infinities keep their sign."""
    nan, inf = float("nan"), float("inf")
    expect.assert_values(torch.tensor([nan, inf]), torch.tensor([nan, inf]))
    assert "nan au lieu de 0.0" in message(torch.tensor([nan]), torch.tensor([0.0]))
    assert "-inf au lieu de inf" in message(torch.tensor([-inf]), torch.tensor([inf]))


def test_empty_tensors_need_the_right_form_only():
    """No cell can be wrong in an empty tensor, but its shape and dtype can."""
    expect.assert_values(torch.zeros(0, 3), torch.zeros(0, 3))
    assert "forme (0,)" in message(torch.zeros(0), torch.zeros(0, 3))


def test_arrays_in_any_order_compare_by_value():
    """A Fortran-ordered array and a C-ordered one of equal values agree."""
    grid = np.arange(12.0).reshape(3, 4)
    expect.assert_values(np.asfortranarray(grid), grid)
    expect.assert_values(np.array(2.0), np.array(2.0))


def test_graphs_do_not_matter_to_values():
    """Requiring a gradient is no part of the value."""
    x = torch.ones(3, requires_grad=True)
    expect.assert_values(x * 2, torch.full((3,), 2.0))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64, torch.bool])
def test_random_inputs_are_distinct_and_of_the_asked_form(dtype):
    """`numbers` gives what was asked for, with no two equal cells where the dtype allows it."""
    values = expect.numbers((3, 4), dtype)
    assert values.shape == (3, 4)
    assert values.dtype == dtype
    if dtype != torch.bool:
        assert values.unique().numel() == 12
        assert bool((expect.numbers((3, 4), dtype, positive=True) > 0).all())
    assert expect.numbers((0, 3), dtype).shape == (0, 3)
    assert expect.numbers((), dtype).shape == ()


@pytest.mark.parametrize("shape", [(3, 4), (5,), (), (0, 3), (2, 3, 4)])
def test_layouts_hold_the_same_values_in_memory_of_their_own(shape):
    """Every layout shows the same numbers, shares nothing with the original, and some are not contiguous."""
    values = expect.numbers(shape)
    made = list(expect.layouts(values))
    for tensor in made:
        expect.assert_values(tensor, values, exact=True)
        expect.assert_fresh(tensor, values=values)
    if len(shape) >= 2 and values.numel():
        assert any(not tensor.is_contiguous() for tensor in made)
        assert any(tensor.storage_offset() for tensor in made)


def test_require_says_its_sentence_and_nothing_else():
    """A condition of the test's own reaches the student as the sentence given with it."""
    expect.require([1], "jamais")
    with pytest.raises(AssertionError) as failure:
        expect.require(None, "Type int au lieu de float.")
    assert str(failure.value) == "Type int au lieu de float."
