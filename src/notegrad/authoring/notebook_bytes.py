"""Notebooks as we write them: the same bytes from the same cells, and nothing about the author's machine."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

NBFORMAT_MINOR = 5  # the first with cell ids

# everything else is an editor's: who ran a cell and when, on which account, how the window looked
KEPT_NOTEBOOK_METADATA = ("kernelspec", "language_info", "otter")
KEPT_CELL_METADATA = ("cellView", "deletable", "editable", "jupyter", "otter", "slideshow", "tags")
KEPT_JUPYTER_METADATA = ("source_hidden",)  # a folded cell is the author's choice, folded outputs are not


def normalise(data: bytes) -> bytes:
    """Return a notebook of otter's without outputs, foreign metadata and random cell ids, as nbformat 4.5."""
    notebook = json.loads(data)
    seen: Counter[str] = Counter()
    clean = {
        "cells": [_clean_cell(cell, seen) for cell in notebook["cells"]],
        "metadata": _kept(notebook["metadata"], KEPT_NOTEBOOK_METADATA),
        "nbformat": 4,
        "nbformat_minor": NBFORMAT_MINOR,
    }
    return (json.dumps(clean, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def code_cells(data: bytes) -> list[str]:
    """Return the sources of a notebook's code cells."""
    return [text(cell["source"]) for cell in json.loads(data)["cells"] if cell["cell_type"] == "code"]


def text(source: str | list[str]) -> str:
    """Return a cell's source, which files hold as one string or as lines, as one string."""
    return source if isinstance(source, str) else "".join(source)


def kept_of_cell(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return what of a cell's metadata its author chose."""
    kept = _kept(metadata, KEPT_CELL_METADATA)
    folding = kept.pop("jupyter", None)
    folded = _kept(folding, KEPT_JUPYTER_METADATA) if isinstance(folding, dict) else {}
    return {**kept, "jupyter": folded} if folded else kept


def _clean_cell(cell: dict[str, Any], seen: Counter[str]) -> dict[str, Any]:
    source = text(cell["source"])
    key = f"{cell['cell_type']}\n{source}"
    seen[key] += 1
    clean: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        # from the text, so that a cell keeps its id when another is put before it
        "id": hashlib.sha256(f"{seen[key]}\n{key}".encode()).hexdigest()[:12],
        "metadata": kept_of_cell(cell["metadata"]),
        "source": source.splitlines(keepends=True),
    }
    if cell["cell_type"] == "code":
        clean |= {"execution_count": None, "outputs": []}
    if cell.get("attachments"):
        clean["attachments"] = cell["attachments"]
    return clean


def _kept(metadata: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: metadata[key] for key in keys if key in metadata}
