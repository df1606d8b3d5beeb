"""Snapshots remember arguments before a call; expectations compare them with the arguments after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from notegrad.expect import sentences
from notegrad.expect.storages import copied, is_same_storage
from notegrad.expect.values import Value, first_difference


@dataclass(frozen=True)
class Snapshot:
    """Holds one argument as it was before a call.

    Attributes:
        name: The name that messages use.
        value: The argument itself, a tensor or an array.
        copy: Its values then, as a contiguous tensor without a graph.
        storage: The storage of a tensor, kept alive so that its address is not given to another; None for an
            array.
        dtype: Its dtype then, of torch or NumPy.
        shape: Its shape then.
        strides: Its strides then, in elements; of an array, in bytes.
        offset: The offset of a tensor in its storage then, in elements; 0 for an array.
        version: The version counter of a tensor then; 0 for an array.
        requires_grad: Whether a tensor wanted a gradient then.

    Example:
        >>> X = torch.zeros(2, 3)
        >>> (past,) = expect.snapshot(X=X.T)
        >>> past.name, past.shape, past.strides, past.version
        ('X', (3, 2), (1, 3), 0)
    """

    name: str
    value: Value
    copy: torch.Tensor
    storage: torch.UntypedStorage | None
    dtype: object
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    version: int
    requires_grad: bool


def snapshot(**inputs: Value) -> tuple[Snapshot, ...]:
    """Remembers tensors and arrays as they are before a call.

    Args:
        **inputs: The arguments, under the names that the messages shall use.

    Returns:
        A snapshot of each, for `assert_inputs_untouched` and `assert_same_place`.

    Example:
        >>> X, y = torch.ones(2), np.zeros(3)
        >>> before = expect.snapshot(X=X, y=y)
        >>> [past.name for past in before]
        ['X', 'y']
    """
    return tuple(_remember(name, value) for name, value in inputs.items())


def assert_inputs_untouched(before: tuple[Snapshot, ...], *, versions: bool = False) -> None:
    """Expects each remembered argument to be as it was.

    Shape, dtype and values are compared exactly; of a tensor also `requires_grad`, storage, offset and
    strides.

    Args:
        before: What `snapshot` remembered before the call.
        versions: Whether to refuse also what was written and then put back, by the version counter of
            tensors.

    Raises:
        AssertionError: An argument changed; of changed values, the first cell is shown.

    Example:
        >>> X = torch.tensor([3.0, 1.0, 2.0])
        >>> before = expect.snapshot(X=X)
        >>> _ = X.sort()
        >>> expect.assert_inputs_untouched(before)
        >>> _ = X.mul_(2)
        >>> expect.assert_inputs_untouched(before)
        Traceback (most recent call last):
            ...
        AssertionError: Après l’appel, X[0] est passé de 3.0 à 6.0 : votre fonction a écrit dans son argument.
        >>> _ = X.div_(2)
        >>> expect.assert_inputs_untouched(before, versions=True)
        Traceback (most recent call last):
            ...
        AssertionError: Votre fonction a écrit dans X, même si les valeurs d’origine y sont revenues.
    """
    for past in before:
        value = past.value
        if tuple(value.shape) != past.shape:
            sentences.fail("expect_reshaped", name=past.name, former=past.shape, actual=tuple(value.shape))
        if value.dtype != past.dtype:
            changed = sentences.dtype_message(past.name, value.dtype, past.dtype)
            sentences.fail("expect_after", said=changed)
        now = copied(value)
        difference = first_difference(now, past.copy, 0.0)
        if difference is not None:
            index = difference[0]
            cell = sentences.place(past.name, index)
            seen, former = sentences.shown_apart(now[index].item(), past.copy[index].item())
            sentences.fail("expect_changed", place=cell, actual=seen, former=former)
        if isinstance(value, torch.Tensor):
            _assert_tensor_state(past, value, versions)


def assert_same_object(actual: object, expected: object, *, name: str = "X") -> None:
    """Expects the very object that was passed, not one that is equal to it.

    Args:
        actual: The result of the student's function.
        expected: The object that was passed.
        name: The name of that object in the message.

    Raises:
        AssertionError: Another object was returned, or None.

    Example:
        >>> X = torch.ones(2)
        >>> expect.assert_same_object(X.add_(1), X)
        >>> expect.assert_same_object(X + 1, X)
        Traceback (most recent call last):
            ...
        AssertionError: Vous rendez un autre objet que le X reçu : « = » rebranche un nom, il n’écrit pas.
    """
    if actual is expected:
        return
    if actual is None:
        sentences.fail("expect_none", name=sentences.RESULT)
    sentences.fail("expect_other_object", name=name)


def assert_same_place(before: tuple[Snapshot, ...]) -> None:
    """Expects each remembered tensor to lie where it lay: same storage, offset, shape and strides.

    Its values may have changed.

    Args:
        before: What `snapshot` remembered of tensors before the call.

    Raises:
        AssertionError: A tensor lies elsewhere, or otherwise.

    Example:
        >>> X = torch.zeros(2, 3)
        >>> before = expect.snapshot(X=X)
        >>> _ = X.fill_(1)
        >>> expect.assert_same_place(before)
        >>> X.data = torch.ones(2, 3)
        >>> expect.assert_same_place(before)
        Traceback (most recent call last):
            ...
        AssertionError: X est le même objet, mais à une autre adresse : sa mémoire a été remplacée.
    """
    for past in before:
        tensor = past.value
        assert isinstance(tensor, torch.Tensor)
        assert past.storage is not None
        if not is_same_storage(tensor.untyped_storage(), past.storage):
            sentences.fail("expect_other_address", name=past.name)
        if (tuple(tensor.shape), tuple(tensor.stride()), tensor.storage_offset()) != (
            past.shape,
            past.strides,
            past.offset,
        ):
            sentences.fail("expect_other_layout", name=past.name)


def _remember(name: str, value: Value) -> Snapshot:
    if isinstance(value, np.ndarray):
        return Snapshot(
            name, value, copied(value), None, value.dtype, value.shape, value.strides, 0, 0, False
        )
    return Snapshot(
        name,
        value,
        copied(value),
        value.untyped_storage(),
        value.dtype,
        tuple(value.shape),
        tuple(value.stride()),
        int(value.storage_offset()),
        value._version,  # noqa: SLF001 (the only way to ask)
        value.requires_grad,
    )


def _assert_tensor_state(past: Snapshot, tensor: torch.Tensor, versions: bool) -> None:
    if tensor.requires_grad != past.requires_grad:
        sentences.fail(
            "expect_wants_gradient" if tensor.requires_grad else "expect_wants_none", name=past.name
        )
    assert_same_place((past,))
    if versions and tensor._version != past.version:  # noqa: SLF001
        sentences.fail("expect_written", name=past.name)
