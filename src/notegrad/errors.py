"""Faults, in two families that never mix: the user's input, and our own failures.

What a student's code does wrong is neither: it is an outcome, and travels in records.
"""

from __future__ import annotations

from typing import Protocol


class _Said(Protocol):
    """A sentence before its language is known."""

    def text(self, language: str) -> str:
        """Return the sentence in `language`."""


class Unsaid:
    """A key with facts where no sentence can be made, as beside student code; who reads it makes one."""

    def __init__(self, key: str, **facts: str) -> None:
        self.key, self.facts = key, facts

    def text(self, language: str) -> str:  # noqa: ARG002 (no language is known here)
        """Return key and facts, for logs."""
        return " ".join([self.key, *(f"{name}={fact}" for name, fact in self.facts.items())])


class NotegradError(Exception):
    """Base of every exception of ours; what it says is one sentence that a user can act on.

    A `Message` where a person reads it, who has a language; a text where it stays among programs.
    """

    def __init__(self, said: str | _Said = "") -> None:
        super().__init__(said)

    def text(self, language: str) -> str:
        """Return the sentence in `language`."""
        said: str | _Said = self.args[0] if self.args else ""
        return said if isinstance(said, str) else said.text(language)

    def __str__(self) -> str:
        """The sentence in English, for logs and for whoever has no language."""
        return self.text("en")


class InputError(NotegradError):
    """The user gave something we cannot use: says what, where, and what to do."""


class ConfigError(InputError):
    """A configuration file is wrong: says the file, the path in it, and a suggestion."""


class BuildError(InputError):
    """A master notebook cannot be built: says which question or test case."""


class SandboxError(NotegradError):
    """A failure of ours while running a submission: retried, then *not graded*, never a zero."""


class ProcessesDiedError(SandboxError):
    """A submission whose processes died in every run, never in the same way: for the teacher to look at."""


class SandboxUnavailableError(SandboxError):
    """This machine cannot give the confinement that the configuration asks for."""
