"""A guard keeps modes of torch that a test or a student left active away from the mirror's work."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch.overrides import _get_current_function_mode_stack
from torch.utils._device import DeviceContext
from torch.utils._python_dispatch import _disable_current_modes

from notegrad.mirror.memory import facts


def undisturbed() -> contextlib.AbstractContextManager[Any]:
    """A context without dispatch modes, `__torch_function__` and inference mode, whatever was left active."""
    if torch._C._len_torch_dispatch_stack() or torch.is_inference_mode_enabled():
        return _without_modes()
    guard: contextlib.AbstractContextManager[Any] = facts.no_torch_function()
    return guard


def count_modes() -> int:
    """The modes of torch that are active in this thread, but for the default device, which is mirrored."""
    if not torch._C._len_torch_function_stack() and not torch._C._len_torch_dispatch_stack():
        return 0
    active = _get_current_function_mode_stack()  # type: ignore[no-untyped-call]
    functions = [mode for mode in active if not isinstance(mode, DeviceContext)]
    return len(functions) + torch._C._len_torch_dispatch_stack()


@contextlib.contextmanager
def _without_modes() -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        stack.enter_context(facts.no_torch_function())
        if torch._C._len_torch_dispatch_stack():
            stack.enter_context(_disable_current_modes())
        if torch.is_inference_mode_enabled():
            stack.enter_context(torch.inference_mode(False))
        yield
