"""Expectations on objects and memory: same object, same place, shared or separate storage, inputs untouched.

Where it can, a helper issues a challenge (write here, look there) instead of reading addresses: what is
written shows wherever the memory really is shared. Bytes that it changes are put back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from notegrad.expect import sentences
from notegrad.expect.values import Value, first_difference

MARK = 99
"""Written into a cell to see where it shows; one less where it is there already."""


@dataclass(frozen=True)
class Snapshot:
    """One argument as it was before a call; the storage is kept alive, so its address is not reused."""

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
    """Remember tensors and arrays under the names that the messages shall use: `snapshot(X=X, Y=Y)`."""
    return tuple(_remember(name, value) for name, value in inputs.items())


def assert_inputs_untouched(before: tuple[Snapshot, ...], *, versions: bool = False) -> None:
    """Expect each remembered argument to be as it was: values, shape, dtype, place, `requires_grad`.

    versions: refuse also what was written and then put back (the version counter grew).
    Raises AssertionError with the first cell that changed.
    """
    for past in before:
        value = past.value
        if tuple(value.shape) != past.shape:
            sentences.fail(
                f"Après l’appel, {past.name} est passé de la forme {past.shape} à {tuple(value.shape)}."
            )
        if value.dtype != past.dtype:
            sentences.fail("Après l’appel, " + sentences.dtype_message(past.name, value.dtype, past.dtype))
        now = _copy(value)
        difference = first_difference(now, past.copy, 0.0)
        if difference is not None:
            index = difference[0]
            sentences.fail(
                sentences.changed_message(past.name, index, now[index].item(), past.copy[index].item())
            )
        if isinstance(value, torch.Tensor):
            _assert_tensor_state(past, value, versions)


def assert_same_object(actual: object, expected: object, *, name: str = "X") -> None:
    """Expect the very object that was given; raises AssertionError."""
    if actual is expected:
        return
    if actual is None:
        sentences.fail(sentences.type_message("Le résultat", type(None), name))
    sentences.fail(f"Vous rendez un autre objet que le {name} reçu : « = » rebranche un nom, il n’écrit pas.")


def assert_same_place(before: tuple[Snapshot, ...]) -> None:
    """Expect each remembered tensor to lie where it lay: same storage, offset, shape and strides.

    Values may have changed. Raises AssertionError.
    """
    for past in before:
        tensor = past.value
        assert isinstance(tensor, torch.Tensor)
        assert past.storage is not None
        if not _same(tensor.untyped_storage(), past.storage):
            sentences.fail(
                f"{past.name} est le même objet, mais à une autre adresse : sa mémoire a été remplacée."
            )
        if (tuple(tensor.shape), tuple(tensor.stride()), tensor.storage_offset()) != (
            past.shape,
            past.strides,
            past.offset,
        ):
            sentences.fail(f"La forme ou la disposition en mémoire de {past.name} a changé.")


def shares_storage(a: Value, b: Value) -> bool:
    """Whether two tensors lie in one storage; where an array is involved, whether the items overlap."""
    if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor):
        return _same(a.untyped_storage(), b.untyped_storage())
    left = a.detach().numpy() if isinstance(a, torch.Tensor) else a
    right = b.detach().numpy() if isinstance(b, torch.Tensor) else b
    return bool(np.shares_memory(left, right))


def assert_same_storage(result: object, source: Value, *, name: str = "X") -> None:
    """Expect `result` to lie in the memory of `source`: by address, then by writing and looking.

    Raises AssertionError.
    """
    value = _expect_value(result)
    if not value.size if isinstance(value, np.ndarray) else not value.numel():
        return
    claimed = shares_storage(value, source)
    before = _bytes(source).clone()
    with _flipped(value if not _read_only(value) else source):
        seen = not torch.equal(_bytes(source), before)
    if not (claimed and seen):
        sentences.fail(
            f"J’ai écrit dans votre résultat : {name} n’a pas bougé. C’est une copie, pas une vue."
        )


def assert_fresh(result: object, **inputs: Value) -> None:
    """Expect `result` to share no memory with the named inputs: by address, and by writing both ways.

    Raises AssertionError.
    """
    value = _expect_value(result)
    for name, source in inputs.items():
        if isinstance(value, torch.Tensor) and isinstance(source, torch.Tensor):
            nbytes = value.untyped_storage().nbytes()
            shared = nbytes > 0 and _same(value.untyped_storage(), source.untyped_storage())
        else:
            shared = shares_storage(value, source)
        for written, read in ((value, source), (source, value)):
            if not shared and not _read_only(written):
                before = _copy(read)
                with _flipped(written):
                    shared = first_difference(_raw(_copy(read)), _raw(before), 0.0) is not None
        if shared:
            sentences.fail(
                f"En changeant votre résultat, j’ai changé {name} : ils partagent la même mémoire."
            )


def assert_writable(result: object, *, name: str = "votre résultat") -> None:
    """Expect each cell to be its own: what is written into one shows in that one and in no other.

    The first, the middle and the last cell are tried, and put back. Raises AssertionError.
    """
    value = _expect_value(result)
    tensor = torch.from_numpy(value) if isinstance(value, np.ndarray) else value.detach()
    if not tensor.numel():
        return
    for place in range(3):
        index = tuple((0, size // 2, size - 1)[place] for size in tensor.shape)
        before = _copy(tensor)
        cell = before[index]
        mark = ~cell if tensor.dtype == torch.bool else torch.where(cell == MARK, MARK - 1, MARK)
        try:
            tensor[index] = mark.to(tensor.dtype)
        except RuntimeError as error:
            sentences.fail(f"On ne peut pas écrire dans {name} ({sentences.call_message(error)}).")
        difference = first_difference(_copy(tensor), before, 0.0)
        tensor[index] = cell
        changed = difference[1] if difference else 0
        if changed != 1:
            sentences.fail(
                f"J’ai écrit dans une case de {name}, et {changed} ont changé : elles n’ont pas chacune leur "
                "place en mémoire (expand)."
            )


def _remember(name: str, value: Value) -> Snapshot:
    if isinstance(value, np.ndarray):
        return Snapshot(name, value, _copy(value), None, value.dtype, value.shape, value.strides, 0, 0, False)
    return Snapshot(
        name,
        value,
        _copy(value),
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
        change = "exige maintenant un gradient" if tensor.requires_grad else "n’exige plus de gradient"
        sentences.fail(
            f"Après l’appel, {past.name} {change} : votre fonction a changé le tenseur de l’appelant."
        )
    assert_same_place((past,))
    if versions and tensor._version != past.version:  # noqa: SLF001
        sentences.fail(
            f"Votre fonction a écrit dans {past.name}, même si les valeurs d’origine y sont revenues."
        )


def _expect_value(result: object) -> Value:
    if not isinstance(result, (torch.Tensor, np.ndarray)):
        sentences.fail(sentences.type_message("Le résultat", type(result), "Tensor"))
    return result


def _copy(value: Value) -> torch.Tensor:
    if isinstance(value, np.ndarray):
        return torch.from_numpy(np.array(value, order="C", copy=True))
    return value.detach().clone(memory_format=torch.contiguous_format)


def _raw(tensor: torch.Tensor) -> torch.Tensor:
    # compared as bytes: a flipped float may be a NaN, and every NaN counts as equal to every other
    return tensor.reshape(-1).contiguous().view(torch.uint8) if tensor.numel() else tensor.reshape(-1)


def _same(a: torch.UntypedStorage, b: torch.UntypedStorage) -> bool:
    # not by address: all storages of no bytes lie at 0
    return bool(a._cdata == b._cdata)  # noqa: SLF001 (documented nowhere, used by torch itself)


def _read_only(value: Value) -> bool:
    return isinstance(value, np.ndarray) and not value.flags.writeable


def _bytes(value: Value) -> torch.Tensor:
    if isinstance(value, np.ndarray):
        return _raw(_copy(value))
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
