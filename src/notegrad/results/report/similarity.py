"""Finds answers that two notebooks share and few others have: a hint, never a proof.

Each answer becomes its tokens, once with names kept and once with names erased (numbered as they first come).
Comments, docstrings and layout do not count. Answers that many have, that are short, or still the handout's
are explained by the exercise and say nothing. What two submissions share beyond that is weighed in bits:
log2(class / those who have it) for each question; what one in sixteen has weighs four.

Whoever adds a line, or puts lines in another order, has other tokens and the same runs: the pieces of RUN
tokens of each statement, names erased. Answers agree too where most of their rare runs do; a run is rare
where few in the class have it, and the handout has not.
"""

from __future__ import annotations

import functools
import io
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import log2

from notegrad.records import Question, Record, Submission
from notegrad.results.pages.answer_cells import find_places

MAX_ANSWER_CHARS = 20_000
MIN_TOKENS = 12  # shorter answers are all alike
LONG_TOKENS = 40  # answers that two people hardly write alike by chance
COMMON_SHARE = 0.1  # of the class; what more have, and at least COMMON_LEAST, is common
COMMON_LEAST = 4
MAX_GROUP = 20  # of a very large class: more are not paired one by one
MIN_BITS = 10.0
MIN_OVERLAP = 0.6
MIN_LONG = 2  # long answers that hardly anybody else has
MAX_PAIRS = 50
RUN = 6  # tokens
MIN_RUN = 4  # tokens of a whole statement that is shorter
MIN_RUNS = 4  # rare runs that two answers share at least
LONG_RUNS = 24  # that two people hardly write alike by chance
MIN_RUNS_SHARED = 0.8  # of the rare runs of the answer that has fewer

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
    """Two submissions, and the questions whose rare answers agree with names kept, or with names erased.

    overlap: what they share, out of all that is particular to the one with less of it, from 0 to 1.
    answers: for people to compare, questions with the code of both.
    """

    first: str
    second: str
    same: tuple[str, ...]
    renamed: tuple[str, ...]
    bits: float
    overlap: float
    answers: tuple[tuple[str, str, str], ...] = ()


class _Shared(Record, frozen=True, kw_only=True):
    question: str
    bits: float
    is_same: bool
    is_long: bool


class _Answer(Record, frozen=True, kw_only=True):
    kept: tuple[str, ...]
    erased: tuple[str, ...]
    runs: frozenset[tuple[str, ...]]


@functools.lru_cache(maxsize=2_048)  # in a class many answers are the same
def tokens(source: str) -> tuple[str, ...]:
    """The tokens of Python code without comments, docstrings, layout; what cannot be read ends the list."""
    return tuple(token for statement in _statements(source) for token in statement)


def _statements(source: str) -> list[list[str]]:
    """The tokens of each line of code, of a line that goes on as well; parts between `;` are one line."""
    found: list[list[str]] = [[]]
    fresh = True  # at the beginning of a statement, where a lone string is a docstring
    try:
        for token in tokenize.generate_tokens(io.StringIO(source[:MAX_ANSWER_CHARS]).readline):
            if token.type in _SKIPPED:
                fresh = fresh or token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
                if token.type == tokenize.NEWLINE:
                    found.append([])
                continue
            if not (fresh and token.type == tokenize.STRING):
                found[-1].append(token.string)
                fresh = False
    except (tokenize.TokenError, SyntaxError, ValueError):
        pass
    return found


@functools.lru_cache(maxsize=2_048)
def runs(source: str) -> frozenset[tuple[str, ...]]:
    """The runs of RUN tokens within each statement, all names alike; a short statement is one run."""
    found: set[tuple[str, ...]] = set()
    for statement in _statements(source):
        for part in _split(statement, ";"):
            alike = tuple(
                "name" if _is_name(token) and (index == 0 or part[index - 1] != ".") else token
                for index, token in enumerate(part)
            )
            if len(alike) >= MIN_RUN:
                found.update(alike[at : at + RUN] for at in range(max(1, len(alike) - RUN + 1)))
    return frozenset(found)


def _split(statement: Sequence[str], separator: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in statement:
        if token == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_name(token: str) -> bool:
    return token.isidentifier() and not keyword.iskeyword(token)


def erased(kept: Sequence[str]) -> tuple[str, ...]:
    """The tokens with names numbered in the order of their first use; keywords and attributes stay."""
    numbers: dict[str, str] = {}
    found = []
    for index, token in enumerate(kept):
        if _is_name(token) and (index == 0 or kept[index - 1] != "."):
            found.append(numbers.setdefault(token, f"name{len(numbers)}"))
        else:
            found.append(token)
    return tuple(found)


def alike_pairs(
    submissions: Sequence[Submission], questions: Sequence[Question], starter: Sequence[str] = ()
) -> tuple[AlikePair, ...]:
    """Pairs that share more than chance and the handout explain, most surprising first, MAX_PAIRS at most.

    That is: much of one of the two notebooks, or some long answers. starter: code cells of the handout, where
    they are known.
    """
    given = _answers(starter, questions)
    of_handout = frozenset[tuple[str, ...]]().union(*map(runs, starter))
    known = [(s.id, _answers(s.cells, questions)) for s in submissions if s.cells]
    own: dict[str, float] = {}
    shared: dict[tuple[str, str], list[_Shared]] = {}
    for question in questions:
        name = question.name
        mine = {id_: answers[name] for id_, answers in known if name in answers}
        mine = {id_: answer for id_, answer in mine.items() if _says_something(answer, given.get(name))}
        for id_, bits in _own_bits(mine, len(known)).items():
            own[id_] = own.get(id_, 0.0) + bits
        written = {id_: answer.runs - of_handout for id_, answer in mine.items()}
        equal = _shared_answers(name, mine, len(known))
        for pair, found in {**_shared_runs(name, written, len(known)), **equal}.items():
            shared.setdefault(pair, []).append(found)
    pairs = [_pair(pair, found, min(own[id_] for id_ in pair)) for pair, found in shared.items()]
    wanted = [
        pair
        for pair in pairs
        if (pair.bits >= MIN_BITS and pair.overlap >= MIN_OVERLAP)
        or sum(answer.is_long for answer in shared[pair.first, pair.second]) >= MIN_LONG
    ]
    return tuple(sorted(wanted, key=lambda p: (-p.bits, p.first, p.second))[:MAX_PAIRS])


def _own_bits(answers: Mapping[str, _Answer], count: int) -> dict[str, float]:
    """The bits by which each submission's answer to one question differs from the others'."""
    groups = _groups((id_, answer.erased) for id_, answer in answers.items())
    return {id_: log2(count / len(members)) for members in groups for id_ in members}


def _shared_answers(
    question: str, answers: Mapping[str, _Answer], count: int
) -> dict[tuple[str, str], _Shared]:
    """Pairs with the same rare answer to one question."""
    kept = _rare_pairs(_groups((id_, answer.kept) for id_, answer in answers.items()), count)
    alike = _rare_pairs(_groups((id_, answer.erased) for id_, answer in answers.items()), count)
    found = {}
    for pair in {**alike, **kept}:
        # Names that agree as well are the rarer coincidence; where only that is rare, it alone counts
        bits = max(alike.get(pair, 0.0), kept.get(pair, 0.0))
        few = bits >= log2(count / (COMMON_LEAST - 1))
        is_long = few and len(answers[pair[0]].kept) >= LONG_TOKENS
        found[pair] = _Shared(question=question, bits=bits, is_same=pair in kept, is_long=is_long)
    return found


def _shared_runs(
    question: str, answers: Mapping[str, frozenset[tuple[str, ...]]], count: int
) -> dict[tuple[str, str], _Shared]:
    """Pairs whose answers to one question share most of the runs that few have."""
    holders: dict[tuple[str, ...], list[str]] = {}
    for id_, found in answers.items():
        for run in found:
            holders.setdefault(run, []).append(id_)
    rare = {run: ids for run, ids in holders.items() if len(ids) <= _most_of_rare(count)}
    own = Counter(id_ for ids in rare.values() for id_ in ids)
    shared: dict[tuple[str, str], list[int]] = {}
    for ids in rare.values():
        for pair in combinations(ids, 2):
            shared.setdefault(pair, []).append(len(ids))
    return {
        pair: _Shared(
            question=question,
            bits=log2(count * len(sizes) / sum(sizes)),
            is_same=False,
            is_long=len(sizes) >= LONG_RUNS,
        )
        for pair, sizes in shared.items()
        if len(sizes) >= max(MIN_RUNS, MIN_RUNS_SHARED * min(own[id_] for id_ in pair))
    }


def _pair(pair: tuple[str, str], found: Sequence[_Shared], own_bits: float) -> AlikePair:
    bits = sum(answer.bits for answer in found)
    return AlikePair(
        first=pair[0],
        second=pair[1],
        same=tuple(answer.question for answer in found if answer.is_same),
        renamed=tuple(answer.question for answer in found if not answer.is_same),
        bits=round(bits, 1),
        overlap=round(min(1.0, bits / own_bits), 2) if own_bits > 0 else 0.0,
    )


def _answers(cells: Sequence[str], questions: Sequence[Question]) -> Mapping[str, _Answer]:
    places = find_places(cells, questions).answers
    made = {}
    for name, indexes in places.items():
        kept = tuple(token for index in indexes for token in tokens(cells[index]))
        pieces = frozenset[tuple[str, ...]]().union(*(runs(cells[index]) for index in indexes))
        made[name] = _Answer(kept=kept, erased=erased(kept), runs=pieces)
    return made


def _says_something(answer: _Answer, given: _Answer | None) -> bool:
    if len(answer.kept) < MIN_TOKENS or (given is not None and answer.erased == given.erased):
        return False
    return not _UNFINISHED.search(" ".join(answer.kept[-6:]))


def _groups(answers: Iterable[tuple[str, tuple[str, ...]]]) -> list[list[str]]:
    """Ids of the submissions with the same tokens, those alone included."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for id_, found in answers:
        groups.setdefault(found, []).append(id_)
    return list(groups.values())


def _rare_pairs(groups: Sequence[Sequence[str]], count: int) -> dict[tuple[str, str], float]:
    """Pairs with the same tokens where few have them, each with the bits that this weighs."""
    return {
        pair: log2(count / len(members))
        for members in groups
        if 1 < len(members) <= _most_of_rare(count)
        for pair in combinations(members, 2)
    }


def _most_of_rare(count: int) -> int:
    """The most submissions of a class that may have what is rare."""
    return min(max(COMMON_LEAST - 1, int(COMMON_SHARE * count)), MAX_GROUP)
