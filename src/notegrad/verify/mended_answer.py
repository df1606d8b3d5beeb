"""Answers whose results have the form of the reference solution's: what is left is what they get wrong.

A wrong answer that passes every test case once type, dtype, shape and graph are mended was caught by these
only, and no test looks at its misconception.
"""

from __future__ import annotations

from collections.abc import Sequence

_MENDING = """\
def _notegrad_mend(reference, names):
    import copy
    import types

    import torch

    right = dict(globals())
    exec(reference, right)

    def copied(value, memo):
        if isinstance(value, torch.Tensor):
            made = value.detach().clone()
            return made.requires_grad_() if value.requires_grad and value.dtype.is_floating_point else made
        if isinstance(value, (list, tuple)):
            plain = type(value) in (list, tuple)
            return type(value)(copied(each, memo) for each in value) if plain else value
        if callable(value) and not isinstance(value, torch.nn.Module):
            return value
        return copy.deepcopy(value, memo)  # an optimiser keeps to the copy of its model

    def formed(value, wanted):
        if isinstance(wanted, torch.Tensor):
            if not isinstance(value, torch.Tensor):
                value = torch.as_tensor(value)
            if value.dtype != wanted.dtype:
                value = value.to(wanted.dtype)
            if value.shape != wanted.shape and value.numel() == wanted.numel():
                value = value.reshape(wanted.shape)
            return value.detach() if value.requires_grad and not wanted.requires_grad else value
        if isinstance(wanted, (list, tuple)) and isinstance(value, (list, tuple, torch.Tensor)):
            items = value.tolist() if isinstance(value, torch.Tensor) else list(value)
            if len(items) == len(wanted):
                items = [formed(each, other) for each, other in zip(items, wanted)]
            return items if isinstance(wanted, list) else tuple(items)
        if type(wanted) in (bool, int, float) and type(value) is not type(wanted):
            value = value.item() if isinstance(value, torch.Tensor) else value
            return type(wanted)(value)
        return value

    def mended(name, answer):
        def call(*args, **kwargs):
            memo, state = {}, torch.get_rng_state()
            try:  # before the answer: what it leaves behind must stay
                others = {key: copied(each, memo) for key, each in kwargs.items()}
                wanted = right[name](*copied(args, memo), **others)
            except Exception:
                return answer(*args, **kwargs)
            finally:
                torch.set_rng_state(state)
            value = answer(*args, **kwargs)
            try:
                return formed(value, wanted)
            except Exception:
                return value

        return call

    for name in names:
        answer = globals().get(name)
        if isinstance(answer, types.FunctionType) and callable(right.get(name)):
            globals()[name] = mended(name, answer)


_notegrad_mend({reference!r}, {names!r})
"""


def with_mended_form(code: str, reference: str, names: Sequence[str]) -> str:
    """Return the answer `code` so that its functions' results have the form of the reference's."""
    mending = _MENDING.replace("{reference!r}", repr(reference)).replace("{names!r}", repr(list(names)))
    return f"{code}\n\n{mending}"
