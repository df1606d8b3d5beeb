"""Grading: one submission in, one result out; `Grader` keeps a warm sandbox, `grade` makes one.

Both are imported when they are asked for, since `devices` and `retries` are read where torch is not wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notegrad.grading.grader import Grader, grade

__all__ = ["Grader", "grade"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from notegrad.grading import grader

    return getattr(grader, name)
