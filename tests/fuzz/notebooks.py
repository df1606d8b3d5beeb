"""Notebooks that students hand in."""

from __future__ import annotations

import json
import random

import nbformat

from notegrad.intake import outputs
from notegrad.intake.hand_in import read_notebook
from notegrad.intake.notebooks import UnreadableError, read_code_cells
from tests.support.intake_promise import GOOD, keeps_its_promise

PIECES = (
    b'"cells":', b'"cell_type":"code"', b'"source":', b'"input":', b'"code":', b'"metadata":', b'"worksheets":', b'"tags":', b'"outputs":[', b'"outputs":{', b'"attachments":{', b'\\"outputs":[',
    b'["otter_ignore"]', b'{"otter":{"ignore":true}}', b"[", b"]", b"{", b"}", b",", b'"', b"\\", b"\\ud83d", b"null", b"NaN",
    b"-Infinity", b"1e999", b"9" * 500, b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\r\n", b"<<<<<<< HEAD\n", b"[" * 1_200,
)  # fmt: skip


def seeds() -> list[bytes]:
    old = nbformat.writes(nbformat.convert(nbformat.reads(GOOD.decode(), 4), 3)).encode()
    small = {"cells": [{"cell_type": "code", "source": ["é\r\n", "x"], "metadata": {"tags": ["a"]}}]}
    text = json.dumps(small, ensure_ascii=False)
    return [GOOD, old, *(text.encode(code) for code in ("utf-8", "utf-16", "utf-32-le", "cp1252")), b"<html>"]


def check(data: bytes) -> None:
    keeps_its_promise(read_notebook(data, id="a"))
    try:
        cells = read_code_cells(data)
    except UnreadableError:
        return
    outputs.MAX_NOTEBOOK_BYTES, limit = 0, outputs.MAX_NOTEBOOK_BYTES
    try:
        assert read_code_cells(outputs.without_outputs(data)) == cells
    finally:
        outputs.MAX_NOTEBOOK_BYTES = limit


def mutate(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(PIECES) + data[at + rng.randrange(12) :]
