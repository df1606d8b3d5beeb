"""Tells of a class in `notegrad grade`: the platform, warnings, and students who handed in nothing.

All of it goes to stderr, so that a JSON document on stdout stays alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from notegrad.batch.class_file import CLASS_FILE, read_stored
from notegrad.cli.main import EXIT_OK, EXIT_USAGE
from notegrad.cli.person import terminal_language
from notegrad.course.otter_options import not_honoured
from notegrad.course.requirements import not_installed
from notegrad.errors import InputError
from notegrad.intake.choice import other_assignment, strangers
from notegrad.intake.exports.class_intake import ClassIntake, From, read_class
from notegrad.intake.wanted import Wanted
from notegrad.marks.final_mark import mark_of
from notegrad.marks.mark_book import NO_MARKS, MarkBook
from notegrad.messages import Message, listed, translate
from notegrad.records import Attempts, GradingResult, Submission
from notegrad.results.common_stop import common_stop
from notegrad.results.gradebooks.class_gradebook import to_class_gradebook
from notegrad.results.gradebooks.csv_form import form_of
from notegrad.results.gradebooks.standings import is_class, standings
from notegrad.results.gradebooks.submission_gradebook import to_gradebook
from notegrad.results.text import one_line
from notegrad.results.told_cases import ToldCase, inside_cases, unjudged_cases
from notegrad.results.writer import GRADEBOOK_FILE, write_atomically

if TYPE_CHECKING:
    from notegrad.course.bundle import Bundle
    from notegrad.records import ClassList, CsvForm
    from notegrad.settings import AssignmentSettings

TAKES_GRADES_BACK = ("moodle", "canvas")
MAX_CASES_LISTED = 20
MIN_CLASS = 2
"""Notebooks that make a class: of one alone nobody can say that it is the command that is wrong."""


def take_in(
    paths: Sequence[Path],
    platform: From,
    attempts: Attempts,
    roster: Path | None,
    wanted: Wanted,
    *,
    key: str | None = None,
    csv: CsvForm | None = None,
    anyway: bool = False,
) -> ClassIntake:
    """Read what was handed in, and say what was recognised.

    Raises InputError, also where most of a class defines nothing of what is asked, unless `anyway`.
    """
    language = terminal_language(wanted.language)
    intake = read_class(paths, platform=platform, attempts=attempts, roster=roster, key=key, wanted=wanted)
    class_list = structs.replace(intake.class_list, language=wanted.language, csv=csv)
    intake = structs.replace(intake, class_list=class_list)
    if intake.recognised:
        name = intake.class_list.platform.title()
        say(translate("export_recognised", language, platform=name, count=len(intake.submissions)))
    for warning in intake.warnings:
        say(warning)
    if intake.left_out:
        say(translate("left_out_of_class", language, names=listed(intake.left_out)))
    if not anyway:
        _refuse_another_class(intake.submissions, wanted)
    return intake


def _refuse_another_class(submissions: Sequence[Submission], wanted: Wanted) -> None:
    """Stop before the first grade where the wrong assignment was named: its zeros would go out as grades."""
    readable = [submission for submission in submissions if submission.cells]
    found = strangers(submissions, wanted)
    if len(readable) < MIN_CLASS or len(found) * 2 <= len(readable):
        return
    titles = Counter(title for s in found if (title := other_assignment(s.cells, wanted)))
    likely = titles.most_common(1)
    key = "class_of_other_assignment" if likely else "class_of_none"
    facts: dict[str, object] = {"title": likely[0][0]} if likely else {}
    facts |= {"count": len(found), "total": len(readable), "names": listed(sorted(wanted.names))}
    raise InputError(Message(key, **facts))


def finish(out: Path, intake: ClassIntake, results: Sequence[GradingResult], *, language: str) -> None:
    """Write the class's gradebook over the submissions' where there is more to say; say who is missing."""
    class_list = intake.class_list
    by_id = {result.submission: result for result in results}
    _write_gradebook(out, class_list, by_id)
    if not is_class(class_list):
        return
    missing = [s.student.name or s.student.key for s in standings(class_list, by_id) if s.handed is None]
    if missing:
        say(translate("nothing_handed_in", language, count=len(missing), names=listed(missing)))
    if class_list.platform in TAKES_GRADES_BACK:
        say(translate("to_give_grades_back", language, out=out, platform=class_list.platform))


def say_of_inside(results: Sequence[GradingResult], *, language: str) -> None:
    """Say which test cases were judged inside the notebook's process, in how many submissions, and why."""
    if found := inside_cases(results):
        say(translate("class_inside", language, count=len(found)))
        _say_cases(found, language)


def say_of_unjudged(results: Sequence[GradingResult], settings: AssignmentSettings, *, language: str) -> None:
    """Say which test cases have no verdict, in how many submissions and why, and what would give them one."""
    if found := unjudged_cases(results):
        say(translate("class_unjudged", language, count=len(found)))
        _say_cases(found, language)
        if settings.judge == "outside" and settings.handout is None:
            say(translate("class_unjudged_auto", language))


def _say_cases(found: Sequence[ToldCase], language: str) -> None:
    for case in found[:MAX_CASES_LISTED]:
        reasons = one_line("; ".join(case.reasons))[:300]
        counted = f"{case.count}/{case.total} ({reasons})"
        say("  " + translate("told_of", language, name=one_line(case.name), what=counted))
    if len(found) > MAX_CASES_LISTED:
        say(f"  … +{len(found) - MAX_CASES_LISTED}")


def say_of_options(bundle: Bundle, language: str) -> None:
    """Say which of otter's options change nothing here, and which packages that are asked for are missing."""
    unused = not_honoured(bundle.otter_config) if bundle.settings.handout is None else ()
    if unused:
        say(translate("options_unused", language, names=listed(unused)))
    if lacking := not_installed(bundle.requirements):
        facts = {"count": len(lacking), "names": listed(lacking), "packages": " ".join(lacking)}
        say(translate("requirements_lacking", language, **facts))


def say_of_common_stop(results: Sequence[GradingResult], *, language: str) -> None:
    """Say by which error most notebooks stopped, where it tells of this machine or of the bundle."""
    if (found := common_stop(results)) is not None:
        facts = {"count": found.count, "total": found.total, "error": found.error}
        say(translate("class_common_stop", language, **facts))


def say_of_cut_cells(results: Sequence[GradingResult], settings: AssignmentSettings) -> None:
    """Say in how many submissions the time of a cell ran out, and how it is given more."""
    cut = sum(r.run is not None and any(c.status == "timeout" for c in r.run.cells) for r in results)
    if cut:
        limit_s = settings.limits.cell_wall_s
        language = terminal_language(settings.language)
        say(translate("cells_cut", language, count=cut, limit_s=limit_s, more_s=3 * limit_s))


def refresh_gradebook(out: Path, marks: MarkBook = NO_MARKS) -> None:
    """Write the class's gradebook anew from what lies in the folder; nothing where it holds no class list."""
    if not (out / CLASS_FILE).is_file():
        return
    class_list, results = read_stored(out)
    shown = {result.submission: result for result in marks.marked_class(results.values())}
    _write_gradebook(out, class_list, shown)


def _write_gradebook(out: Path, class_list: ClassList, results: Mapping[str, GradingResult]) -> None:
    if is_class(class_list):
        write_atomically(out / GRADEBOOK_FILE, to_class_gradebook(class_list, results))
    elif class_list.csv and class_list.csv != form_of(class_list.language):
        write_atomically(out / GRADEBOOK_FILE, to_gradebook(list(results.values()), class_list.csv))


def say_problems(problems: Sequence[str]) -> None:
    """Say what is wrong in the files on marks, a line each."""
    for problem in problems:
        say(problem)


def say_of_marks(marks: MarkBook, results: Sequence[GradingResult]) -> int:
    """Say which entries do not fit the results, and whose time is unknown; the exit status of that.

    The results have their marks.
    """
    problems = marks.problems_of(results)
    say_problems([problem for problem in problems if problem not in marks.problems])
    found = [mark for result in results if (mark := mark_of(result))]
    counts = {
        "by_hand": sum(bool(mark.overrides) for mark in found),
        "late": sum(mark.reduces for mark in found),
    }
    if any(counts.values()):
        say(translate("marks_counted", terminal_language(marks.language), **counts))
    say_problems(marks.told_of_times(results))
    return EXIT_USAGE if problems else EXIT_OK


def say(sentence: str) -> None:
    """Prints a sentence to stderr. Names in it are strangers' text: nothing in them may move the cursor."""
    from notegrad.results.text import printable

    click.echo(printable(sentence), err=True)
