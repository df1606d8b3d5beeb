"""Reading one notebook out of bytes."""

from __future__ import annotations

import json

import nbformat
import pytest

from notegrad.intake.hand_in import read_notebook
from notegrad.intake.notebooks import MAX_CODE_CELLS, MAX_NOTEBOOK_BYTES

CODE: dict[str, object] = {
    "cell_type": "code",
    "source": "x = 1\n",
    "metadata": {},
    "outputs": [],
    "execution_count": None,
}


def notebook(*cells: object, **keys: object) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **keys}).encode()


def cells_of(data: bytes) -> tuple[str, ...]:
    submission = read_notebook(data, id="a")
    assert submission.unreadable is None
    return submission.cells


def reason_of(data: bytes) -> str:
    submission = read_notebook(data, id="a")
    assert submission.cells == ()
    assert submission.unreadable is not None
    return submission.unreadable


def test_code_cells_are_read_in_order_and_other_cells_are_not() -> None:
    """Sources come in the order of the notebook, whether they are a string or a list of lines."""
    markdown = {"cell_type": "markdown", "source": "# titre"}
    raw = {"cell_type": "raw", "source": "# BEGIN"}
    data = notebook(markdown, CODE, raw, {**CODE, "source": ["y = 2\n", "y"]})
    assert cells_of(data) == ("x = 1\n", "y = 2\ny")


@pytest.mark.parametrize("version", [2, 3, 4])
def test_old_formats_give_what_nbformat_gives(version: int) -> None:
    """Formats 2 and 3 (worksheets, `input`) read as nbformat's own upgrade reads them."""
    new = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# titre"),
            nbformat.v4.new_code_cell("def f(x):\n    return x\n\nf(1)"),
            nbformat.v4.new_code_cell("é = 'œ'"),
        ]
    )
    text = nbformat.writes(new) if version == 4 else nbformat.writes(nbformat.convert(new, 3))
    if version == 2:
        text = text.replace('"nbformat": 3', '"nbformat": 2')
    assert cells_of(text.encode()) == ("def f(x):\n    return x\n\nf(1)", "é = 'œ'")


def test_lines_without_ends_are_joined_as_nbformat_does() -> None:
    """Before version 4 lines could be stored without their ends; version 4 never adds one."""
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1", "y = 2"]}]}], "nbformat": 3}
    assert cells_of(json.dumps(old).encode()) == ("x = 1\ny = 2",)
    assert cells_of(notebook({**CODE, "source": ["x = ", "1"]})) == ("x = 1",)


@pytest.mark.parametrize("minor", range(6))
def test_missing_metadata_outputs_and_ids_do_not_matter(minor: int) -> None:
    """No kernelspec, no metadata, no outputs, no cell id, unknown keys: read all the same."""
    data = {
        "nbformat": 4,
        "nbformat_minor": minor,
        "cells": [{"cell_type": "code", "source": "x"}],
        "odd": [1],
    }
    assert cells_of(json.dumps(data).encode()) == ("x",)


def test_colab_metadata_does_not_matter() -> None:
    """A notebook saved by Colab, with its own keys at every level, reads as any other."""
    cell = {**CODE, "metadata": {"id": "q", "colab": {"base_uri": "x"}, "executionInfo": {"user": None}}}
    assert cells_of(notebook(cell, metadata={"colab": {"provenance": []}, "accelerator": "GPU"})) == (
        "x = 1\n",
    )


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_of_old_editors_are_read(encoding: str) -> None:
    """A byte order mark, UTF-16 and a Windows code page keep the accents."""
    data = json.dumps({"cells": [{**CODE, "source": "é = 1"}]}, ensure_ascii=False).encode(encoding)
    assert cells_of(data) == ("é = 1",)


def test_line_ends_become_newlines_in_sources_and_around_them() -> None:
    """Windows and old Macintosh line ends, inside sources and in the file, give the same cells."""
    cell = {**CODE, "source": ["def f():\r\n", "    return 1\r", "f()"]}
    data = json.dumps({"cells": [cell]}, indent=1).replace("\n", "\r\n").encode()
    assert cells_of(data) == ("def f():\n    return 1\nf()",)


def test_surrogates_are_joined_or_replaced() -> None:
    """What no UTF-8 can carry never leaves intake, and halves that stood apart become one character."""
    cell = r'{"cell_type": "code", "source": ["s = \"\ud83d", "\ude00 \udc00\""]}'
    (source,) = cells_of(f'{{"cells": [{cell}]}}'.encode())
    assert source == 's = "\U0001f600 \ufffd"'
    source.encode()


@pytest.mark.parametrize("metadata", [{"tags": ["otter_ignore"]}, {"otter": {"ignore": True}}])
def test_cells_that_otter_ignores_are_left_out(metadata: object) -> None:
    """The tag and the metadata key that otter knows take a cell out of grading here too."""
    assert cells_of(notebook({**CODE, "metadata": metadata}, {**CODE, "source": "y"})) == ("y",)


@pytest.mark.parametrize(
    "metadata",
    [None, [], "otter_ignore", {"tags": "otter_ignore"}, {"otter": "ignore"}, {"otter": {"ignore": 0}}],
)
def test_odd_metadata_ignores_nothing(metadata: object) -> None:
    """Metadata of the wrong shape neither raises nor hides a cell."""
    assert cells_of(notebook({**CODE, "metadata": metadata})) == ("x = 1\n",)


@pytest.mark.parametrize("source", [None, 3, {"a": 1}, [], [None, 3]])
def test_a_source_of_the_wrong_type_is_an_empty_cell(source: object) -> None:
    """One damaged cell costs that cell only."""
    assert cells_of(notebook({**CODE, "source": source}, CODE)) == ("", "x = 1\n")


def test_huge_numbers_and_control_characters_are_tolerated() -> None:
    """An output of 100,000 digits or a raw tab in a string does not make a notebook unreadable."""
    data = notebook(CODE).replace(b'"metadata": {}', b'"metadata": ' + b"9" * 100_000)
    assert cells_of(data) == ("x = 1\n",)
    assert cells_of(notebook(CODE).replace(b"x = 1", b"x\t= 1")) == ("x\t= 1\n",)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "vide"),
        (b"\xef\xbb\xbf \r\n", "vide"),
        (b"\x00" * 512, "vide"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"\xef\xbb\xbf\n<html>", "HTML"),
        (b"import torch\nx = 1\n", "pas un notebook"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04abc", "zip"),
        (b"Rar!\x1a\x07", "RAR"),
        (b'{"cells": [{"cell_type": "code", "sou', "coupé"),
        (b'{"cells": [\n<<<<<<< HEAD\n{}\n=======\n', "conflit"),
        (b"[1, 2]", "pas un notebook"),
        (b"3", "pas un notebook"),
        (b'{"name": "x"}', "pas un notebook"),
        (b'{"cells": {"a": 1}}', "pas un notebook"),
        (b'{"cells": []}', "aucune cellule"),
        (b'{"worksheets": []}', "aucune cellule"),
        (b'{"cells": [{"cell_type": "markdown", "source": "x"}]}', "aucune cellule de code"),
        (b"[" * 100_000, "imbriqu"),
        (b'{"a":' * 100_000, "imbriqu"),
    ],
)
def test_what_is_no_notebook_says_why(data: bytes, said: str) -> None:
    """Each kind of wrong file gets its own single sentence, for the student, with what to do."""
    reason = reason_of(data)
    assert said in reason
    assert "\n" not in reason
    assert reason.endswith(".")


def test_sizes_are_limited() -> None:
    """A notebook that is too large, in bytes or in cells, is refused with a sentence and at once."""
    assert "Mo" in reason_of(b" " * (MAX_NOTEBOOK_BYTES + 1))
    assert "démesuré" in reason_of(notebook(*[CODE] * (MAX_CODE_CELLS + 1)))
    assert "démesuré" in reason_of(notebook({**CODE, "source": "x" * 5_000_000}))
