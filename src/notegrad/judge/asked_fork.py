"""Each question is asked on a fork of the executed notebook."""

from __future__ import annotations

from typing import Protocol

from notegrad.mirror import Mirror


class GoneError(Exception):
    """The notebook's process is gone and cannot be forked; the text says why, for the student."""


class Forks(Protocol):
    """Gives forks of the executed notebook."""

    def open(self, question: str | None) -> Mirror:
        """A fork of the state at the check of `question` where there is one, of the final state for None.

        Raises GoneError.
        """

    def discard(self, mirror: Mirror) -> None:
        """Kill a fork."""


class Session:
    """The fork that the current question is asked on; another one after a time-out or a death."""

    def __init__(self, forks: Forks, question: str) -> None:
        self._forks = forks
        self._question: str | None = question
        self._mirror: Mirror | None = None
        self._is_spoilt = False

    def mirror(self) -> Mirror:
        """The fork's mirror, opened where there is none. Raises GoneError."""
        if self._is_spoilt:
            self.renew()
        if self._mirror is None:
            self._mirror = self._forks.open(self._question)
            self._question = None
        return self._mirror

    @property
    def is_broken(self) -> bool:
        """Whether the fork was given up, so that the next test case gets another one."""
        return self._mirror is None or self._is_spoilt

    @property
    def beyond(self) -> bool:
        """Whether something crossed that may be more than the mirror shows; not where the fork is gone."""
        return self._mirror is not None and self._mirror.beyond

    @property
    def message_number(self) -> int:
        """How often the notebook was called in this test case; 0 where the fork is gone."""
        return 0 if self._mirror is None else self._mirror.message_number

    def spoil(self) -> None:
        """Give the fork up before the next test case; what was noted of this one stays."""
        self._is_spoilt = True

    def renew(self) -> None:
        """Give the fork up."""
        self._is_spoilt = False
        if self._mirror is not None:
            self._forks.discard(self._mirror)
            self._mirror = None
