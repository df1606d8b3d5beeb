"""Faults, in two families that never mix: the user's input, and our own failures.

What a student's code does wrong is neither: it is an outcome, and travels in records.
"""

from __future__ import annotations


class NotegradError(Exception):
    """Base of every exception of ours; its text is one sentence a user can act on."""


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
