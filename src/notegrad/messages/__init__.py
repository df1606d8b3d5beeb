"""Messages: the sentences that a person reads, in French and in English; translated first, then filled in.

Keys are stable names; facts are filled in after translation, so that word order is each language's own. Each
module holds the two catalogues of one subject.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Protocol

from notegrad.messages import (
    authoring_sentences,
    class_report_sentences,
    class_sentences,
    decision_sentences,
    deployment_sentences,
    feedback_page_sentences,
    grading_sentences,
    intake_sentences,
    list_sentences,
    mark_sentences,
    operation_sentences,
    page_sentences,
    passback_sentences,
    platform_sentences,
    platform_setup_sentences,
    question_sentences,
    rehearsal_sentences,
    roster_sentences,
    staff_sentences,
    text_sentences,
    trying_sentences,
    upload_sentences,
    verifying_sentences,
)

DEFAULT_LANGUAGE = "fr"
MAX_NAMES_TOLD = 5


class _Catalogues(Protocol):
    """A module of sentences."""

    FRENCH: dict[str, str]
    ENGLISH: dict[str, str]


SUBJECTS: tuple[_Catalogues, ...] = (
    authoring_sentences,
    grading_sentences,
    intake_sentences,
    list_sentences,
    mark_sentences,
    page_sentences,
    feedback_page_sentences,
    class_report_sentences,
    question_sentences,
    upload_sentences,
    staff_sentences,
    decision_sentences,
    class_sentences,
    roster_sentences,
    rehearsal_sentences,
    operation_sentences,
    deployment_sentences,
    platform_sentences,
    platform_setup_sentences,
    passback_sentences,
    text_sentences,
    trying_sentences,
    verifying_sentences,
)
FRENCH = {key: text for subject in SUBJECTS for key, text in subject.FRENCH.items()}
ENGLISH = {key: text for subject in SUBJECTS for key, text in subject.ENGLISH.items()}
CATALOGUES = {"fr": FRENCH, "en": ENGLISH}


class Message:
    """A sentence before its language is known: a key and facts, of which some may be messages."""

    def __init__(self, key: str, **facts: object) -> None:
        self.key, self.facts = key, facts

    def text(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Return the sentence in `language`. Raises KeyError for a key or a fact that is missing."""
        return translate(self.key, language, **self.facts)


def translate(key: str, language: str = DEFAULT_LANGUAGE, **facts: object) -> str:
    """Return the message `key` in `language`, with `facts` filled in, of which some may be messages.

    Any other language reads French, the course's first. Raises KeyError for a key or a fact that is missing.
    """
    said = {name: fact.text(language) if isinstance(fact, Message) else fact for name, fact in facts.items()}
    return CATALOGUES.get(language, FRENCH)[key].format(**said)


def listed(names: Iterable[str], most: int = MAX_NAMES_TOLD) -> Message:
    """Return the first few names, and how many more there are."""
    every = list(names)
    told = ", ".join(every[:most])
    if len(every) > most:
        return Message("listed_more", names=told, count=len(every) - most)
    return Message("listed", names=told)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known word closest to `word`, or the empty string."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
