"""The garbage collector is kept from walking over and over what imports make, which stays."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

_NEVER = 1_000_000


@contextlib.contextmanager
def sparing() -> Iterator[None]:
    """Make no full collection meanwhile: they are a quarter of a warm-up's time.

    The young generations are collected as always: garbage that stays until the end leaves holes all over the
    heap, and whoever is forked fills them, one copied page each (50 MB and 5 % of the time of a notebook).
    """
    young, middle, old = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)


def settle() -> None:
    """Collect once, and never look again at what is left: the libraries, which are for ever.

    In a process that forks, a later collection would also dirty pages that its children share (41 MB).
    """
    gc.collect()
    gc.freeze()


def keep() -> None:
    """Never look again at what is there, garbage or not: a process that lives for one submission.

    What it goes on to import would else have all of the libraries walked over again (0.4 s).
    """
    gc.freeze()
