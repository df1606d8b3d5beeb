"""Doubts about failures where global state is put back, which otter's one process would have kept.

Only where a bundle that notegrad did not build is judged outside: there a notebook decides nothing that a
test draws. What its cells, its answers or earlier test cases seeded or switched may then be what a test
asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from notegrad.messages import translate

_SEEDING = ("seed", "manual_seed", "manual_seed_all", "set_rng_state", "set_state", "setstate")
_SEEDS = re.compile(rf"\b(?:{'|'.join(_SEEDING)})\s*\(")
_OWN_SEEDS = re.compile(rf"\b(?:torch|cuda|np\.random|numpy\.random|random)\.(?:{'|'.join(_SEEDING)})\s*\(")
_DRAWS = re.compile(
    r"\b(?:torch|random)\.(?:rand\w*|normal|uniform|choices?|shuffle|permutation|sample|gauss|bernoulli)\s*\("
)
_SWITCHES = re.compile(
    r"\b(?:set_default_dtype|set_default_device|set_default_tensor_type|set_grad_enabled)\s*\("
)
_IN_BLOCK = re.compile(r"\s*(?:>>> )?(?:async\s+)?with\b")


def doubt_of_put_back(body: str, lines: Iterable[str], language: str, *, is_drawn: bool) -> str:
    """Return why a failed test case may have wanted the state that was put back; empty where it has not.

    `body`: the text of the test case. `lines`: those of the notebook and of the test file.
    `is_drawn`: numbers were drawn from global generators in the case, or a call left one of them, or a mode,
    elsewhere. A case that seeds before it draws wants no other.
    """
    statements = [line for line in lines if not _IN_BLOCK.match(line)]
    if found := _found(_SWITCHES, statements):
        return translate("inside_put_back", language, name=found)
    if is_drawn and not _is_seeding(body) and (found := _found(_SEEDS, statements)):
        return translate("inside_put_back", language, name=found)
    return ""


def _found(pattern: re.Pattern[str], lines: Iterable[str]) -> str:
    matches = (pattern.search(line) for line in lines)
    return next((found.group().rstrip("( \t") for found in matches if found), "")


def _is_seeding(body: str) -> bool:
    seeds, draws = _OWN_SEEDS.search(body), _DRAWS.search(body)
    return seeds is not None and (draws is None or seeds.start() < draws.start())
