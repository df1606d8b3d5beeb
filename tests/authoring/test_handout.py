"""A bundle tells the names of its handout: those of libraries, and those of the notebook's own classes."""

from __future__ import annotations

from notegrad.authoring.handout import read_handout
from notegrad.settings import Handout

CELLS = [
    "%matplotlib inline\nimport torch.nn.functional as F\nimport os.path, numpy as np",
    "from torch.testing import assert_close\nfrom math import *\nfrom absent_library import thing\nimport mes_aides",
    "try:\n    import copy as cp\nexcept ImportError:\n    pass",
    "def f(x):\n    import json\n    return x",
    "class Pile:\n    pass\ndef fabrique():\n    p = Pile()\n    return p\npile = fabrique()",
    "def cache():\n    class Interne:\n        pass\n    return Interne()\ndef somme(x):\n    return Pile().total(x)",
    "hypot = lambda x, y: 0\nx = = 1",
    "def sqrt(x):\n    return x ** 0.5",
]
WORDS = {
    *("F", "os", "np", "assert_close", "sqrt", "cos", "thing", "mes_aides", "cp", "json", "Pile", "fabrique"),
    *("pile", "cache", "somme", "hypot", "x"),
}


def test_a_handouts_names_are_read_and_not_run() -> None:
    """Imports of libraries that are here, classes, their objects and makers; not what an answer is called."""
    assert read_handout(CELLS, WORDS) == Handout(
        imports={
            "F": "torch.nn.functional",
            "assert_close": "torch.testing:assert_close",
            "cos": "math:cos",
            "cp": "copy",
            "hypot": "math:hypot",  # its cell does not parse
            "np": "numpy",
            "os": "os",
        },
        given=("Pile", "cache", "fabrique", "pile", "somme", "sqrt"),  # the notebook's own, imports apart
        classes=("Pile", "cache", "fabrique", "pile"),
    )


def test_only_names_that_tests_use_are_told() -> None:
    """A bundle stays as it is where a cell that no test speaks of changes."""
    assert read_handout(CELLS, {"F"}) == Handout(imports={"F": "torch.nn.functional"})
