"""A file of a platform, or any list of the class, filled in with the grades of a class."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from notegrad.intake.class_list.joining import join
from notegrad.intake.class_list.roster import Roster, roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.records import ClassList, GradingResult, Record
from notegrad.results.gradebooks.canvas_gradebook import fill_gradebook
from notegrad.results.gradebooks.filling import Filled
from notegrad.results.gradebooks.list_column import fill_column
from notegrad.results.gradebooks.moodle_worksheet import fill_worksheet
from notegrad.results.gradebooks.scale import Scale
from notegrad.results.gradebooks.standings import standings

Target = Literal["csv", "moodle", "canvas"]


class FillOptions(Record, frozen=True, kw_only=True):
    """What is asked of a file that is to be filled in."""

    target: Target
    column: str | None = None
    key: str | None = None
    comments: bool = False
    keep: bool = False


class FilledTemplate(Record, frozen=True, kw_only=True):
    """The file filled in, the class list as the file knows it, its students, and what to know."""

    filled: Filled
    class_list: ClassList
    roster: Roster
    notes: tuple[str, ...]


def fill_template(
    options: FillOptions,
    sheet: Sheet,
    class_list: ClassList,
    results: Mapping[str, GradingResult],
    scale: Scale | None,
) -> FilledTemplate:
    """The sheet with the grades of the class in it.

    Raises InputError where it is not what `options` say, has no such column, or names nobody of the class.
    """
    roster = roster_of(sheet, class_list, key=options.key)
    joined = join(class_list, roster)
    standing = standings(joined.class_list, results)
    asked, keep = scale or Scale(), options.keep
    if options.target == "moodle":
        filled = fill_worksheet(sheet, roster, standing, asked, comments=options.comments, keep=keep)
    elif options.target == "csv":
        column = options.column or ""
        filled = fill_column(sheet, roster, joined.class_list, standing, asked, column=column, keep=keep)
    else:
        filled = fill_gradebook(sheet, roster, standing, asked, column=options.column, keep=keep)
    notes = (*joined.warnings, *filled.notes)
    return FilledTemplate(filled=filled, class_list=joined.class_list, roster=roster, notes=notes)
