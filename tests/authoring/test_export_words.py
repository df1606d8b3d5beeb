"""The end of a handout, which otter writes in English: in the course's language, with the author's own words."""

from __future__ import annotations

import json

import pytest

from notegrad.authoring.build import build
from notegrad.course.config import load_config
from notegrad.messages.typography import ascii_spaces
from tests.support.course import CONFIG_CELL, DOUBLE, Course

OTTERS = ("Make sure you have run", "Please save before exporting", "Save your notebook first")


def last_cells(course: Course, language: str, export: str) -> str:
    """The text of the handout's cells behind its last check."""
    course.config.write_text(course.config.read_text("utf-8") + f"language: {language}\n", "utf-8")
    course.write([*DOUBLE], CONFIG_CELL.replace("export_cell: false", f"export_cell:\n{export}"))
    (student,) = build(load_config(course.config), course.slug, check=False).student.values()
    cells = ["".join(cell["source"]) for cell in json.loads(student)["cells"]]
    behind = max(number for number, source in enumerate(cells) if source.startswith("grader.check("))
    return ascii_spaces("\n".join(cells[behind + 1 :]))


@pytest.mark.parametrize(
    ("language", "title", "how"),
    [("fr", "## Rendre", "**enregistrez-le**"), ("en", "## Submission", "**save it**")],
)
def test_the_end_speaks_the_courses_language(course, language, title, how):
    """How to hand in is said once, in one language, and the call of the export is otter's."""
    said = last_cells(course, language, "    pdf: false\n    run_tests: true\n")
    assert title in said
    assert how in said
    assert "grader.export(pdf=False, run_tests=True)" in said
    assert not any(words in said for words in OTTERS), said


def test_an_authors_instructions_take_the_place_of_ours(course):
    """What a course says of handing in stands alone, so that no two texts contradict each other."""
    said = last_cells(course, "fr", "    instructions: Déposez le carnet sur la plateforme.\n")
    assert "## Rendre\n\nDéposez le carnet sur la plateforme." in said
    assert "**enregistrez-le**" not in said
    assert not any(words in said for words in OTTERS), said
