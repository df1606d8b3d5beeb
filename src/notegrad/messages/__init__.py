"""Messages: the sentences that a person reads, in French and in English; translated first, then filled in.

Keys are stable names; facts are filled in after translation, so that word order is each language's own. Each
module holds the two catalogues of one subject.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Protocol

from notegrad.messages import (
    decision_sentences,
    grading_sentences,
    page_sentences,
    staff_sentences,
    upload_sentences,
)

DEFAULT_LANGUAGE = "fr"


class _Catalogues(Protocol):
    """A module of sentences."""

    FRENCH: dict[str, str]
    ENGLISH: dict[str, str]


_MODULES: tuple[_Catalogues, ...] = (
    grading_sentences,
    page_sentences,
    upload_sentences,
    staff_sentences,
    decision_sentences,
)
FRENCH = {key: text for module in _MODULES for key, text in module.FRENCH.items()}
ENGLISH = {key: text for module in _MODULES for key, text in module.ENGLISH.items()}
CATALOGUES = {"fr": FRENCH, "en": ENGLISH}


def translate(key: str, language: str = DEFAULT_LANGUAGE, **facts: object) -> str:
    """Return the message `key` in `language`, with `facts` filled in.

    Any other language reads French, the course's first. Raises KeyError for a key or a fact that is missing.
    """
    return CATALOGUES.get(language, FRENCH)[key].format(**facts)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known word closest to `word`, or the empty string."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
