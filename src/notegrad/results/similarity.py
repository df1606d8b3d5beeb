"""Answers that are nearly the same in two notebooks where few others have them: a hint, never a proof.

Each answer becomes its tokens, once with names kept and once with names erased (numbered as they first come).
Comments, docstrings and layout do not count. Answers that many have, that are short, or still the handout's
are explained by the exercise and say nothing. What two submissions share beyond that is weighed in bits:
log2(class / those who have it) for each question; what one in sixteen has weighs four.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from collections.abc import Mapping, Sequence
from itertools import combinations
from math import log2

from notegrad.records import Question, Record, Submission
from notegrad.results.cells import find_places

MAX_ANSWER_CHARS = 20_000
MIN_TOKENS = 25  # shorter answers are found twice by chance
COMMON_SHARE = 0.1  # of the class; what more have, and at least COMMON_LEAST, is common
COMMON_LEAST = 4
MIN_QUESTIONS = 2
MIN_BITS = 6.0
MAX_PAIRS = 50

_SKIPPED = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}
_UNFINISHED = re.compile(r"(\.\.\.|pass|raise NotImplementedError.*)$")


class AlikePair(Record, frozen=True, kw_only=True):
    """Two submissions, and the questions whose rare answers agree with names kept, or with names erased."""

    first: str
    second: str
    same: tuple[str, ...]
    renamed: tuple[str, ...]
    bits: float


class _Answer(Record, frozen=True, kw_only=True):
    kept: tuple[str, ...]
    erased: tuple[str, ...]


def tokens(source: str) -> tuple[str, ...]:
    """The tokens of Python code without comments, docstrings, layout; what cannot be read ends the list."""
    found: list[str] = []
    fresh = True  # at the beginning of a statement, where a lone string is a docstring
    try:
        for token in tokenize.generate_tokens(io.StringIO(source[:MAX_ANSWER_CHARS]).readline):
            if token.type in _SKIPPED:
                fresh = fresh or token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
                continue
            if not (fresh and token.type == tokenize.STRING):
                found.append(token.string)
                fresh = False
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return tuple(found)


def erased(kept: Sequence[str]) -> tuple[str, ...]:
    """The tokens with names numbered in the order of their first use; keywords and attributes stay."""
    numbers: dict[str, str] = {}
    found = []
    for index, token in enumerate(kept):
        is_name = token.isidentifier() and not keyword.iskeyword(token)
        if is_name and (index == 0 or kept[index - 1] != "."):
            found.append(numbers.setdefault(token, f"name{len(numbers)}"))
        else:
            found.append(token)
    return tuple(found)


def alike_pairs(
    submissions: Sequence[Submission], questions: Sequence[Question], starter: Sequence[str] = ()
) -> tuple[AlikePair, ...]:
    """Pairs that share more than chance and the handout explain, most surprising first, MAX_PAIRS at most.

    starter: code cells of the handout, where they are known.
    """
    given = _answers(starter, questions)
    known = [(s.id, _answers(s.cells, questions)) for s in submissions if s.cells]
    bits: dict[tuple[str, str], float] = {}
    shared: dict[tuple[str, str], dict[str, str]] = {}
    for question in questions:
        mine = [(id_, answers[question.name]) for id_, answers in known if question.name in answers]
        mine = [(id_, answer) for id_, answer in mine if _says_something(answer, given.get(question.name))]
        same = _rare_pairs([(id_, answer.kept) for id_, answer in mine], len(known))
        renamed = _rare_pairs([(id_, answer.erased) for id_, answer in mine], len(known))
        for pair in {**renamed, **same}:
            # With names kept is the rarer coincidence; where only that is rare, it alone counts
            bits[pair] = bits.get(pair, 0.0) + max(same.get(pair, 0.0), renamed.get(pair, 0.0))
            shared.setdefault(pair, {})[question.name] = "same" if pair in same else "renamed"
    pairs = [
        AlikePair(
            first=pair[0],
            second=pair[1],
            same=tuple(name for name, how in found.items() if how == "same"),
            renamed=tuple(name for name, how in found.items() if how == "renamed"),
            bits=round(bits[pair], 1),
        )
        for pair, found in shared.items()
        if len(found) >= MIN_QUESTIONS and bits[pair] >= MIN_BITS
    ]
    return tuple(sorted(pairs, key=lambda p: (-p.bits, p.first, p.second))[:MAX_PAIRS])


def _answers(cells: Sequence[str], questions: Sequence[Question]) -> Mapping[str, _Answer]:
    places = find_places(cells, questions).answers
    made = {}
    for name, indexes in places.items():
        kept = tuple(token for index in indexes for token in tokens(cells[index]))
        made[name] = _Answer(kept=kept, erased=erased(kept))
    return made


def _says_something(answer: _Answer, given: _Answer | None) -> bool:
    if len(answer.kept) < MIN_TOKENS or (given is not None and answer.erased == given.erased):
        return False
    return not _UNFINISHED.search(" ".join(answer.kept[-6:]))


def _rare_pairs(answers: Sequence[tuple[str, tuple[str, ...]]], count: int) -> dict[tuple[str, str], float]:
    """Pairs with the same tokens where few have them, each with the bits that this weighs."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for id_, found in answers:
        groups.setdefault(found, []).append(id_)
    rare = max(COMMON_LEAST - 1, int(COMMON_SHARE * count))
    return {
        pair: log2(count / len(members))
        for members in groups.values()
        if 1 < len(members) <= rare
        for pair in combinations(members, 2)
    }
