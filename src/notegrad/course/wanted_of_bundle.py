"""A bundle's demands on what is handed in, for intake: read from the bundle, and from those beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from notegrad.course.asked_names import asked_names
from notegrad.course.bundle import Bundle, read_bundle
from notegrad.errors import InputError
from notegrad.intake.wanted import Wanted


def wanted_of(bundle: Bundle, others: Iterable[Bundle] = ()) -> Wanted:
    """The names that its tests fetch and its handout; `others` are the course's other assignments.

    Those that are not among them are known as they were when the bundle was built.
    """
    handout = bundle.settings.handout
    known = {title: frozenset(names) for title, names in bundle.settings.others}
    known |= {other.settings.title: _names(other) for other in others}
    return Wanted(
        names=_names(bundle),
        handout_cells=frozenset(handout.cells if handout else ()),
        file_name=handout.file_name if handout else "",
        others=tuple(known.items()),
        language=bundle.settings.language,
    )


def bundles_beside(path: Path) -> tuple[Bundle, ...]:
    """The other bundles in the folder of the one at `path`; what cannot be read is nobody's assignment."""
    found = []
    for other in sorted(path.resolve().parent.glob("*.zip")):
        if other != path.resolve():
            try:
                found.append(read_bundle(other))
            except InputError:
                continue
    return tuple(found)


def _names(bundle: Bundle) -> frozenset[str]:
    return asked_names(source for _, source in bundle.tests)
