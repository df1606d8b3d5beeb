"""Records of what an assignment asks of a hand-in, by which intake tells finished work from the rest."""

from __future__ import annotations

import hashlib
import re

from notegrad.messages import DEFAULT_LANGUAGE
from notegrad.records import Record

_DIGEST_LENGTH = 16  # hexadecimal digits: digests of the teacher's own cells, compared with each other only
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


class Wanted(Record, frozen=True, kw_only=True):
    """The names that the tests of an assignment fetch, and the handout that students started from.

    `names`: of functions and variables. `handout_cells`: digests of the handout's code cells, empty where
    they are not known. `file_name`: the handout's. `others`: by title of each other assignment of the course,
    the names that its tests fetch. `language`: of what is told.
    """

    names: frozenset[str] = frozenset()
    handout_cells: frozenset[str] = frozenset()
    file_name: str = ""
    others: tuple[tuple[str, frozenset[str]], ...] = ()
    language: str = DEFAULT_LANGUAGE


def cell_digest(source: str) -> str:
    """The digest of a code cell, whatever blanks end its lines and whatever lines it begins and ends with."""
    text = _TRAILING.sub("", source.replace("\r\n", "\n")).strip("\n")
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:_DIGEST_LENGTH]
