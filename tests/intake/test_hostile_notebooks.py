"""Notebooks made to hurt the reader, and a class that hands in too much together."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

import pytest

from notegrad.errors import InputError
from notegrad.intake import notebooks, shared_files
from notegrad.intake.exports.source import open_source
from notegrad.intake.hand_in import read_notebook
from notegrad.intake.submissions import read_submissions

MIB = 1024 * 1024
SMALLER = 20  # the limit and the files are that much smaller here: measuring is slow
FLOOD_BYTES = MIB  # enough for each unit below to exceed the number of values


def filled(unit: bytes, *, first: bytes = b'{"cells":[', last: bytes = b"0]}") -> bytes:
    return first + unit * ((FLOOD_BYTES - len(first) - len(last)) // len(unit)) + last


FLOODS = [
    pytest.param(filled(b"[],"), id="empty lists"),
    pytest.param(filled(b"[" * 90 + b"]" * 90 + b","), id="nested lists"),
    pytest.param(filled(b'{"":{}},'), id="objects"),
    pytest.param(filled(b'{"cell_type":"code","source":"x"},'), id="a million cells"),
    pytest.param(b'{"cells":[],' + b",".join(b'"%d":0' % i for i in range(50_000)) + b"}", id="a million keys"),
    pytest.param(filled(b"1.5,"), id="numbers"),
    pytest.param(filled(b'"",'), id="empty strings"),
    pytest.param(filled(b"["), id="endless nesting"),
]  # fmt: skip


@pytest.mark.parametrize("data", FLOODS)
def test_floods_of_values_are_refused_before_they_are_parsed(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of tiny values would take fifty times its size: the sentence costs no more than the text itself."""
    monkeypatch.setattr(notebooks, "MAX_JSON_VALUES", notebooks.MAX_JSON_VALUES // SMALLER)
    tracemalloc.start()
    started = time.process_time()
    try:
        submission = read_notebook(data, id="a")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert submission.unreadable is not None
    assert "effacez les sorties" in submission.unreadable
    assert peak < 3 * len(data)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "output",
    [
        "[1.0, 2.0], " * 300_000,
        'dit "oui", "non", \\ ' * 200_000,
        ["tensor([[0.1234, 0.2345, 0.3456, 0.4567]])\n"] * 100_000,
    ],
    ids=["brackets in text", "quotes in text", "many lines"],
)
def test_long_outputs_are_no_flood(output: object) -> None:
    """Brackets, commas and escaped quotes inside printed text are not values: an honest notebook is read."""
    cell = {"cell_type": "code", "source": "x", "outputs": [{"output_type": "stream", "text": output}]}
    assert read_notebook(json.dumps({"cells": [cell]}).encode(), id="a").cells == ("x",)


@pytest.mark.parametrize(
    "data",
    [b'{"' * 900_000, b'{"' + b'\\"' * (2 * MIB), b'{"' + b"\\" * (2 * MIB), b'{"a' + b"[" * (3 * MIB)],
    ids=["many open strings", "escaped quotes", "backslashes", "a string that never ends"],
)
def test_the_count_takes_time_in_proportion_to_the_file(data: bytes) -> None:
    """Strings that never end do not make the count start over and over."""
    started = time.process_time()
    assert read_notebook(data, id="a").unreadable is not None
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "number", [b"1" * MIB, b"0." + b"1" * MIB, b"1" * MIB + b"e-999999", b"1e999999999", b"NaN", b"-Infinity"]
)
def test_numbers_of_any_length_cost_nothing(number: bytes) -> None:
    """Numbers are outputs' business: not even one with a million digits costs the student a mark."""
    data = b'{"cells":[{"cell_type":"code","source":"x","outputs":[%s]}]}' % number
    started = time.process_time()
    assert read_notebook(data, id="a").cells == ("x",)
    assert time.process_time() - started < 2


def test_of_keys_given_twice_the_last_counts() -> None:
    """As in Jupyter and in otter: there is one reading of a notebook, not two."""
    data = b'{"cells":[{"cell_type":"code","source":"seen","source":"graded"}]}'
    assert read_notebook(data, id="a").cells == (json.loads(data)["cells"][0]["source"],) == ("graded",)


def test_attachments_and_null_bytes_are_carried_by_nobody() -> None:
    """What hangs on a cell beside its source never leaves intake; a null byte stays in the cell that has it."""
    cell = {"cell_type": "code", "source": "x = 1\x00", "attachments": {"a.png": {"image/png": "A" * 99}}}
    assert read_notebook(json.dumps({"cells": [cell]}).encode(), id="a").cells == ("x = 1\x00",)


def test_files_that_a_class_hands_in_alike_are_held_once(tmp_path: Path) -> None:
    """Every student hands the course's data back: thirty copies are one in memory."""
    for number in range(3):
        folder = tmp_path / f"e{number}"
        folder.mkdir()
        (folder / "tp.ipynb").write_bytes(b'{"cells":[{"cell_type":"code","source":"x"}]}')
        (folder / "points.csv").write_bytes(b"1,2\n" * 1000)
    contents = [submission.files[0][1] for submission in read_submissions([tmp_path])]
    assert contents[0] is contents[1] is contents[2]


def test_a_run_holds_no_more_than_its_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many submissions of allowed size end in one sentence that names the largest, not in a dead machine."""
    monkeypatch.setattr(shared_files, "MAX_RUN_BYTES", 10_000)
    for number, size in enumerate((100, 6_000, 6_000)):
        folder = tmp_path / f"e{number}"
        folder.mkdir()
        (folder / "tp.ipynb").write_bytes(b'{"cells":[{"cell_type":"code","source":"x"}]}')
        (folder / "points.csv").write_bytes(str(number).encode() * size)
    with pytest.raises(InputError, match=r"the largest: e2, e1"):
        read_submissions([tmp_path])


def test_the_limit_lies_above_what_real_notebooks_hold() -> None:
    """A notebook of 2,000 cells with 100 lines of output each is far from it."""
    assert notebooks.MAX_JSON_VALUES > 4 * 2_000 * 100


def test_links_among_submissions_are_rows_that_say_so(tmp_path: Path) -> None:
    """A link beside the submissions may lead to any file of the machine: it is named, and not followed."""
    notebook = b'{"cells":[{"cell_type":"code","source":"secret"}]}'
    (tmp_path / "elsewhere/below").mkdir(parents=True)
    (tmp_path / "elsewhere/tp.ipynb").write_bytes(notebook)
    (tmp_path / "elsewhere/below/points.csv").write_bytes(b"1")
    hand = tmp_path / "hand"
    hand.mkdir()
    (hand / "ada.ipynb").write_bytes(notebook.replace(b"secret", b"x"))
    (hand / "bob.ipynb").symlink_to(tmp_path / "elsewhere/tp.ipynb")
    (hand / "cléo").symlink_to(tmp_path / "elsewhere")
    (hand / "dan.ipynb").symlink_to(tmp_path / "nowhere")
    (hand / "data").symlink_to(tmp_path / "elsewhere/below")
    found = {submission.student: submission for submission in read_submissions([hand])}
    assert sorted(found) == ["ada", "bob", "cléo", "dan", "data"]
    assert found["ada"].unreadable is None
    for name in ("bob", "cléo", "dan", "data"):
        assert found[name].cells == () and "lien symbolique" in (found[name].unreadable or "")
    (followed,) = read_submissions([hand / "bob.ipynb"])  # given by whoever grades: theirs to choose
    assert followed.cells == ("secret",)


def test_links_in_the_folder_of_an_export_are_left_out_and_named(tmp_path: Path) -> None:
    """An unpacked export brings no file of the grader's machine along, and staff read which were left out."""
    (tmp_path / "export/a").mkdir(parents=True)
    (tmp_path / "export/a/tp.ipynb").write_bytes(b"{}")
    (tmp_path / "export/a/lien.ipynb").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "export/dossier").symlink_to(tmp_path)
    source = open_source(tmp_path / "export")
    assert source is not None
    assert [entry.path for entry in source.entries if not entry.refusal] == ["a/tp.ipynb"]
    assert all(source.read(entry, 100) is None for entry in source.entries if entry.refusal)
    assert sorted(warning.text("en") for warning in source.warnings) == [
        "Left out of export: a/lien.ipynb (it is a link or a special file).",
        "Left out of export: dossier (it is a link or a special file).",
    ]
