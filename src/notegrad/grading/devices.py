"""The device that a course computes on: chosen, checked, and made ready on the judge's side.

`cpu`; `cuda` or `cuda:N`, a GPU; `sim`, a simulated accelerator for machines without one; `auto`, a GPU where
there is one, else the CPU. Student code and judge use the same device, so that mirrored tensors live there.
"""

from __future__ import annotations

import os
import re

from notegrad.errors import InputError, SandboxError
from notegrad.messages import Message
from notegrad.records import Record

_DEVICE = re.compile(r"cpu|cuda(:\d+)?|sim|auto")

GPU_OF_A_PROCESS = "cuda:0"
"""The only GPU that a process of ours sees."""

MIN_SHARE_MB = 4_096
"""GPU memory that one submission should have: its context takes some 500 MB, the judge's as much."""

MAX_SHARES_PER_GPU = 8


class DeviceShare(Record, frozen=True, kw_only=True):
    """A device, and the part of its memory that the sandbox of one grader may take."""

    device: str
    memory_fraction: float = 1.0


def choose(wanted: str) -> str:
    """The device that `wanted` means on this machine: `cpu`, `cuda:N` or `sim`.

    Asks the driver's management library, so that no GPU is initialised. Raises InputError where it is not
    there.
    """
    if not _DEVICE.fullmatch(wanted):
        raise InputError(Message("device_unknown", wanted=wanted))
    if wanted in ("cpu", "sim"):
        return wanted
    count = gpu_count()
    if wanted == "auto":
        return "cuda:0" if count else "cpu"
    number = int(wanted.partition(":")[2] or 0)
    if number >= count:
        has = f"{count} GPU{'s' if count > 1 else ''}" if count else "no GPU that PyTorch can use"
        raise InputError(Message("device_missing", wanted=wanted, has=has))
    return f"cuda:{number}"


def gpu_count() -> int:
    """The number of GPUs that PyTorch could use here."""
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    import torch

    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def name_in_judge(device: str) -> str:
    """The name of a chosen device in a judge's process; nothing is made ready."""
    if device == "sim":
        from notegrad.probes import accelerator

        return str(accelerator.DEVICE)
    return device if device == "cpu" else GPU_OF_A_PROCESS


def prepare(device: str) -> str:
    """Make a device ready in this process, and return what tests are given as `device`.

    Raises SandboxError where a simulated device comes too late, and for a GPU what the driver says.
    """
    import torch

    if device == "sim":
        from notegrad.probes import accelerator

        accelerator.register(announced=True)
        if not accelerator.can_differentiate():
            raise SandboxError(Message("sim_too_late"))
        return str(accelerator.DEVICE)
    if device == "cpu":
        return device
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # The sandbox sees this one GPU only and calls it cuda:0; so must this process, for tensors to be
    # mirrored.
    os.environ["CUDA_VISIBLE_DEVICES"] = physical(device)
    torch.cuda.init()  # type: ignore[no-untyped-call]
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.use_deterministic_algorithms(True, warn_only=True)
    return GPU_OF_A_PROCESS


def physical(device: str) -> str:
    """The driver's name of the GPU `cuda:N`: an outer CUDA_VISIBLE_DEVICES may have given us few of many."""
    number = int(device.partition(":")[2] or 0)
    listed = [part for part in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if part.strip()]
    return listed[number].strip() if number < len(listed) else str(number)


def shares(device: str, graders: int) -> tuple[DeviceShare, ...]:
    """The device shares of at most `graders` graders; `cuda` spreads over all GPUs, `cuda:N` stays on one.

    Elsewhere every grader has the same device. Raises InputError where the device is not there.
    """
    if not device.startswith("cuda") and device != "auto":
        return (DeviceShare(device=choose(device)),) * graders
    count = gpu_count()
    if device == "auto" and not count:
        return (DeviceShare(device="cpu"),) * graders
    wanted = range(count) if device in ("cuda", "auto") else (int(choose(device).partition(":")[2]),)
    if not wanted:
        choose(device)  # says what is missing
    per_gpu = max(
        1, min(MAX_SHARES_PER_GPU, -(-graders // len(wanted)), memory_mb(min(wanted)) // MIN_SHARE_MB)
    )
    # Two processes a share, the judge's and the sandbox's, and one more that waits for the next submission.
    fraction = 1.0 / (2 * per_gpu)
    spread = [
        DeviceShare(device=f"cuda:{n}", memory_fraction=fraction) for _ in range(per_gpu) for n in wanted
    ]
    return tuple(spread[:graders])


def memory_mb(number: int) -> int:
    """A GPU's memory, from the driver's management library; what one share needs where that cannot say."""
    try:
        import pynvml  # type: ignore[import-not-found, import-untyped, unused-ignore]

        pynvml.nvmlInit()
        try:
            return int(pynvml.nvmlDeviceGetMemoryInfo(pynvml.nvmlDeviceGetHandleByIndex(number)).total) >> 20
        finally:
            pynvml.nvmlShutdown()
    except Exception:  # noqa: BLE001 - no such library, or a driver that does not speak to it
        return MIN_SHARE_MB
