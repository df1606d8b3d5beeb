"""Keeps the data files of a run in memory: each content once, and all together within a limit."""

from __future__ import annotations

import msgspec

from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.records import Submission

# All submissions of a run are in memory at once.
MAX_RUN_BYTES = 4 * 1024 * 1024 * 1024


class SharedFiles:
    """The data files of a run, each content once, and what all submissions take together."""

    def __init__(self) -> None:
        self._contents: dict[bytes, bytes] = {}
        self._sizes: list[tuple[int, str]] = []

    def add(self, submission: Submission) -> Submission:
        """The submission, over files that others may have too. Raises `InputError` where it is too much."""
        size = sum(map(len, submission.cells))
        for _, data in submission.files:
            size += len(data) if data not in self._contents else 0
            self._contents.setdefault(data, data)
        self._sizes.append((size, submission.id))
        if sum(size for size, _ in self._sizes) > MAX_RUN_BYTES:
            largest = ", ".join(name for _, name in sorted(self._sizes, reverse=True)[:3])
            raise InputError(
                Message("submissions_too_large", max_run_bytes=MAX_RUN_BYTES // 2**20, largest=largest)
            )
        files = tuple((name, self._contents[data]) for name, data in submission.files)
        return msgspec.structs.replace(submission, files=files)
