"""Student code gets access to a device here: its files, its environment, and its first use.

`cpu`; `cuda:N`, one GPU per process tree; `sim`, a simulated accelerator on the CPU (accelerator.py of
`notegrad.probes`). The zygote never touches a GPU, since CUDA does not survive a fork: each notebook process
makes its own ready, confined already, before it says that it is there.
"""

from __future__ import annotations

import glob
import os
import re

CPU, SIMULATED = "cpu", "sim"
_CUDA = re.compile(r"cuda(:\d+)?")

# What the driver opens: one GPU, the control device, unified memory. Nothing else below /dev.
_CUDA_CONTROL = ("nvidiactl", "nvidia-uvm", "nvidia-uvm-tools")
HARDWARE = ("/sys",)
"""Read-only, for the driver: it looks up the bus and the memory nodes of its GPU there."""

START_TIMEOUT_S = {CPU: 5.0, "cuda": 120.0, SIMULATED: 20.0}
"""Until a process must have greeted; a first CUDA context on a cold disk takes long."""

CUDA_OWN_MB = 3072
"""Memory of the CPU's that a CUDA context takes before any student code: libraries, pinned buffers."""

MEMORY_FRACTION_NAME = "NOTEGRAD_CUDA_MEMORY_FRACTION"


def kind(device: str) -> str:
    """`cpu`, `cuda` or `sim`."""
    return device.partition(":")[0]


def is_cuda(device: str) -> bool:
    """Whether it is a GPU."""
    return _CUDA.fullmatch(device) is not None


def index(device: str) -> int:
    """The number of a GPU, as the machine counts; 0 where none is named."""
    return int(device.partition(":")[2] or 0)


def device_files(device: str) -> tuple[str, ...]:
    """Names below /dev that a device needs, as far as they are there."""
    if not is_cuda(device):
        return ()
    names = (f"nvidia{index(device)}", *_CUDA_CONTROL)
    return tuple(name for name in names if os.path.exists(f"/dev/{name}"))


def hardware(device: str) -> tuple[str, ...]:
    """Folders that a device's driver reads, which the minimal root lacks otherwise."""
    return tuple(path for path in HARDWARE if os.path.isdir(path)) if is_cuda(device) else ()


def environment(device: str, memory_fraction: float = 1.0) -> dict[str, str]:
    """The environment that the zygote and its children need for a device."""
    if not is_cuda(device):
        # Autograd's engine counts the GPUs: that initialises the driver and starts a thread for each.
        # So does an optimiser's first step, which asks whether there are any.
        return {"CUDA_VISIBLE_DEVICES": "", "PYTORCH_NVML_BASED_CUDA_CHECK": "1"}
    found = {
        "CUDA_VISIBLE_DEVICES": str(index(device)),
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        # asking whether there is a GPU must not initialise it: the zygote's children could not use it then
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # cuBLAS is deterministic only with this
        MEMORY_FRACTION_NAME: repr(memory_fraction),
    }
    # where the machine's own driver lies, in containers that put it beside the system's libraries
    if path := os.environ.get("LD_LIBRARY_PATH"):
        found["LD_LIBRARY_PATH"] = path
    return found


def gpu_count() -> int:
    """How many GPUs this machine has, without initialising any."""
    return sum(1 for path in glob.glob("/dev/nvidia*") if re.fullmatch(r"/dev/nvidia\d+", path))


def driver_is_here() -> bool:
    """Whether autograd's first use would wake a GPU's driver, hidden or not: no fork is safe after that."""
    return os.path.exists("/dev/nvidiactl")


def initialise(device: str) -> None:
    """Make a device ready in a notebook process, before any student code. Raises what the driver says."""
    name = kind(device)
    if name == "cuda":
        _initialise_cuda()
    elif name == SIMULATED:
        from notegrad.probes import accelerator

        accelerator.register(announced=True)


def _initialise_cuda() -> None:
    import torch

    torch.cuda.init()  # type: ignore[no-untyped-call]
    fraction = float(os.environ.get(MEMORY_FRACTION_NAME, "1"))
    if fraction < 1:
        torch.cuda.set_per_process_memory_fraction(fraction, 0)
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.benchmark = False
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.use_deterministic_algorithms(True, warn_only=True)
    # the first of everything is slow: context, allocator, cuBLAS, autograd's thread
    x = torch.ones(8, 8, device="cuda", requires_grad=True)
    (x @ x).sum().backward()  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    torch.cuda.empty_cache()
