"""Words of dates as platforms and people write them: names of months in French and English, and half days."""

from __future__ import annotations

_MONTHS = (
    ("jan",), ("fév", "fev", "feb"), ("mar",), ("avr", "apr"), ("mai", "may"), ("juin", "jun"),
    ("juil", "jul"), ("août", "aoû", "aout", "aug"), ("sep",), ("oct",), ("nov",), ("déc", "dec"),
)  # fmt: skip


def month_of(word: str) -> int:
    """The number of the month that a word begins like, from 1; 0 where it is no month."""
    word = word.casefold()
    return next((number for number, names in enumerate(_MONTHS, 1) if word.startswith(names)), 0)


def hour_of_day(hour: int, half: str | None) -> int:
    """The hour from 0 to 23 of one that may be of a half day (`AM`, `pm`, `p`)."""
    if not half:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)
