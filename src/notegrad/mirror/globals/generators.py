"""Checks tell the state of a Mersenne Twister that was seeded, or drawn from, from one that was made up.

A state of zeros gives zeros for ever: inputs that a test draws from it are all the same, and NumPy's normal
numbers, which are drawn until two fit, never end. What is asked here no seeded state fails in the age of
the universe.
"""

from __future__ import annotations

import ctypes
import functools
import math

import numpy as np

WORDS = 624
MAX_DRAWN_BLOCKS = 1 << 13
"""Blocks of 624 numbers, 5 million in all, that one call may draw; looking for more would take too long."""

MAX_STATES = 32
"""Answers that are kept, of 5 kB each: a function that seeds by itself leaves the same state at each call."""

MAX_PCG_DRAWS = 1 << 40
"""Numbers of NumPy's new generator that one call may draw."""

_PCG_MULTIPLIER = 47026247687942121848144207491837523525
_PCG_STATES = 1 << 128
_MAX_REPEATED = 8
_WINDOW_WORDS = 16
_DEVIATIONS = 9.0
_BITS = np.array([byte.bit_count() for byte in range(256)], np.uint8)
MAX_NORMAL = 12.0
"""Larger than any normal number that a generator of 53 bits can draw."""


def is_plausible(words: np.ndarray[tuple[int], np.dtype[np.uint32]]) -> bool:
    """Whether 624 words look random: few repeated, as many ones as zeros in all and in every 16 of them."""
    if len(np.unique(words)) < WORDS - _MAX_REPEATED:
        return False
    ones = _BITS[np.ascontiguousarray(words).view(np.uint8)].reshape(WORDS, 4).sum(1, dtype=np.int64)
    sums = np.concatenate(([0], np.cumsum(ones)))
    return _is_even(sums[-1:], WORDS) and _is_even(
        sums[_WINDOW_WORDS:] - sums[:-_WINDOW_WORDS], _WINDOW_WORDS
    )


def _is_even(ones: np.ndarray[tuple[int], np.dtype[np.int64]], words: int) -> bool:
    bits = 32 * words
    return bool((np.abs(ones - bits / 2) < _DEVIATIONS * math.sqrt(bits) / 2).all())


def is_normal(*numbers: float) -> bool:
    """Whether numbers kept for the next draw can have been drawn."""
    return all(abs(number) < MAX_NORMAL for number in numbers)


@functools.lru_cache(MAX_STATES)
def is_drawn(before: bytes, after: bytes) -> bool:
    """Whether drawing leads from one state to the other: 624 words each, then the place of the next number.

    A call may draw as many numbers as it likes, so what comes next stays what the judge's seed says; a state
    that was set, were it a seeded one, is none that drawing leads to.
    """
    words, place = after[: 4 * WORDS], int.from_bytes(after[4 * WORDS :], "little")
    if words == before[: 4 * WORDS]:
        return place >= int.from_bytes(before[4 * WORDS :], "little")
    twister = np.random.MT19937()
    address = twister.ctypes.state_address
    ctypes.memmove(address, before[: 4 * WORDS], 4 * WORDS)
    used_up = WORDS.to_bytes(4, "little")
    for _ in range(MAX_DRAWN_BLOCKS):
        ctypes.memmove(address + 4 * WORDS, used_up, 4)
        twister.random_raw(output=False)
        if ctypes.string_at(address, 4 * WORDS) == words:
            return 0 < place <= WORDS
    return False


def is_drawn_from_pcg(before: int, after: int, increment: int) -> bool:
    """Whether at most 2**40 draws lead from one state of PCG64 to another, by its distance on the circle.

    The lowest bits of such a generator tell the lowest bits of how many draws lie between (Brown, 1994).
    """
    multiplier, added, distance, bit = _PCG_MULTIPLIER, increment, 0, 1
    while before != after:
        if bit > MAX_PCG_DRAWS:
            return False
        if (before ^ after) & bit:
            before = (before * multiplier + added) % _PCG_STATES
            distance |= bit
        added = (multiplier + 1) * added % _PCG_STATES
        multiplier = multiplier * multiplier % _PCG_STATES
        bit <<= 1
    return distance <= MAX_PCG_DRAWS
