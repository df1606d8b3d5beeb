"""Optional libraries cost much to have ready, and some notebooks never use them.

A zygote that serves a class has all of them. One that is started for one submission leaves out those that it
does not seem to use. One that is used all the same is imported then: it costs the time, and counts as the
submission's own memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAMED = {
    "figures": re.compile(r"matplotlib|pylab|seaborn|networkx|boxplot|\bplot\b|\.hist\("),  # 25 MB, 0.4 s
    "meta": re.compile(r"meta"),  # imports sympy, 0.3 s
    # torch's compiler, 35 MB, 0.5 s, and 0.4 s more
    "transforms": re.compile(r"optim|functorch|vmap|compile|\bfunc\b|forward|checkpoint"),
    # 519 modules of torch.distributed, 0.6 s
    "accelerator": re.compile(r"works_on_(?:meta|accelerator)"),
}
PARTS = tuple(_NAMED)
_OF_TESTS = ("accelerator",)


def not_in(*texts: Iterable[str]) -> tuple[str, ...]:
    """The parts that no text names.

    Texts are the notebook, its modules and its tests: a test case that is the first to use a part would
    import it in each of its forks.
    """
    code = "\n".join(text for source in texts for text in source)
    return tuple(part for part, name in _NAMED.items() if not name.search(code))


def unused_by_tests(tests: Iterable[str], device: str) -> tuple[str, ...]:
    """The parts that no notebook of a class will need: only tests could, and these do not."""
    return tuple(part for part in not_in(tests) if part in _OF_TESTS and device != "sim")
