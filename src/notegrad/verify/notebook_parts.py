"""The parts of an assignment's notebook into which answers are put: what stands before, and the solutions."""

from __future__ import annotations

import json
from collections.abc import Sequence

from notegrad.authoring.build import Built
from notegrad.authoring.notebook_bytes import text
from notegrad.records import Record


class NotebookParts(Record, frozen=True, kw_only=True):
    """The parts of a notebook of trials: code before the first question, and the solutions in order."""

    head: tuple[str, ...]
    references: dict[str, str]


def notebook_parts(built: Built, names: Sequence[str]) -> NotebookParts:
    """Return the code before the first lesson, and the reference solution of each question."""
    from otter.assign.solutions import SOLUTION_CELL_TAG

    student = json.loads(built.student[built.assigned.notebook_name])["cells"]
    start = next((i for i, cell in enumerate(student) if cell["cell_type"] == "code"), len(student))
    head = []
    for cell in student[start:]:
        if cell["cell_type"] != "code" or text(cell["source"]).startswith("grader.check("):
            break
        head.append(text(cell["source"]))
    references: dict[str, list[str]] = {name: [] for name in names}
    pending: list[str] = []
    for cell in json.loads(built.assigned.solution)["cells"]:
        source = text(cell["source"])
        if SOLUTION_CELL_TAG in cell["metadata"].get("tags", []) and cell["cell_type"] == "code":
            pending.append(source)
        for name in names:
            if f'grader.check("{name}")' in source:
                references[name], pending = pending, []
    return NotebookParts(
        head=tuple(head), references={n: "\n\n".join(cells) for n, cells in references.items()}
    )
