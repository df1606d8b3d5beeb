"""Settings that each process has for itself: a test that changes one changes nothing for the student's code.

`np.errstate(all="raise")` and warnings that are errors refuse answers, `sys.stdin` feeds them, `autocast` and
hooks on all modules reach into their models: with otter they are one process. All are read before each call
of the student's, a thousand times in a submission, and none may be dear.
"""

# ruff: noqa: SLF001 (what torch is set to has no public name)

from __future__ import annotations

import decimal
import signal
import sys
import tracemalloc
import warnings
from collections.abc import Callable

import numpy as np
import torch

_MODULE_HOOKS = tuple(
    value
    for name, value in vars(torch.nn.modules.module).items()
    if name.startswith("_global_") and isinstance(value, dict)
)


def _raising() -> object:
    return [name for name, action in np.geterr().items() if action in ("raise", "call")]


def _filters_that_raise() -> object:
    return [each for each in warnings.filters if each[0] == "error"]


def _default_device() -> object:
    """The `meta` device, on which objects have no values; others are mirrored. A default device is a mode."""
    return bool(torch._C._len_torch_function_stack()) and torch.get_default_device().type == "meta"


def _hooks_of_all_modules() -> object:
    return sum(map(len, _MODULE_HOOKS))


def _decimal_context() -> object:
    context = decimal.getcontext()
    return context.prec, context.rounding


def _dual_level() -> object:
    return torch.autograd.forward_ad._current_level


_SETTINGS: dict[str, Callable[[], object]] = {
    "np.errstate": _raising,
    "warnings.simplefilter": _filters_that_raise,
    "sys.stdin": lambda: id(sys.stdin),
    "sys.setrecursionlimit": sys.getrecursionlimit,
    "signal.signal": lambda: id(signal.getsignal(signal.SIGALRM)),
    "tracemalloc": tracemalloc.is_tracing,
    "decimal.getcontext": _decimal_context,
    "torch.autocast": lambda: torch.is_autocast_enabled("cpu") or torch.is_autocast_enabled("cuda"),
    "torch.profiler": torch.autograd._profiler_enabled,  # type: ignore[attr-defined]
    "saved_tensors_hooks": lambda: torch._C._autograd._top_saved_tensors_default_hooks(True) is not None,
    "register_module_forward_hook": _hooks_of_all_modules,
    "forward_ad.dual_level": _dual_level,
    "torch.device": _default_device,
    "torch.use_deterministic_algorithms": torch.are_deterministic_algorithms_enabled,
    "torch.set_num_threads": torch.get_num_threads,
    "torch.set_float32_matmul_precision": torch.get_float32_matmul_precision,
    "torch.autograd.set_detect_anomaly": torch.is_anomaly_enabled,
    "torch.inference_mode": torch.is_inference_mode_enabled,
    "sys.argv": lambda: tuple(sys.argv),
    "sys.set_int_max_str_digits": sys.get_int_max_str_digits,
}


def process_settings() -> tuple[object, ...]:
    """All of these settings, as they are now."""
    return tuple(read() for read in _SETTINGS.values())


def changed_setting(since: tuple[object, ...]) -> str:
    """What of these a test has changed; "" for nothing."""
    for name, before, now in zip(_SETTINGS, since, process_settings(), strict=True):
        if before != now:
            return name
    return ""
