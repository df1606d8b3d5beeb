"""Builds one assignment: master notebook in, student and autograder bundles out, or a reason why not."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from notegrad.authoring.advice import advise
from notegrad.authoring.check import check_scores
from notegrad.authoring.check_words import hidden_counts, with_words
from notegrad.authoring.comparison import refuse_difference
from notegrad.authoring.deployment import PROGRAMS, deployment, without_package
from notegrad.authoring.export_words import with_export_words
from notegrad.authoring.handout import read_handout
from notegrad.authoring.leaks import refuse_leaks, secrets_of_solution, secrets_of_tests
from notegrad.authoring.mark_leaks import refuse_marks
from notegrad.authoring.master import Assigned, assign, find_master, read_master, shown
from notegrad.authoring.master_check import CheckedQuestion, asked_names, check_master
from notegrad.authoring.notebook_bytes import code_cells, normalise
from notegrad.authoring.other_assignments import other_assignments
from notegrad.authoring.reproducible_zip import pack_bundle
from notegrad.authoring.testfiles import TestSource, parse_tests
from notegrad.course.bundle import parse_bundle
from notegrad.course.config import Config
from notegrad.errors import BuildError
from notegrad.intake.wanted import cell_digest
from notegrad.messages import Message, suggestion
from notegrad.records import GradingResult, Record
from notegrad.settings import AssignmentSettings, Handout

STUDENT_DIR = "student"
AUTOGRADER_DIR = "autograder"

_REQUIREMENTS = ("numpy>=2.0", "otter-grader>=7,<8", "torch>=2.13")
_NOT_A_RELEASE = re.compile(
    r"git\+|hg\+|https?://|file:|@\s|^-"
)  # what pip would fetch from no package index
_WORD = re.compile(r"\b[^\W\d]\w*")
_PIP_FROM_URL = re.compile(r"pip3?\s+install\b.*(git\+|https?://)")


class Built(Record, frozen=True, kw_only=True):
    """Both bundles in memory, and what otter made of the master; results are None where not checked.

    `master` is the master's path as an author reads it.
    """

    slug: str
    master: str
    assigned: Assigned
    title: str
    questions: tuple[CheckedQuestion, ...]
    advice: tuple[str, ...]
    tests: tuple[TestSource, ...]
    student: dict[str, bytes]
    autograder: bytes
    digest: str
    solution: GradingResult | None = None
    blank: GradingResult | None = None


def build(
    config: Config,
    slug: str,
    *,
    check: bool = True,
    allow_untouched: bool = False,
    allowed_lines: Sequence[str] = (),
) -> Built:
    """Build one assignment in memory, the same bytes from the same sources.

    With `check`, the solution must score full marks and the untouched student notebook 0 (`allow_untouched`:
    or more). `allowed_lines` are no secrets, although a hidden test or an answer has them.
    Raises BuildError that says which question, test case or file is wrong.
    """
    settings = config.settings(slug)
    path = find_master(config.root, slug)
    master = read_master(path, settings.language)
    checked = check_master(master.notebook, path.parent, shown(path), settings.language, master.numbers)
    assigned = assign(master, settings.language)
    tests = tuple(parse_tests(name, source) for name, source in assigned.tests.items())
    _refuse_unknown_questions(settings, [question.name for question in checked.questions])
    refuse_difference(checked, tests, shown(path), settings.language)
    name = assigned.notebook_name
    spoken = with_words(assigned.student[name], hidden_counts(tests), settings.language)
    spoken = with_export_words(spoken, settings.language)
    files = {**assigned.student, name: spoken}
    student = {n: normalise(c) if n.endswith(".ipynb") else c for n, c in sorted(files.items())}
    _refuse_broken_visible_tests(student, assigned.notebook_name)
    _refuse_urls(student[assigned.notebook_name], slug)
    refuse_marks(student, asked_names(checked), shown(path), settings.language)
    secrets = [*secrets_of_tests(tests), *secrets_of_solution(assigned.solution)]
    refuse_leaks(student, secrets, allowed=allowed_lines)
    settings = msgspec.structs.replace(
        settings,
        handout=_handout(assigned, student[assigned.notebook_name], checked.questions),
        others=other_assignments(config, slug),
    )
    autograder = _pack(settings, assigned)
    bundle = parse_bundle(autograder, bundle_path(config.root, slug))
    built = Built(
        slug=slug,
        master=shown(path),
        assigned=assigned,
        title=settings.title,
        questions=checked.questions,
        advice=tuple(one.text(shown(path), settings.language) for one in advise(checked.questions)),
        tests=tests,
        student=student,
        autograder=autograder,
        digest=bundle.digest,
    )
    if not check:
        return built
    solution, blank = check_scores(
        bundle,
        solution=assigned.solution,
        blank=student[assigned.notebook_name],
        allow_untouched=allow_untouched,
    )
    return msgspec.structs.replace(built, solution=solution, blank=blank)


def bundle_path(root: Path, slug: str) -> Path:
    """Return where the autograder bundle of an assignment lies."""
    return root / AUTOGRADER_DIR / f"{slug}.zip"


def student_path(root: Path, slug: str) -> Path:
    """Return the folder of an assignment's student bundle."""
    return root / STUDENT_DIR / slug


def differences(built: Built, root: Path) -> list[Path]:
    """Return the files on disk that differ from what was built, are missing, or should not be there.

    An autograder bundle that is absent is no difference: it is not committed; nor is one with another version
    of ourselves in it.
    """
    folder = student_path(root, built.slug)
    wanted = {folder / name: content for name, content in built.student.items()}
    present = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    zip_path = bundle_path(root, built.slug)
    if zip_path.is_file():
        wanted[zip_path] = without_package(built.autograder)
        present[zip_path] = without_package(zip_path.read_bytes())
    return sorted(p for p in {*wanted, *present} if wanted.get(p) != present.get(p))


def write(built: Built, root: Path) -> None:
    """Write both bundles below `root`; a reader sees the old or the new student folder, never half of one."""
    folder = student_path(root, built.slug)
    staged = folder.with_name(f".{built.slug}.new")
    shutil.rmtree(staged, ignore_errors=True)
    for name, content in built.student.items():
        file = staged / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    shutil.rmtree(folder, ignore_errors=True)
    staged.rename(folder)
    path = bundle_path(root, built.slug)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(built.autograder)
    part.replace(path)


def _refuse_unknown_questions(settings: AssignmentSettings, names: Sequence[str]) -> None:
    for name in settings.questions:
        if name not in names:
            where = f"otter_config.yml: assignments.{settings.slug}.questions.{name}"
            raise BuildError(Message("build_no_question", where=where, name=suggestion(name, names)))


def _handout(assigned: Assigned, notebook: bytes, questions: Sequence[CheckedQuestion]) -> Handout:
    words = frozenset(word for source in assigned.tests.values() for word in _WORD.findall(source))
    names = read_handout(code_cells(assigned.solution), words)
    cells = sorted({cell_digest(cell) for cell in code_cells(notebook)})
    prompts = {question.name: question.prompt for question in questions if question.prompt.strip()}
    return msgspec.structs.replace(
        names, cells=tuple(cells), file_name=assigned.notebook_name, prompts=prompts
    )


def _pack(settings: AssignmentSettings, assigned: Assigned) -> bytes:
    return pack_bundle(
        settings=settings,
        tests=assigned.tests,
        files=assigned.files,
        # the seed that plain otter sets before each cell; the author's own wins
        otter_config={"seed": settings.seed, **assigned.otter_config},
        requirements=_requirements(assigned.requirements.splitlines(), settings.slug),
        deployment=deployment(settings.gradescope, settings.slug, settings.language),
        programs=PROGRAMS,
    )


def _requirements(lines: Iterable[str], slug: str) -> str:
    own = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    for line in own:
        if _NOT_A_RELEASE.search(line):
            raise BuildError(Message("build_no_release", slug=slug, line=line))
    named = {re.split(r"[^\w.-]", line, maxsplit=1)[0].lower() for line in own}
    ours = [line for line in _REQUIREMENTS if re.split(r"[^\w.-]", line, maxsplit=1)[0] not in named]
    return "\n".join(sorted([*own, *ours], key=str.lower)) + "\n"


def _refuse_urls(notebook: bytes, slug: str) -> None:
    for source in code_cells(notebook):
        for line in source.splitlines():
            if _PIP_FROM_URL.search(line):
                raise BuildError(Message("build_from_url", slug=slug, strip=line.strip()))


def _refuse_broken_visible_tests(student: Mapping[str, bytes], notebook_name: str) -> None:
    """Load what `grader.check` will load on the student's machine, in the exception format."""
    from otter.test_files import ExceptionTestFile

    otter = json.loads(student[notebook_name])["metadata"].get("otter", {})
    sources = dict(otter.get("tests", {}))
    sources |= {n: c.decode() for n, c in student.items() if n.startswith("tests/") and n.endswith(".py")}
    for name, source in sources.items():
        if isinstance(source, str) and "OK_FORMAT = False" in source:
            try:
                ExceptionTestFile.from_string(source, path=name)
            except Exception as error:  # noqa: BLE001 - a test file is a program: it may raise anything
                raise BuildError(Message("build_points_list", name=name, error=error)) from None
