"""Messages: both languages say the same things with the same facts."""

from __future__ import annotations

import re
import string

import pytest

from notegrad import messages
from notegrad.messages import (
    CATALOGUES,
    ENGLISH,
    FRENCH,
    Message,
    listed,
    translate,
)


def fields(text: str) -> set[str]:
    found: set[str] = set()
    for _, name, form, _ in string.Formatter().parse(text):
        found |= ({name} if name else set()) | (fields(form) if form else set())
    return found


def test_catalogues_have_the_same_keys_and_facts():
    """A message that exists in one language exists in the other, and needs the same facts."""
    assert FRENCH.keys() == ENGLISH.keys()
    for key in FRENCH:
        assert fields(FRENCH[key]) == fields(ENGLISH[key]), key


@pytest.mark.parametrize("language", CATALOGUES)
def test_facts_are_filled_in_after_translation(language):
    """A fact may hold braces and percent signs; it is data, not a format."""
    assert "{x} %s" in translate("missing_function", language, name="{x} %s")


def test_unknown_language_reads_french():
    """The course's first language stands in for any other."""
    assert translate("status_graded", "de") == FRENCH["status_graded"]


def test_each_key_stands_in_one_catalogue():
    """Two subjects never give one key two sentences, of which the later would silently win."""
    for language in ("FRENCH", "ENGLISH"):
        assert sum(len(getattr(module, language)) for module in messages.SUBJECTS) == len(
            getattr(messages, language)
        )


def test_messages_within_messages_are_in_one_language():
    """A list of names, or the kind of a file, speaks the language of the sentence around it."""
    sentence = Message("set_aside", names=listed(f"n{i}" for i in range(8)))
    assert sentence.text("en").endswith("n0, n1, n2, n3, n4 and 3 more.")
    assert sentence.text("fr").endswith("n0, n1, n2, n3, n4 et 3 autres.")


# the number is a limit of ours, or the key is taken only where there are several
NEVER_ONE = {
    "build_same_name", "many_notebooks", "roster_too_long", "too_many_cells", "too_much", "tried_times", "zip_deep", "zip_long_name",
    "zip_long_path", "zip_many_files",
}  # fmt: skip
A_NUMBER = r"\{(?:count|total|points|questions|rows|added|gone|kept|failed)\}"


@pytest.mark.parametrize("language", CATALOGUES)
def test_what_is_counted_is_told_in_the_singular_too(language):
    """One submission is never told as "1 submissions": a noun after a number has both forms."""
    counted = re.compile(A_NUMBER + r"[ \xa0\u202f]\w+[sx]\b")
    for key, text in CATALOGUES[language].items():
        free = re.sub(r"\{\w+:\|(?:[^{}]|\{\w+\})*\}", "", text)  # what is said of one and of many
        assert key in NEVER_ONE or not counted.search(free), f"{key}: {text}"
