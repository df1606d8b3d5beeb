"""`notegrad gradebook`: the grades of a folder that `notegrad grade` wrote, as a platform takes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.errors import InputError
from notegrad.messages import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from notegrad.records import ClassList, GradingResult
    from notegrad.results.gradebooks.filling import Filled
    from notegrad.results.gradebooks.scale import Scale

TARGETS = ("csv", "moodle", "canvas", "gradescope")
FEEDBACK_PAGE, PUBLISHED_PAGE = "feedback.html", "feedback-published.html"
MAX_PAGE_BYTES = 64 << 20


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--to", "target", type=click.Choice(TARGETS), default="csv", show_default=True, help="Whose format."
)
@click.option(
    "--template",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to fill in: Moodle's worksheet, Canvas's gradebook, or (csv) any list of the class.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What to write; default: DIR/grades-TARGET.csv.",
)
@click.option(
    "--column", metavar="NAME", help="Which column to fill: Canvas's assignment, or (csv) the column's head."
)
@click.option(
    "--scale", metavar="N", help="What grades are out of; default: what the template says, else the points."
)
@click.option("--round", "step", metavar="STEP", help="Round half up to 0.25, 0.5, 1, ...; default: 0.01.")
@click.option("--comments", is_flag=True, help="Moodle: also write the points of each question as a comment.")
@click.option(
    "--feedback",
    metavar="ZIP",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write all feedback pages as the zip that Moodle or Canvas takes back.",
)
@click.option(
    "--published",
    is_flag=True,
    help="With --feedback: the pages that show what may be seen after publication.",
)
def command(
    *,
    folder: Path,
    target: str,
    template: Path | None,
    out: Path | None,
    column: str | None,
    scale: str | None,
    step: str | None,
    comments: bool,
    feedback: Path | None,
    published: bool,
) -> int:
    """Give grades back: fill in the file that a platform gave, or write a CSV.

    DIR is what `notegrad grade --out DIR` wrote. In a template only grades (and comments that are asked for)
    change. Who has no result keeps an empty cell: nobody gets a zero for what was not graded.
    """
    from notegrad.batch.class_file import read_stored
    from notegrad.batch.folder_marks import (
        ASSIGNMENT_FILE,
        bring_up_to_date,
        folder_book,
        has_overrides,
        read_assignment,
    )
    from notegrad.batch.results_folder import rewrite_class_files
    from notegrad.cli.classes import refresh_gradebook, say_of_marks, say_problems
    from notegrad.marks.mark_book import NO_MARKS
    from notegrad.marks.overrides import OVERRIDES_FILE
    from notegrad.results.gradebooks.feedback_zip import to_feedback_zip
    from notegrad.results.gradebooks.scale import scale_of
    from notegrad.results.gradebooks.standings import standings
    from notegrad.results.writer import write_atomically

    path = out or folder / f"grades-{target}.csv"
    _check_options(target, template, path, column=column, comments=comments)
    class_list, raw = read_stored(folder)
    kept = read_assignment(folder)
    if kept is None and has_overrides(folder):
        facts = {"path": str(folder / ASSIGNMENT_FILE), "out": str(folder)}
        raise InputError(translate("marks_older_folder", class_list.language, **facts))
    book = folder_book(folder, class_list, kept, refuse_unusable=True) if kept else NO_MARKS
    marked = book.marked_class(raw.values())
    results = {result.submission: result for result in marked}
    asked = scale_of(scale, step) if scale or step else None
    if template is None:
        data, students, graded = _csv(target, class_list, results, asked)
        message = translate("gradebook_written", class_list.language, students=students, graded=graded)
        notes: tuple[str, ...] = ()
    else:
        class_list, filled, notes = _fill(
            target, template, class_list, results, asked, column=column, comments=comments
        )
        data = filled.data
        message = translate("gradebook_filled", class_list.language, graded=filled.graded, empty=filled.empty)
    if kept is not None:
        updated = bring_up_to_date(folder, marked, kept.settings)
        if updated or not book.is_empty:
            rewrite_class_files(folder, marked, kept.settings)
            refresh_gradebook(folder, book)
        if updated:
            said = {"path": folder / OVERRIDES_FILE, "count": len(updated)}
            click.echo(translate("marks_rewritten", class_list.language, **said), err=True)
    pages = (
        to_feedback_zip(
            standings(class_list, results),
            class_list.platform,
            _page_of(folder, PUBLISHED_PAGE if published else FEEDBACK_PAGE),
        )
        if feedback
        else b""
    )
    write_atomically(path, data)
    if feedback:
        write_atomically(feedback, pages)
    for note in notes:
        click.echo(note, err=True)
    click.echo(message)
    click.echo(f"→ {path}")
    if feedback:
        click.echo(f"→ {feedback}")
    say_problems(book.problems)
    return say_of_marks(book, marked)


def _check_options(
    target: str, template: Path | None, path: Path, *, column: str | None, comments: bool
) -> None:
    """Raises InputError where options contradict each other, or `path` would replace the template."""
    fills = target in ("moodle", "canvas")
    if fills and template is None:
        what = (
            "grading worksheet (Actions > Download grading worksheet)" if target == "moodle" else "gradebook"
        )
        raise InputError(f"--to {target} fills in a file of the platform: give its {what} with --template.")
    if target == "gradescope" and template is not None:
        raise InputError("--to gradescope fills in no file: leave --template out.")
    if target == "csv" and (template is None) != (column is None):
        raise InputError("--template and --column go together with --to csv: which column of which list?")
    if column is not None and target not in ("canvas", "csv"):
        raise InputError(f"--column is not for --to {target}: leave it out.")
    if comments and target != "moodle":
        raise InputError("--comments is for --to moodle: leave it out.")
    if template is not None and path.absolute() == template.absolute():
        raise InputError(
            f"--out is the template {template} itself: choose another name, it is your only copy."
        )


def _csv(
    target: str, class_list: ClassList, results: Mapping[str, GradingResult], scale: Scale | None
) -> tuple[bytes, int, int]:
    """A file of our own, with how many students it has and how many of them a grade."""
    from notegrad.results.gradebooks.class_gradebook import to_class_gradebook
    from notegrad.results.gradebooks.gradescope_csv import to_gradescope_csv
    from notegrad.results.gradebooks.scale import Scale
    from notegrad.results.gradebooks.standings import standings

    standing = standings(class_list, results)
    if target == "gradescope":
        data = to_gradescope_csv(standing, scale or Scale())
    else:
        data = to_class_gradebook(class_list, results, scale)
    return data, len(standing), sum(one.scored is not None for one in standing)


def _fill(
    target: str,
    template: Path,
    class_list: ClassList,
    results: Mapping[str, GradingResult],
    scale: Scale | None,
    *,
    column: str | None,
    comments: bool,
) -> tuple[ClassList, Filled, tuple[str, ...]]:
    """The template filled in, with the class list as the template knows it, and what to know."""
    from notegrad.intake.class_list.joining import join
    from notegrad.intake.class_list.roster import roster_of
    from notegrad.intake.class_list.spreadsheet import read_sheet
    from notegrad.results.gradebooks.canvas_gradebook import fill_gradebook
    from notegrad.results.gradebooks.list_column import fill_column
    from notegrad.results.gradebooks.moodle_worksheet import fill_worksheet
    from notegrad.results.gradebooks.scale import Scale
    from notegrad.results.gradebooks.standings import standings

    sheet = read_sheet(template)
    joined = join(class_list, roster_of(sheet))
    standing = standings(joined.class_list, results)
    asked = scale or Scale()
    if target == "moodle":
        filled = fill_worksheet(sheet, standing, asked, comments=comments)
    elif target == "csv":
        filled = fill_column(sheet, joined.class_list, standing, asked, column=column or "")
    else:
        filled = fill_gradebook(sheet, standing, asked, column=column)
    return joined.class_list, filled, (*joined.warnings, *filled.notes)


def _page_of(folder: Path, name: str) -> Callable[[GradingResult], bytes]:
    """A function that reads the feedback page beside a result."""
    from notegrad.results.writer import result_path

    def page(result: GradingResult) -> bytes:
        path = folder / result_path(result.submission).with_name(name)
        try:
            with path.open("rb") as stream:
                return stream.read(MAX_PAGE_BYTES)
        except OSError:
            raise InputError(f"{path} is not there: grade again to have feedback pages.") from None

    return page
