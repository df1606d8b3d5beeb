"""What a run of a submission needs of the sandbox: process trees, and what to say of them."""

from __future__ import annotations

from typing import Protocol

from notegrad.records import Limits, Protection
from notegrad.sandbox.outside.process_tree import ProcessTree


class Trees(Protocol):
    """Gives process trees, and ends them."""

    tier: str
    protections: tuple[Protection, ...]
    device: str

    @property
    def mode(self) -> str:
        """Whether processes are forked once they run student code."""

    def new_tree(self, limits: Limits) -> ProcessTree:
        """A process tree for one run of a notebook. Raises SandboxError where none can be had."""

    def end(self, tree: ProcessTree) -> None:
        """Kill a process tree."""
