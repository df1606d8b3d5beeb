"""Finds the cells that answer each question, by the names that tests ask for and by the check cells.

A hint for readers, by text alone: nothing is run, and no verdict rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from notegrad.records import Question, Record

MAX_SCANNED_CHARS = 200_000  # of one cell

_CHECK = re.compile(r"""^[ \t]*\w+\.check\(\s*["']([^"'\n]{1,200})["']""", re.MULTILINE)
_DEFINED = re.compile(
    r"^(?:(?:async[ \t]+)?def[ \t]+(\w+)|class[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]{1,200})?=(?!=))", re.MULTILINE
)


class AnswerPlaces(Record, frozen=True, kw_only=True):
    """By the name of a question: indexes of the cells that answer it, and of those that check it."""

    answers: dict[str, tuple[int, ...]] = {}
    checks: dict[str, tuple[int, ...]] = {}


def find_places(cells: Sequence[str], questions: Sequence[Question]) -> AnswerPlaces:
    """The cells in which each question is answered and checked.

    The answer to a name is the last cell above the question's last check that defines it at the top level,
    else the last one at all. Where no name is known to be asked for, no cell is taken for an answer.
    """
    names = {question.name for question in questions}
    checks: dict[str, list[int]] = {}
    definitions: dict[str, list[int]] = {}
    for index, source in enumerate(cells):
        text = source[:MAX_SCANNED_CHARS]
        for name in names.intersection(_CHECK.findall(text)):
            checks.setdefault(name, []).append(index)
        for groups in _DEFINED.findall(text):
            definitions.setdefault(next(filter(None, groups)), []).append(index)
    answers = {q.name: _answers(q, definitions, checks.get(q.name, [])) for q in questions}
    return AnswerPlaces(
        answers={name: found for name, found in answers.items() if found},
        checks={name: tuple(dict.fromkeys(found)) for name, found in checks.items()},
    )


def _answers(
    question: Question, definitions: Mapping[str, Sequence[int]], checks: Sequence[int]
) -> tuple[int, ...]:
    found = set()
    for name in question.asks_for:
        defined = definitions.get(name, ())
        above = [index for index in defined if checks and index <= checks[-1]]
        if defined:
            found.add(above[-1] if above else defined[-1])
    return tuple(sorted(found))
