"""The seeds of a notebook and of each test case, made from the one of the assignment.

None of them is a small number that a test may expect a notebook to seed with: an answer that forgot its
`manual_seed(0)` must not have that very state by chance.
"""

from __future__ import annotations

import hashlib


def notebook_seed(seed: int) -> int:
    """The seed of a notebook before its first cell: the same for every submission to a bundle."""
    return _seed_from(f"{seed}")


def case_seed(seed: int, question: str, number: int) -> int:
    """The seed of a test case: the same in every run of a bundle, different from case to case."""
    return _seed_from(f"{seed}/{question}/{number}")


def _seed_from(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "little")
