"""The warm-up imports libraries and makes their lazy parts happen once, so that no child pays for them.

The first `backward` costs 0.4 s, the first optimiser step 0.8 s, the first text in a figure builds the font
cache.
"""

from __future__ import annotations

import importlib
import logging
import warnings
from collections.abc import Collection
from typing import Any

from notegrad.probes import accelerator, garbage, genuine_names, late_compiler
from notegrad.sandbox.inside import otter_stub
from notegrad.sandbox.inside.run_cells import seed_everything
from notegrad.sandbox.inside.shell import NotebookShell, create

_MODULES = (
    "asyncio", "collections", "copy", "csv", "dataclasses", "datetime", "decimal", "fractions",
    "functools", "gzip", "inspect", "io", "itertools", "json", "math", "multiprocessing", "pathlib",
    "pdb", "pickle", "pprint", "queue", "random", "re", "shutil", "statistics", "string", "subprocess",
    "tempfile", "textwrap", "threading", "time", "timeit", "traceback", "typing", "unittest",
    "urllib.request", "uuid", "zipfile", "concurrent.futures", "cloudpickle", "numpy.testing",
    "matplotlib.pyplot", "matplotlib_inline.backend_inline", "mpl_toolkits.mplot3d", "IPython.display",
    "torch", "torch.nn.functional", "torch.optim", "torch.func", "torch.testing", "torch.utils.data",
    "torch.utils._python_dispatch", "torch.autograd.functional", "torch.nn.utils",
)  # fmt: skip
_OF_FIGURES = ("matplotlib", "mpl_toolkits")
# Not torch.utils.benchmark: it asks CUDA whether it is there, and a build for CUDA starts a thread to know.
_CELLS = (
    "x = 1\nx",
    "%time x",
    "%%time\nfor i in range(2):\n    print(i)",
    "display(x)",
    "undefined_name",
    "def broken(:",
    "import torch\ntorch.arange(6.).reshape(2, 3)",
)


def import_shared(*, autograd: bool = True, leave_out: Collection[str] = ()) -> None:
    """Import and use once what a judge needs as well as a notebook: all but figures, and the shell.

    autograd: False where a device follows: its engine counts devices at its first use, which for a GPU
    initialises the driver, and no fork could use that.
    leave_out: some of optional_libraries.PARTS; a notebook that uses them imports them itself.
    """
    for name in _MODULES:
        if not name.startswith(_OF_FIGURES):
            importlib.import_module(name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        late_compiler.prepare()
        if autograd:
            use_torch(transforms="transforms" not in leave_out)
        if "meta" not in leave_out:
            _use_meta_device()
        if "accelerator" not in leave_out:
            accelerator.prepare()


def warm_up(
    ipython_directory: str, *, autograd: bool = True, leave_out: Collection[str] = ()
) -> NotebookShell:
    """The shell, with everything imported and used once; runs no code but ours.

    `autograd` and `leave_out` as for `import_shared`, which may have been called before.
    """
    import_shared(autograd=autograd, leave_out=leave_out)
    if "figures" not in leave_out:
        for name in _MODULES:
            importlib.import_module(name)
    otter_stub.install()
    shell = create(ipython_directory)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "figures" not in leave_out:
            shell.run_line_magic("matplotlib", "inline")
            _draw()
        for cell in _CELLS:
            shell.run_cell(cell, store_history=True)  # type: ignore[no-untyped-call]
    garbage.settle()  # first: a reset collects
    shell.reset(new_session=True)  # type: ignore[no-untyped-call]
    shell.execution_count = 1
    seed_everything(0)
    genuine_names.remember()
    return shell


def freeze() -> None:
    """Keep the collector and the log handlers from dirtying shared pages in every child."""
    # Each fork gives every logging handler a new lock (250 page faults, 1 ms). With one thread none is held.
    getattr(logging, "_at_fork_reinit_lock_weakset", set()).clear()
    garbage.settle()


def use_torch(*, transforms: bool = True) -> None:
    """Make the lazy parts of torch happen."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    torch.set_num_threads(1)

    class Counting(TorchDispatchMode):  # type: ignore[no-untyped-call]
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return func(*args, **(kwargs or {}))

    x = torch.arange(6.0).reshape(2, 3).requires_grad_()
    (x * x).sum().backward(torch.tensor(1.0))  # type: ignore[no-untyped-call]
    torch.autograd.grad((x**3).sum(), x, create_graph=True)[0].sum().backward()  # type: ignore[no-untyped-call]
    with Counting():  # type: ignore[no-untyped-call]
        torch.linalg.solve(torch.eye(3) + x.detach().mT @ x.detach(), torch.ones(3))
    torch.testing.assert_close(x, x.clone())
    repr(x), repr(x.sum())
    torch.einsum("ij,ik->jk", x.detach(), x.detach())
    if transforms:
        _transform()


def _transform() -> None:
    """Optimisers and function transforms, which import torch's compiler: 350 modules."""
    import torch

    x = torch.arange(6.0).reshape(2, 3)
    layer = torch.nn.Linear(3, 2)
    for optimiser in (torch.optim.Adam(layer.parameters()), torch.optim.SGD(layer.parameters(), lr=0.1)):
        torch.nn.functional.mse_loss(layer(x), torch.zeros(2, 2)).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    torch.func.jacrev(torch.sin)(x)
    torch.func.hessian(torch.sum)(x)  # forward mode compiles its formulas: 0.2 s
    torch.func.vmap(torch.sin)(x)


def _use_meta_device() -> None:
    import torch

    torch.ones(2, device="meta") + 1


def _draw() -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1], label="warm")
    axes.set_title("$x^2$")
    axes.legend()
    figure.canvas.draw()
    plt.close("all")
