"""Print options are read where the notebook ran: it may have set them, or a library as it was imported."""

from __future__ import annotations

import numpy as np
import torch

Settings = tuple[tuple[str, object], ...]


def read_print_settings() -> tuple[Settings, Settings]:
    """NumPy's and torch's print options, without those that are functions.

    Runs beside student code, which may say what it likes.
    """
    of_numpy = ((name, value) for name, value in np.get_printoptions().items() if name != "formatter")
    of_torch = vars(torch._tensor_str.PRINT_OPTS).items()
    return tuple(of_numpy), tuple(of_torch)
