"""`notegrad gradebook`: the grades of a folder that `notegrad grade` wrote, as a platform takes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.options import csv_option
from notegrad.cli.person import terminal_language
from notegrad.errors import InputError
from notegrad.messages import Message, translate
from notegrad.records import CsvForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from notegrad.records import ClassList, GradingResult
    from notegrad.results.gradebooks.scale import Scale

TARGETS = ("csv", "moodle", "canvas", "gradescope")
FEEDBACK_PAGE, PUBLISHED_PAGE = "feedback.html", "feedback-published.html"
MAX_PAGE_BYTES = 64 << 20
OF_USE = {
    "--column": ("canvas", "csv"),
    "--comments": ("moodle",),
    "--key": ("csv",),
    "--keep": ("moodle", "canvas", "csv"),
    "--csv": ("csv",),
}
"""Targets for which an option is of use. Files of platforms have the platform's number: none needs --key."""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--to", "target", type=click.Choice(TARGETS), default="csv", show_default=True, help="help_gradebook_to"
)
@click.option(
    "--template",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="help_gradebook_template",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="help_gradebook_out",
)
@click.option("--column", metavar="NAME", help="help_gradebook_column")
@click.option(
    "--key",
    metavar="COLUMN",
    help="help_gradebook_key",
)
@click.option("--keep", is_flag=True, help="help_gradebook_keep")
@csv_option
@click.option("--scale", metavar="N", help="help_gradebook_scale")
@click.option("--round", "step", metavar="STEP", help="help_gradebook_round")
@click.option("--comments", is_flag=True, help="help_gradebook_comments")
@click.option(
    "--feedback",
    metavar="ZIP",
    type=click.Path(path_type=Path, dir_okay=False),
    help="help_gradebook_feedback",
)
@click.option(
    "--published",
    is_flag=True,
    help="help_gradebook_published",
)
def command(
    *,
    folder: Path,
    target: str,
    template: Path | None,
    out: Path | None,
    column: str | None,
    key: str | None,
    keep: bool,
    csv: CsvForm | None,
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
    from notegrad.batch.folder_marks import marked_folder, rewrite_marks
    from notegrad.cli.classes import refresh_gradebook, say, say_of_marks, say_problems
    from notegrad.intake.class_list.spreadsheet import read_sheet
    from notegrad.marks.overrides import OVERRIDES_FILE
    from notegrad.results.gradebooks.feedback_zip import to_feedback_zip
    from notegrad.results.gradebooks.fill_template import FillOptions, fill_template
    from notegrad.results.gradebooks.scale import scale_of
    from notegrad.results.gradebooks.standings import standings, told_incomplete
    from notegrad.results.writer import write_atomically

    path = out or folder / f"grades-{target}.csv"
    class_list, raw = read_stored(folder)
    spoken = terminal_language(class_list.language)
    given = {"--column": column, "--key": key, "--comments": comments, "--keep": keep, "--csv": csv}
    _check_options(target, template, path, given)
    marked = marked_folder(folder, class_list, raw)
    results = {result.submission: result for result in marked.results}
    asked = scale_of(scale, step) if scale or step else None
    if template is None:
        data, students, graded = _csv(target, class_list, results, asked, csv)
        message = translate("gradebook_written", spoken, students=students, graded=graded)
        notes: tuple[str, ...] = ()
    else:
        options = FillOptions(target=target, column=column, key=key, comments=comments, keep=keep)  # type: ignore[arg-type]
        sheet = read_sheet(template, class_list.language, head=key)
        made = fill_template(options, sheet, class_list, results, asked)
        class_list, data, notes = made.class_list, made.filled.data, made.notes
        message = translate("gradebook_filled", spoken, graded=made.filled.graded, empty=made.filled.empty)
    updated = rewrite_marks(folder, marked)
    if updated or not marked.book.is_empty:
        refresh_gradebook(folder, marked.book)
    if updated:
        say(translate("marks_rewritten", spoken, path=folder / OVERRIDES_FILE, count=len(updated)))
    standing = standings(class_list, results)
    pages = (
        to_feedback_zip(
            standing,
            class_list.platform,
            _page_of(folder, PUBLISHED_PAGE if published else FEEDBACK_PAGE),
        )
        if feedback
        else b""
    )
    write_atomically(path, data)
    if feedback:
        write_atomically(feedback, pages)
    for note in (*notes, *told_incomplete(standing, spoken)):
        say(note)
    click.echo(message)
    click.echo(f"→ {path}")
    if feedback:
        click.echo(f"→ {feedback}")
    say_problems(marked.book.problems)
    return say_of_marks(marked.book, marked.results)


def _check_options(target: str, template: Path | None, path: Path, given: Mapping[str, object]) -> None:
    """Raises InputError where options contradict each other, or `path` would replace the template."""
    fills = {"moodle": "needs_worksheet", "canvas": "needs_canvas_gradebook"}
    if target in fills and template is None:
        raise InputError(Message(fills[target]))
    if target == "gradescope" and template is not None:
        raise InputError(Message("gradescope_fills_nothing"))
    if target == "csv" and (template is None) != (given["--column"] is None):
        raise InputError(Message("template_and_column"))
    for option, targets in OF_USE.items():
        if given[option] and target not in targets:
            raise InputError(Message("option_of_no_use", option=option, target=target))
    for option in ("--key", "--keep"):
        if given[option] and template is None:
            raise InputError(Message("option_without_template", option=option))
    if given["--csv"] and template is not None:
        raise InputError(Message("option_with_template", option="--csv"))
    if template is not None and path.absolute() == template.absolute():
        raise InputError(Message("out_is_template", path=template))


def _csv(
    target: str,
    class_list: ClassList,
    results: Mapping[str, GradingResult],
    scale: Scale | None,
    form: CsvForm | None,
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
        data = to_class_gradebook(class_list, results, scale, form=form)
    return data, len(standing), sum(one.scored is not None for one in standing)


def _page_of(folder: Path, name: str) -> Callable[[GradingResult], bytes]:
    """A function that reads the feedback page beside a result."""
    from notegrad.results.writer import result_path

    def page(result: GradingResult) -> bytes:
        path = folder / result_path(result.submission).with_name(name)
        try:
            with path.open("rb") as stream:
                return stream.read(MAX_PAGE_BYTES)
        except OSError:
            raise InputError(Message("page_missing", path=path)) from None

    return page
