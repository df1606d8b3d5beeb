"""The mirror: objects that live in the student's process, made to look the same in the judge's.

Both sides run the same engine, a `Peer`; each message carries all that changed since the last one.
"""

from __future__ import annotations

from notegrad.mirror.client import Environment, Mirror, connect
from notegrad.mirror.errors import CallInterrupted, CallTimeout, ObservationError, ProcessDied, StudentError
from notegrad.mirror.server import serve

__all__ = [
    "CallInterrupted",
    "CallTimeout",
    "Environment",
    "Mirror",
    "ObservationError",
    "ProcessDied",
    "StudentError",
    "connect",
    "serve",
]
