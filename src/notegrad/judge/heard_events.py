"""Events that the interpreter announces (`sys.audit`) are heard by one hook of the judge's.

A hook stays until its process ends, and is called for every event, thousands of them in a submission.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

_listeners: dict[str, Callable[[tuple[Any, ...]], None]] = {}


def listen(event: str, listener: Callable[[tuple[Any, ...]], None]) -> None:
    """Have `listener` called with the facts of each such event from now on; it may raise."""
    if not _listeners:
        sys.addaudithook(_hear)
    _listeners[event] = listener


def _hear(event: str, facts: tuple[Any, ...]) -> None:
    listener = _listeners.get(event)
    if listener is not None:
        listener(facts)
