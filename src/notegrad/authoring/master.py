"""Runs otter assign on a copy of an assignment and collects what it made, in memory.

Nothing is written beside the master notebook: otter works in a temporary folder that is gone afterwards.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from notegrad.authoring.plain_text.text_cells import TextSlipError
from notegrad.authoring.plain_text.text_master import TEXT_SUFFIXES, read_text
from notegrad.authoring.slips import refuse_slips, slip
from notegrad.course.bundle import OTTER_CONFIG_NAME
from notegrad.errors import BuildError, InputError
from notegrad.messages import Message, suggestion, translate
from notegrad.records import Record

ASSIGNMENTS_DIR = "assignments"
SUFFIXES = (".ipynb", *TEXT_SUFFIXES)
_LITTER = shutil.ignore_patterns(".*", "__pycache__", "*.pyc")


class Master(Record, frozen=True, kw_only=True):
    """A master as it was read; of a text, `numbers` has for each cell the text's line of each line."""

    path: Path
    notebook: dict[str, Any]
    numbers: tuple[tuple[int, ...], ...] = ()


class Assigned(Record, frozen=True, kw_only=True):
    """The files that otter assign made of a master notebook, by name, as it wrote them."""

    notebook_name: str
    master: dict[str, Any]
    solution: bytes
    student: dict[str, bytes]
    tests: dict[str, str]
    files: dict[str, bytes]
    otter_config: dict[str, Any]
    requirements: str


def find_master(root: Path, slug: str) -> Path:
    """Return the path of an assignment's master: a notebook, or a text that stands for one.

    Raises InputError that names the likely one where there is none, or both where there are two.
    """
    folder = root / ASSIGNMENTS_DIR / slug
    found = [path for suffix in SUFFIXES if (path := folder / f"{slug}{suffix}").is_file()]
    if len(found) > 1:
        names = " + ".join(path.name for path in found)
        raise InputError(Message("two_masters", folder=f"{ASSIGNMENTS_DIR}/{slug}", names=names))
    if not found:
        known = list_slugs(root)
        there_are = Message("there_are", names=", ".join(known)) if known else None
        relative = (folder / f"{slug}.ipynb").relative_to(root)
        raise InputError(
            Message("no_assignment", slug=slug, relative=relative, x=suggestion(slug, known, there_are))
        )
    return found[0]


def list_slugs(root: Path) -> list[str]:
    """Return the slugs of all assignments that have a master, sorted."""
    masters = (path for suffix in SUFFIXES for path in (root / ASSIGNMENTS_DIR).glob(f"*/*{suffix}"))
    return sorted({m.stem for m in masters if m.stem == m.parent.name})


def read_master(path: Path, language: str) -> Master:
    """Read the master at `path`. Raises BuildError where it is no notebook of format 4, or no such text."""
    if path.suffix in TEXT_SUFFIXES:
        return _read_text(path, language)
    try:
        source: Any = json.loads(path.read_bytes())
    except ValueError as error:
        raise BuildError(Message("master_no_notebook", path=shown(path), error=error)) from None
    if not isinstance(source, dict):
        source = {}
    cells = source.get("cells")
    if (
        not isinstance(cells, list)
        or source.get("nbformat") != 4
        or not all(isinstance(c, dict) for c in cells)
    ):
        raise BuildError(Message("master_old_format", path=shown(path)))
    return Master(path=path, notebook=source)


def _read_text(path: Path, language: str) -> Master:
    try:
        text = read_text(path.read_bytes().decode("utf-8"), path.suffix)
    except UnicodeDecodeError:
        raise BuildError(translate("text_not_utf8", language, path=shown(path))) from None
    except TextSlipError as error:
        raise error.refusal(shown(path), language) from None
    return Master(path=path, notebook=text.notebook, numbers=text.numbers)


def shown(master: Path) -> str:
    """The path of a master as an author reads it, from the root of the course."""
    return Path(*master.parts[-3:]).as_posix()


def assign(read: Master, language: str) -> Assigned:
    """Run otter assign on a master; raises BuildError with otter's reason."""
    master, source = read.path, _with_kernel(read.notebook)
    with tempfile.TemporaryDirectory(prefix="notegrad-build-") as scratch:
        work = Path(scratch) / "master"
        shutil.copytree(master.parent, work, ignore=_LITTER)
        copy = work / f"{master.stem}.ipynb"
        copy.write_text(json.dumps(source), encoding="utf-8")
        result = Path(scratch) / "result"
        _run_otter(copy, result, master, language)
        return _collect(source, copy, result, master)


def _with_kernel(source: dict[str, Any]) -> dict[str, Any]:
    """Add what otter fails without: it cannot guess a kernel."""
    metadata = source.get("metadata", {})
    defaults = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {**source, "metadata": {**metadata, "kernelspec": {**defaults, **metadata.get("kernelspec", {})}}}


def _run_otter(copy: Path, result: Path, master: Path, language: str) -> None:
    from otter.assign import main as otter_assign

    try:
        with _quiet(), _escaped_messages():
            otter_assign(str(copy), str(result), no_pdfs=True, no_run_tests=True)
    except Exception as error:  # noqa: BLE001 - otter raises whatever its parts raise
        said = " ".join(str(error).split()) or type(error).__name__
        why = said.replace(f"{copy.parent}/", "").replace(str(copy.parent), ".")
        refuse_slips([slip("otter_refuses", why=why)], shown(master), language)


def _collect(source: dict[str, Any], copy: Path, result: Path, master: Path) -> Assigned:
    zips = list((result / "autograder").glob("*.zip"))
    if len(zips) != 1:
        raise BuildError(Message("master_generate_false", master=shown(master)))
    with zipfile.ZipFile(zips[0]) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    tests = {PurePosixPath(n).name: c.decode() for n, c in members.items() if n.startswith("tests/")}
    if not tests:
        raise BuildError(Message("master_no_tests", master=shown(master)))
    requirements = result / "autograder" / "requirements.txt"
    return Assigned(
        notebook_name=copy.name,
        master=source,
        solution=(result / "autograder" / copy.name).read_bytes(),
        student=_read_folder(result / "student"),
        tests=dict(sorted(tests.items())),
        files={n.removeprefix("files/"): c for n, c in sorted(members.items()) if n.startswith("files/")},
        otter_config=json.loads(members.get(OTTER_CONFIG_NAME, b"{}")),
        requirements=requirements.read_text(encoding="utf-8") if requirements.is_file() else "",
    )


def _read_folder(folder: Path) -> dict[str, bytes]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep otter's progress messages and warnings off the terminal; its exceptions tell what matters."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


@contextlib.contextmanager
def _escaped_messages() -> Iterator[None]:
    r"""Let messages hold quotes, backslashes and line ends.

    otter 7 pastes them between double quotes as they are, so that one `"` makes a broken test file.
    """
    import dataclasses

    from otter.assign import output

    base: Any = output.AssignmentTestsManager

    class EscapingTestsManager(base):  # type: ignore[misc] # otter has no type information
        def _format_test(self, name: str, points: Any, all_or_nothing: bool, test_cases: list[Any]) -> Any:
            if not self.assignment.tests.ok_format:
                test_cases = [
                    dataclasses.replace(
                        case,
                        success_message=_escape(case.success_message),
                        failure_message=_escape(case.failure_message),
                    )
                    for case in test_cases
                ]
            return super()._format_test(name, points, all_or_nothing, test_cases)

    output.AssignmentTestsManager = EscapingTestsManager
    try:
        yield
    finally:
        output.AssignmentTestsManager = base


def _escape(message: str | None) -> str | None:
    return None if message is None else json.dumps(message, ensure_ascii=False)[1:-1]
