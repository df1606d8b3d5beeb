"""Messages: the sentences that a person reads, in French and in English; translated first, then filled in.

Keys are stable names; facts are filled in after translation, so that word order is each language's own. Each
module holds the two catalogues of one subject. A field `{count:|one|many}` is the one word or the other, by
the rule of the language; French sentences are set as French is printed (`typography`).
"""

from __future__ import annotations

import difflib
import string
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from notegrad.errors import NotegradError
from notegrad.messages import (
    authoring_sentences,
    class_report_sentences,
    class_sentences,
    click_sentences,
    command_fault_sentences,
    command_sentences,
    course_fault_sentences,
    decision_sentences,
    deployment_sentences,
    doctor_sentences,
    engine_sentences,
    expect_sentences,
    failed_test_sentences,
    feedback_page_sentences,
    grading_sentences,
    grading_table_sentences,
    help_sentences,
    intake_sentences,
    list_sentences,
    mark_sentences,
    operation_sentences,
    page_sentences,
    passback_sentences,
    platform_sentences,
    platform_setup_sentences,
    question_sentences,
    regrading_sentences,
    rehearsal_sentences,
    roster_sentences,
    sandbox_sentences,
    staff_sentences,
    text_sentences,
    trying_sentences,
    upload_sentences,
    verifying_sentences,
)
from notegrad.messages.typography import french

DEFAULT_LANGUAGE = "fr"
MAX_NAMES_TOLD = 5


class _Catalogues(Protocol):
    """A module of sentences."""

    FRENCH: dict[str, str]
    ENGLISH: dict[str, str]


SUBJECTS: tuple[_Catalogues, ...] = (
    authoring_sentences,
    click_sentences,
    command_fault_sentences,
    command_sentences,
    course_fault_sentences,
    doctor_sentences,
    engine_sentences,
    expect_sentences,
    failed_test_sentences,
    grading_sentences,
    grading_table_sentences,
    help_sentences,
    intake_sentences,
    list_sentences,
    mark_sentences,
    page_sentences,
    feedback_page_sentences,
    class_report_sentences,
    question_sentences,
    regrading_sentences,
    upload_sentences,
    staff_sentences,
    decision_sentences,
    class_sentences,
    roster_sentences,
    sandbox_sentences,
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
FRENCH = {key: french(text) for subject in SUBJECTS for key, text in subject.FRENCH.items()}
ENGLISH = {key: text for subject in SUBJECTS for key, text in subject.ENGLISH.items()}
CATALOGUES = {"fr": FRENCH, "en": ENGLISH}


class _Sentences(string.Formatter):
    """Fills facts into the sentences of one language, whose rule says which number is one."""

    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """A word for one or many where the format is `|one|many`, else as everywhere."""
        if not format_spec.startswith("|"):
            return str(super().format_field(value, format_spec))
        one, many = format_spec[1:].split("|")
        return one if is_one(value, self._language) else many


def is_one(count: float | str, language: str) -> bool:
    """Whether a number, or its text, takes the singular: in French all below two, in English one alone."""
    try:
        number = float(str(count).replace(",", "."))
    except ValueError:
        return False
    return abs(number) < 2 if language == "fr" else number == 1


_FILLED = {language: _Sentences(language) for language in CATALOGUES}


class Message:
    """A sentence before its language is known: a key and facts, of which some may be messages."""

    def __init__(self, key: str, **facts: object) -> None:
        self.key, self.facts = key, facts

    def text(self, language: str = DEFAULT_LANGUAGE) -> str:
        """Return the sentence in `language`. Raises KeyError for a key or a fact that is missing."""
        return translate(self.key, language, **self.facts)

    def __str__(self) -> str:
        """The sentence in English, for logs and for whoever has no language."""
        return self.text("en")

    def __repr__(self) -> str:
        """As it is made."""
        return f"Message({self.key!r}, **{self.facts!r})"

    def __eq__(self, other: object) -> bool:
        """Whether it says the same."""
        return isinstance(other, Message) and (self.key, self.facts) == (other.key, other.facts)

    def __hash__(self) -> int:
        """By its key."""
        return hash(self.key)


def translate(key: str, language: str = DEFAULT_LANGUAGE, **facts: object) -> str:
    """Return the message `key` in `language`, with `facts` filled in, of which some may be messages.

    An error of ours among the facts says its sentence in the same language. Any other language reads French,
    the course's first. Raises KeyError for a key or a fact that is missing.
    """
    language = language if language in CATALOGUES else DEFAULT_LANGUAGE
    said = {name: _in_language(fact, language) for name, fact in facts.items()}
    return _FILLED[language].vformat(CATALOGUES[language][key], (), said)


def _in_language(fact: object, language: str) -> object:
    return fact.text(language) if isinstance(fact, (Message, NotegradError)) else fact


def listed(names: Iterable[str], most: int = MAX_NAMES_TOLD) -> Message:
    """Return the first few names, and how many more there are."""
    every = list(names)
    told = ", ".join(every[:most])
    if len(every) > most:
        return Message("listed_more", names=told, count=len(every) - most)
    return Message("listed", names=told)


def together(parts: Sequence[Message], more: int = 0) -> Message:
    """Return the parts, with commas between them, and how many `more` there are."""
    if not parts:
        return Message("nothing")
    whole = parts[0]
    for part in parts[1:]:
        whole = Message("and_then", first=whole, then=part)
    return Message("listed_more", names=whole, count=more) if more else whole


def suggestion(word: str, known: Iterable[str], otherwise: Message | None = None) -> Message:
    """Return `; did you mean 'x'?` for the known word closest to `word`, or else `otherwise`, or nothing."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return Message("suggestion", word=close[0]) if close else otherwise or Message("nothing")
