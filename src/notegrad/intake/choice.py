"""Chooses, of several notebooks that one student handed in, the one that answers this assignment.

What a notebook holds decides, and never how large or how new it is: first how many of the names that the
tests fetch it answers, that is defines otherwise than the handout does; then how many it defines at all; then
whether it is called as the handout is. Where two remain nobody can know, so both are graded and the better
one counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

import msgspec

from notegrad.intake.defined_names import defined_names, is_blank
from notegrad.intake.wanted import Wanted, cell_digest
from notegrad.records import Submission

MAX_CANDIDATES = 4
"""Notebooks of one hand-in that are graded, where no reason speaks for one of them."""


MAX_SHARE_BY_CHANCE = 0.25
"""Of the names that an assignment asks for: what the notebook of another may happen to define."""

MIN_SHARE_OF_OTHER = 0.5
"""Of the names of another assignment: what a notebook of it defines at least."""


class Fit(NamedTuple):
    """How well a notebook fits an assignment; the greater the better."""

    answered: int
    defined: int
    has_name_of_handout: bool


def fit(cells: Sequence[str], path: str, wanted: Wanted) -> Fit:
    """How well the code cells of the notebook at `path` fit."""
    found = defined_names(cells)
    defined = wanted.names & found.keys()
    answered = sum(any(_is_answer(cells[index], name, wanted) for index in found[name]) for name in defined)
    return Fit(answered, len(defined), bool(wanted.file_name) and _bare(path) == _bare(wanted.file_name))


def candidates(submission: Submission) -> tuple[Submission, ...]:
    """The submission once for each of its notebooks that may be meant."""
    plain = msgspec.structs.replace(submission, others=())
    return plain, *(
        msgspec.structs.replace(plain, cells=other.cells, files=other.files, path=other.path)
        for other in submission.others
    )


def counted(submission: Submission, notebook: str) -> Submission:
    """The submission with the notebook that counts, by its path; with the first where no path is told."""
    several = candidates(submission)
    return next((each for each in several if each.path == notebook), several[0])


def strangers(submissions: Sequence[Submission], wanted: Wanted) -> tuple[Submission, ...]:
    """Those that could be read and are of no or another assignment; none where nothing is asked by name."""
    return tuple(
        submission
        for submission in submissions
        if wanted.names
        and submission.cells
        and (
            not wanted.names & defined_names(submission.cells).keys()
            or other_assignment(submission.cells, wanted) is not None
        )
    )


def other_assignment(cells: Sequence[str], wanted: Wanted) -> str | None:
    """The title of the assignment of the course that a notebook belongs to, where that is another one.

    A lesson may use a name that this assignment asks for: what counts is how much of each is there.
    """
    found = defined_names(cells).keys()
    if _share(wanted.names, found) > MAX_SHARE_BY_CHANCE:
        return None
    shares = [(_share(names, found), title) for title, names in wanted.others]
    share, title = max(shares, default=(0.0, ""))
    return title if share >= MIN_SHARE_OF_OTHER else None


def is_untouched(cells: Sequence[str], wanted: Wanted) -> bool:
    """Whether a notebook is the handout as it was given out, or less of it; never where no name is asked."""
    if not wanted.names or not wanted.handout_cells:
        return False
    return all(cell_digest(cell) in wanted.handout_cells for cell in cells if cell.strip())


def _share(names: frozenset[str], found: Collection[str]) -> float:
    return len(names & set(found)) / len(names) if names else 0.0


def _is_answer(cell: str, name: str, wanted: Wanted) -> bool:
    return cell_digest(cell) not in wanted.handout_cells and not is_blank(cell, name)


def _bare(path: str) -> str:
    """A file's name without folder, ending, case and Unicode form."""
    name = unicodedata.normalize("NFC", PurePosixPath(path).name).casefold()
    return name.partition(".ipynb")[0]
