"""Expectations on objects and memory."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from notegrad import expect


def refuses(call, *args, **options) -> str:
    with pytest.raises(AssertionError) as failure:
        call(*args, **options)
    return str(failure.value)


def test_views_share_storage_and_copies_do_not():
    """Offset, transposed, detached and disjoint views share; clones and silent copies do not."""
    x = torch.randn(4, 6)
    for view in (x[1:], x.t(), x.detach(), x[:, ::2], x.unsqueeze(0).expand(2, 4, 6)):
        expect.assert_same_storage(view, x)
    for copy in (x.clone(), x + 0, x.t().reshape(-1), x[[0]], x.numpy().copy()):
        assert "C’est une copie" in refuses(expect.assert_same_storage, copy, x)


def test_the_challenge_leaves_everything_as_it_was():
    """Bytes flipped to see where they show are put back, in tensors, arrays, booleans and NaNs."""
    x = torch.tensor([1.0, float("nan"), -0.0])
    flags = torch.tensor([True, False])
    array = np.arange(6).reshape(2, 3)[:, ::2]
    before = [x.clone(), flags.clone(), array.copy()]
    expect.assert_same_storage(x[1:], x)
    expect.assert_fresh(flags.clone(), flags=flags, x=x)
    expect.assert_fresh(torch.tensor(array), array=array)
    expect.assert_values(x, before[0], exact=True)
    assert torch.equal(flags, before[1])
    assert (array == before[2]).all()


def test_arrays_and_tensors_can_share():
    """A tensor's array shares with it, read-only or not; a converted copy does not."""
    t = torch.zeros(2, 3)
    array = t.numpy()
    expect.assert_same_storage(array, t)
    array.flags.writeable = False
    expect.assert_same_storage(array, t)
    assert "t n’a pas bougé" in refuses(expect.assert_same_storage, array.copy(), t, name="t")


def test_fresh_refuses_every_kind_of_alias():
    """The argument itself, a view, a detached alias and an array's tensor are all refused by name."""
    x, a = torch.randn(3, 4), np.zeros(3)
    for alias in (x, x.view(-1), x.detach(), x[0], x.expand(2, 3, 4)):
        assert "j’ai changé X" in refuses(expect.assert_fresh, alias, X=x)
    assert "j’ai changé a" in refuses(expect.assert_fresh, torch.from_numpy(a), a=a)
    expect.assert_fresh(x.clone(), X=x, a=a)
    expect.assert_fresh(torch.empty(0), X=torch.empty(0))
    assert "return" in refuses(expect.assert_fresh, None, X=x)


def test_untouched_sees_a_changed_cell():
    """The first changed cell is named with both values."""
    x = torch.ones(2, 2)
    before = expect.snapshot(X=x)
    expect.assert_inputs_untouched(before)
    x[0, 1] = 3.0
    assert refuses(expect.assert_inputs_untouched, before) == (
        "Après l’appel, X[0, 1] est passé de 1.0 à 3.0\xa0: votre fonction a écrit dans son argument."
    )


def test_untouched_sees_what_is_not_a_value():
    """Another shape, dtype, memory or gradient flag is a change too, though the numbers are the same."""
    changes = {
        "forme": lambda x: x.unsqueeze_(0),
        "float64": lambda x: setattr(x, "data", x.data.double()),
        "adresse": lambda x: x.set_(x.clone()),
        "gradient": lambda x: x.requires_grad_(),
        "disposition": lambda x: x.t_(),
    }
    for word, change in changes.items():
        x = torch.ones(2, 2)
        before = expect.snapshot(X=x)
        change(x)
        assert word in refuses(expect.assert_inputs_untouched, before)


def test_write_and_restore_is_seen_only_when_asked():
    """A value put back is no change of value; the version counter tells if the test wants to know."""
    x = torch.ones(3)
    before = expect.snapshot(X=x)
    x.add_(1).sub_(1)
    expect.assert_inputs_untouched(before)
    assert "a écrit dans X" in refuses(expect.assert_inputs_untouched, before, versions=True)


def test_untouched_watches_arrays():
    """A written array is seen like a written tensor, whatever its strides."""
    a = np.zeros((2, 4))[:, ::2]
    before = expect.snapshot(a=a)
    expect.assert_inputs_untouched(before)
    a[1, 0] = 2.0
    assert "a[1, 0] est passé de 0.0 à 2.0" in refuses(expect.assert_inputs_untouched, before)


def test_in_place_answers_keep_their_place_and_swaps_do_not():
    """Every right way of writing in place passes, `.data` and NumPy included; replaced memory fails."""
    y = torch.ones(2, 2)
    for write in (
        lambda x: x.add_(y),
        lambda x: x.data.add_(y),
        lambda x: x.copy_(x + y),
        lambda x: x.numpy().__iadd__(1),
        lambda x: torch.add(x, y, out=x),
    ):
        x = torch.zeros(2, 2)
        before = expect.snapshot(X=x)
        write(x)
        expect.assert_same_place(before)
        assert x.sum() == 4
    for swap in (lambda x: setattr(x, "data", x + y), lambda x: x.set_(x + y)):
        x = torch.zeros(2, 2)
        before = expect.snapshot(X=x)
        swap(x)
        assert "à une autre adresse" in refuses(expect.assert_same_place, before)


def test_a_freed_storage_is_not_mistaken_for_the_new_one():
    """The snapshot keeps the old storage alive, so a swapped tensor cannot land on its address."""
    for _ in range(50):
        x = torch.zeros(1000)
        before = expect.snapshot(X=x)
        x.data = torch.zeros(1000)
        refuses(expect.assert_same_place, before)


def test_the_same_object_is_asked_for_by_identity():
    """An equal tensor, a view and None are not the object that was given."""
    x = torch.ones(2)
    expect.assert_same_object(x, x)
    assert "autre objet" in refuses(expect.assert_same_object, x.view(2), x)
    assert "autre objet" in refuses(expect.assert_same_object, x.clone(), x)
    assert "return" in refuses(expect.assert_same_object, None, x)
