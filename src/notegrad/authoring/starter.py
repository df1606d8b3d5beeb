"""Starter: a new course, or a new assignment of one, that builds, verifies and grades at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from notegrad.authoring.conversion import Format
from notegrad.authoring.master import ASSIGNMENTS_DIR
from notegrad.authoring.plain_text.text_master import write_text
from notegrad.course.answers import ANSWERS_NAME
from notegrad.course.config import CONFIG_NAME, Config
from notegrad.errors import BuildError
from notegrad.messages import translate

FIRST_SLUG = {"fr": "tp1", "en": "hw1"}
FIRST_TITLE = {"fr": "Premier TP", "en": "First assignment"}
EXAMPLES_DIR = "examples"

_TEMPLATES = Path(__file__).resolve().parent / "starter_course"
_SLUG = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def new_course(folder: Path, language: str, form: Format = "ipynb") -> list[str]:
    """Make a course with one assignment and a class of three; return the files' names, relative to it.

    The master is a notebook, or plain text of the form `md` or `py`.

    Raises BuildError where the folder is there already and not empty, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BuildError(translate("starter_not_empty", language, folder=folder))
    slug = FIRST_SLUG[language]
    facts = {"slug": slug, "course": json.dumps(folder.resolve().name, ensure_ascii=False)}
    files = {
        CONFIG_NAME: _filled(_template(f"{language}/otter_config.yml"), facts),
        "Makefile": _filled(_template("Makefile"), facts),
        ".gitignore": _template("gitignore"),
        **_assignment(slug, FIRST_TITLE[language], language, form),
        **_example_class(slug, language),
    }
    return _write(folder, files, language)


def add_assignment(config: Config, slug: str, language: str, form: Format = "ipynb") -> list[str]:
    """Make a new assignment of a course; return the files' names, relative to the course.

    Raises BuildError where there is one of that name, or the name cannot be one of folders and files.
    """
    if not _SLUG.fullmatch(slug):
        meant = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-") or FIRST_SLUG[language]
        raise BuildError(translate("starter_slug", language, slug=slug, meant=meant))
    if (config.root / ASSIGNMENTS_DIR / slug).exists():
        raise BuildError(translate("starter_assignment_there", language, slug=slug))
    title = config.settings(slug).title or slug
    return _write(config.root, _assignment(slug, title, language, form), language)


def _assignment(slug: str, title: str, language: str, form: Format) -> dict[str, str]:
    how = "starter_how_cells" if form == "ipynb" else "starter_how_text"
    master = _filled(_template(f"{language}/master.txt"), {"title": title, "how": translate(how, language)})
    folder = f"{ASSIGNMENTS_DIR}/{slug}"
    notebook = _notebook(_cells(master))
    content = notebook if form == "ipynb" else write_text(json.loads(notebook), f".{form}").text
    return {
        f"{folder}/{slug}.{form}": content,
        f"{folder}/{ANSWERS_NAME}": _template(f"{language}/answers.yml"),
    }


def _example_class(slug: str, language: str) -> dict[str, str]:
    """Return a notebook for each student: one is right, one is wrong, one has an answer missing."""
    answers: dict[str, list[str]] = {}
    for student, source in _cells(_template(f"{language}/class.txt")):
        answers.setdefault(student, []).append(source)
    notebooks = {}
    for student, codes in answers.items():
        cells = [("code", f'import otter\ngrader = otter.Notebook("{slug}.ipynb")'), ("code", "import torch")]
        for number, code in enumerate(codes, 1):
            cells += [("code", code), ("code", f'grader.check("q{number}")')]
        notebooks[f"{EXAMPLES_DIR}/{slug}/{student}.ipynb"] = _notebook(cells)
    return notebooks


def _cells(text: str) -> Iterator[tuple[str, str]]:
    """Yield the parts of a template: what stands behind `%%`, and the lines below it."""
    for part in text.split("%% ")[1:]:
        head, _, source = part.partition("\n")
        yield head.strip(), source.rstrip("\n")


def _notebook(cells: Iterator[tuple[str, str]] | list[tuple[str, str]]) -> str:
    made: list[dict[str, Any]] = []
    for number, (kind, source) in enumerate(cells):
        key = hashlib.sha256(f"{number}\n{source}".encode()).hexdigest()[:12]
        cell = {"cell_type": kind, "id": key, "metadata": {}, "source": source.splitlines(keepends=True)}
        made.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    document = {"cells": made, "metadata": {"kernelspec": _KERNEL}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")


def _filled(template: str, facts: Mapping[str, str]) -> str:
    """Fill in facts one by one: a template holds braces of its own."""
    for name, fact in facts.items():
        template = template.replace(f"{{{name}}}", fact)
    return template


def _write(folder: Path, files: Mapping[str, str], language: str) -> list[str]:
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BuildError(translate("starter_not_written", language, folder=folder, why=error)) from None
    return list(files)
