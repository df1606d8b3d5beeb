"""Intake never raises, whatever the bytes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from notegrad.intake.hand_in import read_submission
from tests.support.intake_promise import GOOD, keeps_its_promise

texts = st.text(alphabet='a#é\n\r\t\x00"\\\ud83d\ude00', max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=6,
)
cell_keys = st.sampled_from(["cell_type", "source", "input", "metadata", "outputs", "execution_count", "id"])
odd_cells = st.dictionaries(cell_keys, trees | st.just("code"), max_size=6)
notebook_keys = st.sampled_from(["cells", "worksheets", "metadata", "nbformat", "nbformat_minor"])
odd_notebooks = st.dictionaries(
    notebook_keys,
    st.lists(odd_cells | trees, max_size=4) | st.lists(st.fixed_dictionaries({"cells": trees})),
    max_size=5,
)


def mutate(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for start, length, new in edits:
        at = start % (len(data) + 1)
        data = data[:at] + new + data[at + length :]
    return data


edits = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 30), st.binary(max_size=6)), max_size=6)


@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00\x00{")
def test_random_bytes_never_raise(data: bytes) -> None:
    """Any bytes are a submission."""
    keeps_its_promise(read_submission(data, id="a"))


@given(edits)
def test_mutated_notebooks_never_raise(changes: list[tuple[int, int, bytes]]) -> None:
    """A notebook with bytes changed, cut out or put in is a submission."""
    keeps_its_promise(read_submission(mutate(GOOD, changes), id="a"))


@given(odd_notebooks)
def test_json_of_any_shape_never_raises(tree: dict[str, Any]) -> None:
    """JSON that has a notebook's keys and any values is a submission, surrogates and NaN included."""
    keeps_its_promise(read_submission(json.dumps(tree).encode(), id="a"))


@given(edits, st.lists(st.text(max_size=12), max_size=3, unique=True))
def test_mutated_archives_never_raise(changes: list[tuple[int, int, bytes]], names: list[str]) -> None:
    """An archive with bytes changed, or with members of any name, is a submission."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tp2.ipynb", GOOD)
        for name in names:
            archive.writestr(zipfile.ZipInfo(name.encode("utf-8", "replace").decode()), b"data")
    keeps_its_promise(read_submission(buffer.getvalue(), id="a"))
    keeps_its_promise(read_submission(b"PK\x03\x04" + mutate(buffer.getvalue(), changes)[4:], id="a"))


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_sources_survive_but_for_line_ends(sources: list[str]) -> None:
    """What a student typed is what is graded: cells read back are the cells written."""
    nb = {"cells": [{"cell_type": "code", "source": source.splitlines(keepends=True)} for source in sources]}
    submission = read_submission(json.dumps(nb).encode(), id="a")
    assert submission.cells == tuple(s.replace("\r\n", "\n").replace("\r", "\n") for s in sources)
