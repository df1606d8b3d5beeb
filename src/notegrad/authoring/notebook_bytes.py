"""Notebooks as we write them: the same bytes from the same cells, and nothing about the author's machine."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

NBFORMAT_MINOR = 5  # the first with cell ids

# everything else is an editor's: who ran a cell and when, on which account, how the window looked
KEPT_NOTEBOOK_METADATA = ("kernelspec", "language_info", "otter")
KEPT_CELL_METADATA = ("deletable", "editable", "otter", "slideshow", "tags")
# that an author folded a cell's code away is meant for students: JupyterLab reads the one, Colab the other
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}


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


def kept_cell_metadata(cell: dict[str, Any]) -> dict[str, Any]:
    """Return the metadata of a cell that students get: what its author chose, whether its code is folded."""
    metadata = cell.get("metadata", {})
    hidden = (metadata.get("jupyter") or {}).get("source_hidden") is True
    is_folded = cell["cell_type"] == "code" and (hidden or metadata.get("cellView") == "form")
    return _kept(metadata, KEPT_CELL_METADATA) | (FOLDED if is_folded else {})


def _clean_cell(cell: dict[str, Any], seen: Counter[str]) -> dict[str, Any]:
    source = text(cell["source"])
    key = f"{cell['cell_type']}\n{source}"
    seen[key] += 1
    clean: dict[str, Any] = {
        "cell_type": cell["cell_type"],
        # from the text, so that a cell keeps its id when another is put before it
        "id": hashlib.sha256(f"{seen[key]}\n{key}".encode()).hexdigest()[:12],
        "metadata": kept_cell_metadata(cell),
        "source": source.splitlines(keepends=True),
    }
    if cell["cell_type"] == "code":
        clean |= {"execution_count": None, "outputs": []}
    if cell.get("attachments"):
        clean["attachments"] = cell["attachments"]
    return clean


def _kept(metadata: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: metadata[key] for key in keys if key in metadata}
