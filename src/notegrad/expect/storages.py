"""Expectations on memory write in one place and look in another: shared, separate, or one cell each.

A challenge (write here, look there) says more than an address: what is written shows wherever the memory
really is shared. Bytes that it changes are put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from notegrad.expect import sentences
from notegrad.expect.values import Value, first_difference
from notegrad.messages import Message

MARK = 99
"""Written into a cell to see where it shows; one less where it is there already."""


def shares_storage(a: Value, b: Value) -> bool:
    """Tells whether two tensors or arrays share memory.

    Args:
        a: A tensor or an array.
        b: Another one.

    Returns:
        For two tensors, whether they lie in one storage, even without a cell in common; where an array is
            involved, whether their items overlap.

    Example:
        >>> x = torch.zeros(4)
        >>> expect.shares_storage(x[:2], x[2:])
        True
        >>> expect.shares_storage(x.numpy()[:2], x[2:])
        False
        >>> expect.shares_storage(x, x.clone())
        False
    """
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return is_same_storage(a.untyped_storage(), b.untyped_storage())
    left = a.detach().numpy() if isinstance(a, torch.Tensor) else a
    right = b.detach().numpy() if isinstance(b, torch.Tensor) else b
    return bool(np.shares_memory(left, right))


def assert_same_storage(result: object, source: Value, *, name: str = "X") -> None:
    """Expects a result to lie in the memory of its source, as a view does.

    Asked by address, then by writing into the result and looking at the source; what was written is put back.
    A result without cells passes.

    Args:
        result: The result of the student's function, a tensor or an array.
        source: The argument that it should be a view of.
        name: The name of the source in the message.

    Raises:
        AssertionError: The result is no tensor or array, or it is a copy.

    Example:
        >>> X = torch.zeros(2, 3)
        >>> expect.assert_same_storage(X.T, X)
        >>> expect.assert_same_storage(X.T.contiguous(), X)
        Traceback (most recent call last):
            ...
        AssertionError: J’ai écrit dans votre résultat : X n’a pas bougé. C’est une copie, pas une vue.
    """
    value = _expect_value(result)
    if not value.size if isinstance(value, np.ndarray) else not value.numel():
        return
    claimed = shares_storage(value, source)
    before = _bytes(source).clone()
    with _flipped(value if not _read_only(value) else source):
        seen = not torch.equal(_bytes(source), before)
    if not (claimed and seen):
        sentences.fail("expect_copy", name=name)


def assert_fresh(result: object, **inputs: Value) -> None:
    """Expects a result to share no memory with the inputs.

    Asked by address, and by writing both ways; what was written is put back.

    Args:
        result: The result of the student's function, a tensor or an array.
        **inputs: The arguments, under the names that the message shall use.

    Raises:
        AssertionError: The result is no tensor or array, or it shares memory with an input.

    Example:
        >>> X = torch.zeros(2, 3)
        >>> expect.assert_fresh(X.T.clone(), X=X)
        >>> expect.assert_fresh(X.reshape(6), X=X)
        Traceback (most recent call last):
            ...
        AssertionError: En changeant votre résultat, j’ai changé X : ils partagent la même mémoire.
    """
    value = _expect_value(result)
    for name, source in inputs.items():
        if isinstance(value, torch.Tensor) and isinstance(source, torch.Tensor):
            nbytes = value.untyped_storage().nbytes()
            shared = nbytes > 0 and is_same_storage(value.untyped_storage(), source.untyped_storage())
        else:
            shared = shares_storage(value, source)
        for written, read in ((value, source), (source, value)):
            if not shared and not _read_only(written):
                before = copied(read)
                with _flipped(written):
                    shared = first_difference(_raw(copied(read)), _raw(before), 0.0) is not None
        if shared:
            sentences.fail("expect_shared", name=name)


def assert_writable(result: object, *, name: str = "") -> None:
    """Expects each cell to have a place of its own in memory.

    A number is written into the first, the middle and the last cell, and must show there and nowhere else;
    then it is put back. A result without cells passes.

    Args:
        result: The result of the student's function, a tensor or an array.
        name: The name of the result in the message; by default “your result”.

    Raises:
        AssertionError: The result is no tensor or array, cannot be written, or has cells in one place.

    Example:
        >>> expect.assert_writable(torch.ones(1).repeat(4))
        >>> expect.assert_writable(torch.ones(1).expand(4))
        Traceback (most recent call last):
            ...
        AssertionError: J’ai écrit dans une case de votre résultat, et 4 ont changé : elles n’ont pas
        chacune leur place en mémoire (expand).
    """
    value = _expect_value(result)
    subject = sentences.named(name, Message("expect_your_result"))
    tensor = torch.from_numpy(value) if isinstance(value, np.ndarray) else value.detach()
    if not tensor.numel():
        return
    for place in range(3):
        index = tuple((0, size // 2, size - 1)[place] for size in tensor.shape)
        before = copied(tensor)
        cell = before[index]
        mark = ~cell if tensor.dtype == torch.bool else torch.where(cell == MARK, MARK - 1, MARK)
        try:
            tensor[index] = mark.to(tensor.dtype)
        except RuntimeError as error:
            sentences.fail("expect_unwritable", cause=error, name=subject, error=sentences.said_by(error))
        difference = first_difference(copied(tensor), before, 0.0)
        tensor[index] = cell
        changed = difference[1] if difference else 0
        if changed != 1:
            key = "expect_cells_share" if changed else "expect_cell_lost"
            sentences.fail(key, name=subject, count=changed)


def copied(value: Value) -> torch.Tensor:
    """A contiguous tensor with the values of a tensor or an array, in memory of its own."""
    if isinstance(value, np.ndarray):
        return torch.from_numpy(np.array(value, order="C", copy=True))
    return value.detach().clone(memory_format=torch.contiguous_format)


def is_same_storage(a: torch.UntypedStorage, b: torch.UntypedStorage) -> bool:
    """Whether two storage objects are one storage."""
    # not by address: all storages of no bytes lie at 0
    return bool(a._cdata == b._cdata)  # noqa: SLF001 (documented nowhere, used by torch itself)


def _expect_value(result: object) -> Value:
    if not isinstance(result, (torch.Tensor, np.ndarray)):
        sentences.fail_type(sentences.RESULT, result, "Tensor")
    return result


def _raw(tensor: torch.Tensor) -> torch.Tensor:
    # compared as bytes: a flipped float may be a NaN, and every NaN counts as equal to every other
    return tensor.reshape(-1).contiguous().view(torch.uint8) if tensor.numel() else tensor.reshape(-1)


def _read_only(value: Value) -> bool:
    return isinstance(value, np.ndarray) and not value.flags.writeable


def _bytes(value: Value) -> torch.Tensor:
    if isinstance(value, np.ndarray):
        return _raw(copied(value))
    return torch.empty(0, dtype=torch.uint8, device=value.device).set_(value.untyped_storage())


@contextmanager
def _flipped(value: Value) -> Iterator[None]:
    """Every bit under `value` is inverted inside the block, and put back at its end."""
    if isinstance(value, np.ndarray):
        kept = value.copy()
        inverted: Any = (~np.ascontiguousarray(value).reshape(-1).view(np.uint8)).view(value.dtype)
        value[...] = inverted.reshape(value.shape)
        try:
            yield
        finally:
            value[...] = kept
        return
    cells = _bytes(value)
    cells.bitwise_not_()
    try:
        yield
    finally:
        cells.bitwise_not_()
