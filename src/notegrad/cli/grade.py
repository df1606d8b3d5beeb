"""`notegrad grade`: options, progress and the printed table; the work is `batch.class_run`'s."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_NOT_GRADED, EXIT_OK
from notegrad.cli.options import (
    MASTERS,
    adjusting_options,
    config_option,
    csv_option,
    default_workers,
    engine_options,
    json_option,
    slug_of,
    unsafe_option,
)
from notegrad.cli.person import terminal_language
from notegrad.errors import InputError
from notegrad.messages import Message

if TYPE_CHECKING:
    from notegrad.intake.exports.class_intake import From
    from notegrad.records import Attempts, CsvForm, GradingResult
    from notegrad.settings import JudgePlace, Language

PLATFORM_CHOICES = ("auto", "folder", "gradescope", "moodle", "canvas", "blackboard", "brightspace")
ATTEMPT_CHOICES = ("latest", "best", "all")


@click.command()
@click.argument("assignment", metavar="SLUG")
@click.argument(
    "submissions", nargs=-1, required=True, metavar="SUBMISSION...", type=click.Path(path_type=Path)
)
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="help_grade_out",
)
@click.option(
    "--from",
    "platform",
    type=click.Choice(PLATFORM_CHOICES),
    default="auto",
    show_default=True,
    help="help_grade_from",
)
@click.option(
    "--attempt",
    "attempts",
    type=click.Choice(ATTEMPT_CHOICES),
    default="latest",
    show_default=True,
    help="help_grade_attempt",
)
@click.option(
    "--roster",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="help_grade_roster",
)
@click.option(
    "--key",
    metavar="COLUMN",
    help="help_grade_key",
)
@csv_option
@engine_options
@click.option(
    "--device",
    metavar="DEVICE",
    help="help_grade_device",
)
@adjusting_options
@json_option
@unsafe_option
@click.option("--fresh", is_flag=True, help="help_grade_fresh")
@click.option(
    "--anyway",
    is_flag=True,
    help="help_grade_anyway",
)
@config_option
def command(
    *,
    assignment: str,
    submissions: tuple[Path, ...],
    out: Path,
    platform: From,
    attempts: Attempts,
    roster: Path | None,
    key: str | None,
    csv: CsvForm | None,
    workers: int | None,
    device: str | None,
    engine: str,
    progress_as: str,
    quiet: bool,
    as_json: bool,
    judge: JudgePlace | None,
    limits: tuple[str, ...],
    language: Language | None,
    unsafe: bool,
    fresh: bool,
    anyway: bool,
    config_path: Path | None,
) -> int:
    """Grade notebooks, zips of them, folders of both, or the whole export of a learning platform.

    A run that was cut off goes on where it was: give the same command again.
    SLUG is an assignment of this course, or the path of an autograder zip: ours or plain otter's.
    Exit status: 0 when every submission got a result, 3 when some could not be graded or something in an
    export is nobody's (named on stderr), 2 on bad usage.
    """
    require_linux(config_path)
    from notegrad.batch.bundle_facts import facts_of
    from notegrad.batch.class_file import write_class
    from notegrad.batch.class_run import grade_all
    from notegrad.batch.course_knowledge import course_background
    from notegrad.batch.engines.engine_choice import EngineOptions, parse_engine
    from notegrad.batch.folder_marks import assignment_file, folder_book, write_assignment
    from notegrad.cli.classes import (
        finish,
        say_of_common_stop,
        say_of_cut_cells,
        say_of_inside,
        say_of_marks,
        say_of_options,
        say_of_unjudged,
        say_problems,
        take_in,
    )
    from notegrad.cli.progress import progress
    from notegrad.cli.render import json_document, print_table
    from notegrad.course.adjustments import Adjustments, adjusted
    from notegrad.course.bundle import read_bundle
    from notegrad.course.wanted_of_bundle import bundles_beside, wanted_of

    path = bundle_path_of(assignment, config_path)
    options_given = Adjustments(judge=judge, limits=limits, language=language, config_path=config_path)
    as_built = read_bundle(path)
    bundle = adjusted(as_built, options_given)
    spoken = terminal_language(bundle.settings.language)
    say_of_options(bundle, spoken)
    wanted = wanted_of(bundle, bundles_beside(path))
    if key is not None and roster is None:
        raise InputError(Message("key_without_roster"))
    intake = take_in(submissions, platform, attempts, roster, wanted, key=key, csv=csv, anyway=anyway)
    found = intake.submissions
    background = course_background(path.parent.parent, bundle.settings.slug, wanted)
    facts = facts_of(bundle, path, device=device, background=background, is_adjusted=bundle is not as_built)
    kept = assignment_file(facts.settings, path)
    book = folder_book(out, intake.class_list, kept, refuse_unusable=False)
    say_problems(book.problems)
    write_class(out, intake.class_list, found, facts.digest)
    write_assignment(out, kept)
    started = time.monotonic()
    choice = parse_engine(engine)
    options = EngineOptions(
        graders=workers or default_workers(choice),
        engine=choice,
        unsafe=unsafe,
        hidden_paths=hidden_paths(path, (*submissions, out)),
    )
    with progress(progress_as, total=len(found), language=spoken, quiet=quiet) as reporter:
        results = grade_all(
            facts,
            found,
            options,
            out=out,
            on_event=reporter.on_event,
            fresh=fresh,
            on_start_failure=reporter.on_start_failure,
            marks=book,
            class_list=intake.class_list,
        )
    status = _exit_status(results)
    results = book.marked_class(results)
    if as_json:
        click.echo(json_document(bundle, results, out))
    elif not quiet:
        print_table(results, out=out, language=spoken, duration_s=time.monotonic() - started)
    finish(out, intake, results, language=spoken)
    say_of_inside(results, language=spoken)
    say_of_unjudged(results, bundle.settings, language=spoken)
    say_of_common_stop(results, language=spoken)
    say_of_cut_cells(results, bundle.settings)
    return say_of_marks(book, results) or (EXIT_NOT_GRADED if intake.left_out else status)


def bundle_path_of(assignment: str, config_path: Path | None) -> Path:
    """Return the autograder zip that the argument means: a path, or a slug of the course.

    Raises InputError where the course has no such assignment, or its zip is not built yet.
    """
    given = Path(assignment)
    if given.suffix == ".zip" or (given.is_file() and given.suffix not in MASTERS):
        return given
    from notegrad.authoring.build import bundle_path
    from notegrad.authoring.master import find_master
    from notegrad.course.config import load_config

    root, slug = load_config(config_path).root, slug_of(assignment)
    path = bundle_path(root, slug)
    if not path.is_file():
        find_master(root, slug)
        raise InputError(Message("bundle_not_built", path=path, assignment=slug))
    return path


def hidden_paths(bundle: Path, others: Iterable[Path]) -> tuple[str, ...]:
    """What student code must not find: the bundle, the course around it where there is one, and `others`."""
    from notegrad.course.config import CONFIG_NAME

    course = bundle.resolve().parent.parent
    places = [bundle, *others, *([course] if (course / CONFIG_NAME).is_file() else [])]
    return tuple(str(place.resolve()) for place in places)


def _exit_status(results: tuple[GradingResult, ...]) -> int:
    from notegrad.results.pending import has_unjudged

    unjudged = any(has_unjudged(q.test_cases) for r in results for q in r.questions)
    return EXIT_NOT_GRADED if unjudged or any(r.status == "not_graded" for r in results) else EXIT_OK
