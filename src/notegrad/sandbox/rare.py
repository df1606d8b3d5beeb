"""What some notebooks never use and costs much to have ready.

A zygote that serves a class has all of it. One that is started for one submission leaves out what that does
not seem to use. A wrong guess costs time, and nothing else: what is used is imported then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAMED = {
    "figures": re.compile(r"matplotlib|pylab|seaborn|\bplot\b"),  # 25 MB, 0.4 s
    "meta": re.compile(r"meta"),  # imports torch's compiler: 35 MB, 0.8 s
    "transforms": re.compile(r"optim|functorch|vmap|compile|\bfunc\b"),  # that too, and 0.4 s
}
PARTS = tuple(_NAMED)


def not_in(*texts: Iterable[str]) -> tuple[str, ...]:
    """The parts that no text names.

    Texts are the notebook and its tests: a test case that is the first to use a part would import it in each
    of its forks.
    """
    code = "\n".join(text for source in texts for text in source)
    return tuple(part for part, name in _NAMED.items() if not name.search(code))
