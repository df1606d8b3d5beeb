"""An error by which most of a class stopped, and that tells of where it was graded rather than of answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from notegrad.records import GradingResult, Record
from notegrad.results.text import one_line

MIN_STOPPED = 2
"""Notebooks that stopped by the same error: of one alone it may be its own."""

MAX_ERROR_CHARACTERS = 200

_OF_SURROUNDINGS = re.compile(
    r"(?:[\w.]+\.)?(?:FileNotFoundError|ModuleNotFoundError|ImportError|PermissionError|OSError|URLError|"
    r"HTTPError|gaierror|TimeoutError|Connection\w*Error|\w*SSLError|ProxyError)\b"
    r"|.*(?:CUDA|NVIDIA)"
)


class CommonStop(Record, frozen=True, kw_only=True):
    """An error by which cells of `count` of `total` notebooks stopped."""

    error: str
    count: int
    total: int


def common_stop(results: Sequence[GradingResult]) -> CommonStop | None:
    """The error of the surroundings by which at least half of the notebooks that ran stopped, if any."""
    ran = [result.run for result in results if result.run is not None]
    found = Counter(
        error for run in ran for error in {_told(cell.error) for cell in run.cells if cell.error} if error
    )
    for error, count in found.most_common(1):
        if count >= MIN_STOPPED and 2 * count >= len(ran):
            return CommonStop(error=error, count=count, total=len(ran))
    return None


def _told(error: str) -> str:
    """One line of an error that a file, a module, a network or a device is the cause of; else nothing."""
    return one_line(error, MAX_ERROR_CHARACTERS) if _OF_SURROUNDINGS.match(error) else ""
