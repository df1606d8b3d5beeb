"""Messages: both languages say the same things with the same facts."""

from __future__ import annotations

import string

import pytest

from notegrad.messages import CATALOGUES, ENGLISH, FRENCH, translate


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_catalogues_have_the_same_keys_and_facts():
    """A message that exists in one language exists in the other, and needs the same facts."""
    assert FRENCH.keys() == ENGLISH.keys()
    for key in FRENCH:
        assert fields(FRENCH[key]) == fields(ENGLISH[key]), key


@pytest.mark.parametrize("language", CATALOGUES)
def test_facts_are_filled_in_after_translation(language):
    """A fact may hold braces and percent signs; it is data, not a format."""
    assert "{x} %s" in translate("missing_name", language, name="{x} %s")


def test_unknown_language_reads_french():
    """The course's first language stands in for any other."""
    assert translate("status_graded", "de") == FRENCH["status_graded"]


def test_no_key_stands_in_two_modules():
    """A sentence never silently takes the place of another one with the same key."""
    from collections import Counter

    import notegrad.messages as messages

    modules = [
        module for module in vars(messages).values() if hasattr(module, "FRENCH") and module is not messages
    ]
    counted = Counter(
        key for module in {id(module): module for module in modules}.values() for key in module.FRENCH
    )
    assert len(counted) == len(FRENCH)
    assert [key for key, count in counted.items() if count > 1] == []
