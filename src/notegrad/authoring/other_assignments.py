"""The names that the tests of a course's other assignments fetch, for the bundle of one of them.

A bundle that is alone, as on Gradescope, tells by them that a notebook belongs to another assignment.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from notegrad.authoring.master import assign, find_master, list_slugs, read_master
from notegrad.course.asked_names import asked_names
from notegrad.course.config import Config
from notegrad.errors import NotegradError

_MAX_ASSIGNMENTS = 100  # of a course, all kept while it is built


def other_assignments(config: Config, slug: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The title and the names of each other assignment, by slug; one that cannot be read is left out.

    Whoever builds that one reads what is wrong with it; it is no fault of this one.
    """
    found = []
    for other in list_slugs(config.root):
        if other == slug:
            continue
        try:
            master = find_master(config.root, other)
            digest = hashlib.sha256(master.read_bytes()).hexdigest()
            names = _names(master, digest, config.settings(other).language)
        except (NotegradError, OSError, UnicodeDecodeError):
            continue
        found.append((config.settings(other).title, names))
    return tuple(found)


@lru_cache(maxsize=_MAX_ASSIGNMENTS)
def _names(master: Path, digest: str, language: str) -> tuple[str, ...]:  # noqa: ARG001 (the key: what the file holds)
    return tuple(sorted(asked_names(assign(read_master(master, language), language).tests.values())))
