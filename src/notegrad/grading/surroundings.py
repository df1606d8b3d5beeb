"""A test has the time zone and the encoding of student code, whatever machine judges.

What a test works out by itself (the hour of a moment, the text of a bundle's file) is compared with what an
answer does in the sandbox, in UTC and UTF-8: on an assistant's machine in Paris they would differ by an hour.
"""

from __future__ import annotations

import contextlib
import locale
import os
import time
from collections.abc import Iterator

from notegrad.sandbox.walls import confine

_SAME = ("TZ", "LANG")
_OVERRULING = ("LC_ALL", "LC_CTYPE", "LC_TIME", "LANGUAGE")


def take_on() -> None:
    """Take on the sandbox's, for good: in a judge's process."""
    variables = confine.environment("")
    os.environ.update({name: variables[name] for name in _SAME})
    for name in _OVERRULING:
        os.environ.pop(name, None)
    _apply(variables["LANG"])


@contextlib.contextmanager
def taken_on() -> Iterator[None]:
    """Take on the sandbox's for a while: where test files are loaded, whose own lines run then."""
    former = {name: os.environ.get(name) for name in (*_SAME, *_OVERRULING)}
    encoding = locale.setlocale(locale.LC_CTYPE)
    take_on()
    try:
        yield
    finally:
        for name, value in former.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        _apply(encoding)


def _apply(encoding: str) -> None:
    time.tzset()
    with contextlib.suppress(locale.Error):  # a machine without it: Python's own choice stays
        locale.setlocale(locale.LC_CTYPE, encoding)
