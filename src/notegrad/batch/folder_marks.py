"""Brings marks into a folder of results: reads what decides them, and writes anew what shows them.

`overrides.yml` lies in the folder itself. `assignment.json` keeps what pages and marks need of the bundle, so
that `notegrad gradebook` can write them anew without it. Records are never touched: they are the machine's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

import msgspec

from notegrad.batch.record_file import read_submission
from notegrad.batch.results_folder import rewrite_class_files, shown_files
from notegrad.errors import InputError
from notegrad.intake.class_list.spreadsheet import read_sheet
from notegrad.marks.extensions import ExtensionRow, ReadExtensions, extensions_of
from notegrad.marks.final_mark import mark_of
from notegrad.marks.mark_book import NO_MARKS, MarkBook, mark_book
from notegrad.marks.moments import zone_of
from notegrad.marks.overrides import MAX_OVERRIDES_BYTES, OVERRIDES_FILE, ReadOverrides, read_overrides
from notegrad.messages import Message, translate
from notegrad.records import SCHEMA_VERSION, ClassList, GradingResult, Handed, Record, RosterEntry, Visibility
from notegrad.results.writer import RESULT_FILE, result_path, write_atomically, write_files
from notegrad.settings import AssignmentSettings, GradescopeSettings, Handout, Language, LateSettings

ASSIGNMENT_FILE = "assignment.json"
MAX_ASSIGNMENT_BYTES = 16 << 20
_MARKED = b'"mark": {'


class AssignmentFile(Record, frozen=True, kw_only=True):
    """What a folder of results keeps of its bundle, and of the list of extensions, as it was last graded."""

    schema_version: int = SCHEMA_VERSION
    slug: str
    title: str
    language: Language
    hidden_visibility: Visibility
    late: LateSettings = LateSettings()
    prompts: dict[str, str] = {}
    extensions: tuple[ExtensionRow, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def settings(self) -> AssignmentSettings:
        """The settings, as far as the folder keeps them."""
        return AssignmentSettings(
            slug=self.slug,
            title=self.title,
            language=self.language,
            gradescope=GradescopeSettings(hidden_visibility=self.hidden_visibility),
            late=self.late,
            handout=Handout(prompts=self.prompts),
        )


def assignment_file(settings: AssignmentSettings, bundle: Path) -> AssignmentFile:
    """What a folder keeps of the bundle at this path. Raises InputError: extensions or time zone."""
    zone = settings.late.timezone
    if zone and zone_of(zone) is None:
        raise InputError(Message("late_no_zone", zone=repr(zone)))
    read = _extensions(settings, bundle)
    return AssignmentFile(
        slug=settings.slug,
        title=settings.title,
        language=settings.language,
        hidden_visibility=settings.gradescope.hidden_visibility,
        late=settings.late,
        prompts=settings.question_prompts,
        extensions=read.extensions,
        problems=read.problems,
    )


def _extensions(settings: AssignmentSettings, bundle: Path) -> ReadExtensions:
    """The list that the course names: in the course's folder, or, without a course, beside the bundle."""
    from notegrad.course.config import CONFIG_NAME

    name, language = settings.late.extensions, settings.language
    if not name:
        return ReadExtensions()
    if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
        raise InputError(Message("extensions_outside", name=repr(name)))
    course = bundle.resolve().parent.parent
    path = (course if (course / CONFIG_NAME).is_file() else bundle.parent) / name
    if not path.is_file():
        raise InputError(Message("extensions_absent", path=path))
    return extensions_of(read_sheet(path), settings.late, language)


class MarkedFolder(Record, frozen=True, kw_only=True):
    """The results of a folder with their marks, and what decides these; `kept` is None in an older folder."""

    results: tuple[GradingResult, ...]
    book: MarkBook
    kept: AssignmentFile | None


def marked_folder(out: Path, class_list: ClassList, results: Mapping[str, GradingResult]) -> MarkedFolder:
    """The results of a folder, by submission, with their marks.

    Raises InputError where overrides.yml cannot be read at all, or lies in the folder of an older version.
    """
    kept = read_assignment(out)
    if kept is None and has_overrides(out):
        facts = {"path": str(out / ASSIGNMENT_FILE), "out": str(out)}
        raise InputError(Message("marks_older_folder", **facts))
    book = folder_book(out, class_list, kept, refuse_unusable=True) if kept else NO_MARKS
    return MarkedFolder(results=book.marked_class(results.values()), book=book, kept=kept)


def rewrite_marks(out: Path, marked: MarkedFolder) -> tuple[str, ...]:
    """Write anew what shows another mark; the submissions whose pages that was needed for.

    Raises InputError where a file cannot be written.
    """
    if marked.kept is None:
        return ()
    updated = bring_up_to_date(out, marked.results, marked.kept.settings)
    if updated or not marked.book.is_empty:
        rewrite_class_files(out, marked.results, marked.kept.settings)
    return updated


def write_assignment(out: Path, assignment: AssignmentFile) -> None:
    """Writes `out/assignment.json`. Raises InputError where it cannot be written."""
    write_atomically(out / ASSIGNMENT_FILE, msgspec.json.format(msgspec.json.encode(assignment), indent=1))


def read_assignment(out: Path) -> AssignmentFile | None:
    """What the folder keeps of its bundle; None where it keeps nothing that can be read."""
    path = out / ASSIGNMENT_FILE
    try:
        if path.stat().st_size > MAX_ASSIGNMENT_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=AssignmentFile)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def folder_book(
    out: Path, class_list: ClassList, assignment: AssignmentFile, *, refuse_unusable: bool
) -> MarkBook:
    """What decides the marks of the results under `out`.

    Raises InputError where overrides.yml cannot be read at all and `refuse_unusable` says so: marks that are
    there already would be lost. Else that is one of the book's problems.
    """
    path, language = out / OVERRIDES_FILE, assignment.language
    read = _overrides(path, language)
    if read.is_unusable and refuse_unusable:
        raise InputError(" ".join(read.problems))
    return mark_book(
        class_list,
        language=language,
        overrides=read.overrides,
        overrides_path=str(path),
        late=assignment.late,
        extensions=assignment.extensions,
        extensions_path=assignment.late.extensions,
        problems=(*read.problems, *assignment.problems),
    )


def _overrides(path: Path, language: str) -> ReadOverrides:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_OVERRIDES_BYTES + 1)
    except FileNotFoundError:
        return ReadOverrides()
    except OSError as error:
        said = translate("marks_yaml", language, path=path, line="", problem=error.strerror or error)
        return ReadOverrides(problems=(said,), is_unusable=True)
    return read_overrides(data, str(path), language)


def has_overrides(out: Path) -> bool:
    """Whether marks were given by hand in this folder."""
    return (out / OVERRIDES_FILE).exists()


def class_of_results(results: Sequence[GradingResult]) -> ClassList:
    """A class list made of the results alone, for a folder that has none."""
    handed = (
        Handed(submission=r.submission, students=(RosterEntry(name=r.student, key=r.submission),))
        for r in results
    )
    return ClassList(platform="folder", handed=tuple(handed))


def bring_up_to_date(
    out: Path, results: Sequence[GradingResult], settings: AssignmentSettings
) -> tuple[str, ...]:
    """Write results and pages anew where they show another mark; the submissions that this was needed for.

    `results` have their marks. Raises InputError where a file cannot be written.
    """
    changed = []
    for result in results:
        path = out / result_path(result.submission)
        try:
            there = path.read_bytes()
        except OSError:
            continue  # nothing to keep in step: the run was cut off before
        if mark_of(result) is None and _MARKED not in there:
            continue
        files = shown_files(read_submission(out, result.submission), result, settings)
        if files[RESULT_FILE] != there:
            # The result last: it tells whether the pages are up to date.
            last = files.pop(RESULT_FILE)
            write_files(path.parent, {**files, RESULT_FILE: last})
            changed.append(result.submission)
    return tuple(changed)
