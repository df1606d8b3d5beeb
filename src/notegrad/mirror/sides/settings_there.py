"""Settings of libraries are read where the notebook ran: it may have set them, or a library of its own."""

from __future__ import annotations

import decimal
import sys
from typing import Any

import numpy as np
import torch

Settings = tuple[tuple[str, object], ...]
Groups = tuple[tuple[str, Settings], ...]
"""Settings by what they are of: `numpy.print`, `numpy.errors`, `torch.print`, `decimal`, `pandas`."""

_OF_PANDAS = (
    "display.colheader_justify",
    "display.expand_frame_repr",
    "display.max_columns",
    "display.max_colwidth",
    "display.max_rows",
    "display.min_rows",
    "display.multi_sparse",
    "display.precision",
    "display.show_dimensions",
    "display.width",
)


def read_library_settings() -> Groups:
    """The settings of libraries under which values are computed and printed, but for functions.

    Runs beside student code, which may say what it likes.
    """
    of_numpy = ((name, value) for name, value in np.get_printoptions().items() if name != "formatter")
    context = decimal.getcontext()
    groups: Groups = (
        ("numpy.print", tuple(of_numpy)),
        ("numpy.errors", tuple(np.geterr().items())),
        ("torch.print", tuple(vars(torch._tensor_str.PRINT_OPTS).items())),
        ("decimal", (("prec", context.prec), ("rounding", context.rounding))),
    )
    pandas: Any = sys.modules.get("pandas")
    if pandas is None:
        return groups
    return (*groups, ("pandas", tuple((name, pandas.get_option(name)) for name in _OF_PANDAS)))
