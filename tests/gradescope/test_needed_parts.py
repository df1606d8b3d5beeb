"""A guess at the libraries that a submission needs, made of files that nobody has read yet: it never ends a run."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notegrad.gradescope.needed_parts import unneeded_parts

DRAWING = "import matplotlib.pyplot as plt\nplt.plot([1])"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(["cells", "worksheets", "source", "input", "cell_type", "code", "metadata"])
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def unneeded(notebook: bytes, name: str = "a.ipynb") -> tuple[str, ...]:
    """The parts that are not needed for a submission of one file."""
    with tempfile.TemporaryDirectory() as root:
        place = Path(root) / "submission"
        place.mkdir()
        (place / name).write_bytes(notebook)
        return unneeded_parts(Path(root))


@given(DOCUMENTS)
def test_any_json_is_taken(document: object) -> None:
    """A file of any shape is looked through and left to those who read it."""
    unneeded(json.dumps(document).encode())


@given(st.binary(max_size=50))
def test_any_bytes_are_taken(content: bytes) -> None:
    """A file that is no JSON, too."""
    unneeded(content)


@pytest.mark.parametrize(
    "document",
    [
        {"cells": [{"cell_type": "code", "source": DRAWING}]},
        {"cells": [{"cell_type": "code", "source": DRAWING.splitlines(keepends=True)}]},
        {"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code", "input": DRAWING}]}]},
        {"cells": [{"cell_type": "code", "source": DRAWING}, {"cell_type": "code"}]},
        {"cells": [3, {"cell_type": "code", "source": DRAWING}]},
    ],
)
def test_what_a_notebook_draws_with_is_needed(document: Any) -> None:
    """A library that a cell names is kept, in today's format, in an old one and in a damaged one."""
    nothing = {"cells": [{"cell_type": "code", "source": "x = 1"}]}
    assert "figures" in unneeded(json.dumps(nothing).encode())
    assert "figures" not in unneeded(json.dumps(document).encode())
