"""Would a function work on another device? Asked on `meta` tensors, which have everything but numbers."""

from __future__ import annotations

from collections.abc import Callable

import torch

from notegrad.expect import messages


def works_on_meta(f: Callable[..., object], *args: object, **kwargs: object) -> torch.Tensor:
    """Expect `f` to run where there is no data, and to give a tensor there; returns that tensor.

    Tensor arguments are replaced by `meta` tensors of the same form. A tensor made on the CPU by habit,
    `.item()`, `.numpy()` and `.tolist()` all fail there; so does control flow that depends on values.
    Raises AssertionError, with torch's own words where `f` raised.
    """
    try:
        result = f(
            *(_without_data(value) for value in args),
            **{name: _without_data(value) for name, value in kwargs.items()},
        )
    except (RuntimeError, TypeError, ValueError) as error:
        messages.fail(
            'Sur un tenseur sans nombres (device="meta"), votre fonction échoue : crée-t-elle un tenseur '
            f"sur le CPU, ou lit-elle des nombres ? ({messages.call_message(error)})"
        )
    if not isinstance(result, torch.Tensor):
        messages.fail(messages.type_message("Le résultat", type(result), "Tensor"))
    if result.device.type != "meta":
        messages.fail(messages.device_message("Le résultat", result.device.type, "celui de l’entrée"))
    return result


def _without_data(value: object) -> object:
    if not isinstance(value, torch.Tensor):
        return value
    twin = torch.empty_strided(value.shape, value.stride(), dtype=value.dtype, device="meta")
    return twin.requires_grad_(value.requires_grad)
