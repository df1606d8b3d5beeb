"""Identifiers as they are compared, and students as they are named in a sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from notegrad.messages import translate
from notegrad.records import RosterEntry

MAX_NAMES_TOLD = 5


def compared(identifier: str) -> str:
    """An identifier as it is compared: whatever its case and its Unicode form."""
    return unicodedata.normalize("NFC", identifier).casefold()


def called(entry: RosterEntry) -> str:
    """A student as a teacher knows them."""
    return entry.name or entry.email or entry.number or entry.login or entry.key


def listed_names(names: Sequence[str], language: str) -> str:
    """The first few names, and how many more there are."""
    told = ", ".join(names[:MAX_NAMES_TOLD])
    more = len(names) - MAX_NAMES_TOLD
    return translate("and_more", language, names=told, count=more) if more > 0 else told
