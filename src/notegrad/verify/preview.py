"""Preview of an assignment: the student's notebook as a page, and the pages that a wrong answer gets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from notegrad.authoring.build import Built, build, bundle_path
from notegrad.authoring.master import ASSIGNMENTS_DIR
from notegrad.authoring.notebook_bytes import code_cells
from notegrad.course.answers import ANSWERS_NAME, read_answers
from notegrad.course.asked_names import asked_names
from notegrad.course.bundle import Bundle, parse_bundle
from notegrad.course.config import Config
from notegrad.errors import BuildError
from notegrad.messages import translate
from notegrad.records import GradingResult, Record, Submission
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.pages.feedback_style import STYLE
from notegrad.results.pages.page import line, page

INDEX, STUDENT, NOW, PUBLISHED = "index.html", "student.html", "feedback.html", "feedback-published.html"


class Preview(Record, frozen=True, kw_only=True):
    """The pages by their file names, and the questions that were answered wrongly."""

    pages: dict[str, bytes]
    wrong: tuple[str, ...]


def preview(config: Config, slug: str) -> Preview:
    """Make the pages of an assignment.

    Each question has the first of its rejected answers, and stays untouched where there is none. Raises
    BuildError and InputError for what the author has to mend, SandboxError for a fault of ours.
    """
    from notegrad.grading import Grader

    built = build(config, slug, check=False)
    bundle = parse_bundle(built.autograder, bundle_path(config.root, slug))
    wrong = _wrong_answers(config, slug)
    notebook = built.student[built.assigned.notebook_name]
    cells = _answered(code_cells(notebook), wrong, bundle)
    language = bundle.settings.language
    student = translate("preview_student", language)
    submission = Submission(id="preview", student=student, cells=tuple(cells), files=_data_files(built))
    with Grader(bundle) as grader:
        result = grader.grade(submission)
    pages = {STUDENT: _notebook_page(notebook, built.title), **_feedback(result, submission, bundle)}
    return Preview(pages={INDEX: _index(built, language), **pages}, wrong=tuple(sorted(wrong)))


def write_preview(made: Preview, folder: Path, language: str) -> Path:
    """Write the pages into a folder and return the first one. Raises BuildError where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made.pages.items():
            (folder / name).write_bytes(content)
    except OSError as error:
        raise BuildError(translate("starter_not_written", language, folder=folder, why=error)) from None
    return folder / INDEX


def _wrong_answers(config: Config, slug: str) -> dict[str, str]:
    folder = Path(ASSIGNMENTS_DIR) / slug
    answers = read_answers(config.root / folder, folder / ANSWERS_NAME)
    return {name: question.rejected[0].code for name, question in answers.items() if question.rejected}


def _answered(cells: list[str], wrong: Mapping[str, str], bundle: Bundle) -> list[str]:
    """Return a student's cells with answers where they are to be written: above the question's check."""
    tests = dict(bundle.tests)
    answered: list[str] = []
    for cell in cells:
        check = re.match(r"""grader\.check\(["']([^"']+)["']\)""", cell)
        if check and check[1] in wrong:
            asked = asked_names([tests.get(f"{check[1]}.py", "")])
            defined = "|".join(map(re.escape, asked))
            if answered and asked and re.search(rf"^(def|class)\s+({defined})\b", answered[-1], re.MULTILINE):
                answered.pop()
            answered.append(wrong[check[1]])
        answered.append(cell)
    return answered


def _data_files(built: Built) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, data) for name, data in built.student.items() if name != built.assigned.notebook_name)


def _feedback(result: GradingResult, submission: Submission, bundle: Bundle) -> dict[str, bytes]:
    settings = bundle.settings
    visibility = settings.gradescope.hidden_visibility
    return {
        NOW: to_feedback(
            result,
            submission,
            title=settings.title,
            language=settings.language,
            moment="before_due_date",
            hidden_visibility=visibility,
            prompts=settings.question_prompts,
        ),
        PUBLISHED: to_feedback(
            result,
            submission,
            title=settings.title,
            language=settings.language,
            moment="published",
            hidden_visibility=visibility,
            prompts=settings.question_prompts,
        ),
    }


def _notebook_page(notebook: bytes, title: str) -> bytes:
    """Return the notebook as Jupyter shows it; formulas need the network, as everywhere."""
    import nbformat
    from nbconvert import HTMLExporter

    read = nbformat.reads(notebook.decode(), as_version=4)  # type: ignore[no-untyped-call] # it has none
    exporter: Any = HTMLExporter
    body, _ = exporter().from_notebook_node(read, resources={"metadata": {"name": title}})
    return str(body).encode()


def _index(built: Built, language: str) -> bytes:
    rows = "\n".join(
        f'<li><a href="{name}">{line(translate(key, language))}</a></li>'
        for name, key in (
            (STUDENT, "preview_notebook"),
            (NOW, "preview_feedback"),
            (PUBLISHED, "preview_published"),
        )
    )
    heading = f"<header><h1>{line(built.title)}</h1></header>"
    body = f'{heading}\n<main id="main"><ul>\n{rows}\n</ul></main>'
    return page(title=built.title, style=STYLE, body=body, language=language)
