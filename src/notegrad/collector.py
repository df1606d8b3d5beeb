"""The garbage collector, kept out of imports: they make hundreds of thousands of objects that stay."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Collect nothing meanwhile: to walk what was imported, again and again, is 15 % of torch's import."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def settle() -> None:
    """Collect once, and never look again at what is left: the libraries, which are for ever.

    In a process that forks, a later collection would also dirty pages that its children share (41 MB).
    """
    gc.collect()
    gc.freeze()
