"""A notebook that is too large only by what it shows is graded all the same."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from notegrad.intake import notebooks, outputs
from notegrad.intake.hand_in import read_notebook
from notegrad.intake.outputs import without_outputs
from notegrad.intake.submissions import read_folder, read_submissions
from notegrad.records import Submission

MIB = 1024 * 1024
FILM = "A" * (12 * MIB)
SMALL_LIMIT = 400

texts = st.text(st.sampled_from('ab"\\[]{},:é\n\x00\ud83d outputs"'), max_size=20)
values = st.recursive(
    st.none() | st.floats() | texts | st.sampled_from(['"outputs": [', "outputs", '\\"outputs\\":{']),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(texts | st.just("outputs"), inner, max_size=4)
    ),
    max_leaves=15,
)


def notebook(source: object, output: object, **more: object) -> bytes:
    cell = {"outputs": [output], "cell_type": "code", "source": source, "attachments": {"film": output}}
    return json.dumps({"metadata": {"widgets": {"x": output}}, "cells": [cell], **more}).encode()


def notes_of(submission: Submission) -> str:
    assert submission.unreadable is None
    assert submission.cells == ("x = 1",)
    return " ".join(submission.notes)


@settings(deadline=None, max_examples=300)
@given(
    source=texts | st.lists(texts, max_size=3), output=values, more=values, indent=st.sampled_from([None, 1])
)
def test_only_outputs_are_cut(source: object, output: object, more: object, indent: int | None) -> None:
    """Whatever sources and outputs hold, marks of JSON and the very key among them, the cells are those of before."""
    data = json.dumps(json.loads(notebook(source, output, more=more)), indent=indent).encode()
    data += b" " * SMALL_LIMIT
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outputs, "MAX_NOTEBOOK_BYTES", SMALL_LIMIT)
        cut = without_outputs(data)
    assert notebooks.read_code_cells(cut) == notebooks.read_code_cells(data)
    read = json.loads(cut)
    assert (read["cells"][0]["outputs"], read["cells"][0]["attachments"]) == ([], {})


@settings(deadline=None, max_examples=100)
@given(data=st.binary(max_size=60), at=st.integers(0, 500))
def test_damaged_notebooks_are_cut_or_left(data: bytes, at: int) -> None:
    """Bytes that are no JSON raise nothing and end: a quote that is never closed, a list that never ends."""
    whole = notebook("x = 1", ["film", {"a": '"\\'}])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outputs, "MAX_NOTEBOOK_BYTES", 10)
        assert len(without_outputs(whole[:at] + data + whole[at:])) <= len(whole) + len(data)


@pytest.mark.parametrize("name", ["tp.ipynb", "tp.ipynb.txt"])
def test_a_film_beside_the_answers_costs_nothing(tmp_path: Path, name: str) -> None:
    """Alone, in a folder and twice in one zip: read without outputs, and told; a film in a cell itself is refused."""
    large = notebook("x = 1", FILM)
    place = tmp_path / "alice"
    place.mkdir()
    (place / name).write_bytes(large)
    assert f"sans elles\xa0: {name}" in notes_of(read_folder(place, id="a"))
    (alone,) = read_submissions([place / name])
    assert "lu sans elles" in notes_of(alone)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"encore/{name}", large)
        archive.writestr(f"fini/{name}", large)
    (tmp_path / "bob.zip").write_bytes(buffer.getvalue())
    (zipped,) = read_submissions([tmp_path / "bob.zip"])
    assert f"sans elles\xa0: fini/{name}" in notes_of(zipped)
    assert "plus de 32 Mo" in (read_notebook(notebook(FILM * 3, 1), id="a").unreadable or "")


def test_many_values_in_outputs_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A figure of a million numbers is no flood: what it is made of is not looked at."""
    monkeypatch.setattr(notebooks, "MAX_JSON_VALUES", 1000)
    monkeypatch.setattr(outputs, "MAX_JSON_VALUES", 1000)
    assert "lu sans elles" in notes_of(read_notebook(notebook("x = 1", list(range(2000))), id="a"))
    assert read_notebook(notebook(list("x" * 2000), 1), id="a").unreadable is not None


PROGRAM = """
import io, resource, sys, zipfile
from notegrad.intake.hand_in import read_submission
head, tail = b'{"cells": [{"cell_type": "code", "source": "x = 1", "outputs": ["', b'"]}]}'
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
    for number in range(6):
        with archive.open(f"{number}.ipynb", "w", force_zip64=True) as stream:
            stream.write(head)
            for _ in range(45):
                stream.write((b"figure %d " % number + bytes(range(35, 91)) * 8) * 2200)
            stream.write(tail)
data = buffer.getvalue()
del buffer
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
submission = read_submission(data, id="a")
print(submission.unreadable, submission.cells, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_several_large_notebooks_of_one_zip_take_the_memory_of_one() -> None:
    """Six of 45 MiB each are read one after the other, and what is kept of them is small."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    said, _, grown_mb = done.stdout.rpartition(" ")
    assert said == "None ('x = 1',)"
    assert int(grown_mb) < 180
