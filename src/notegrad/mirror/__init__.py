"""The mirror makes objects of the student's process look the same in the judge's.

Both sides run the same engine, a `Peer`; each message carries all that changed since the last one.
"""

from __future__ import annotations

from notegrad.mirror.sides.environment import Environment
from notegrad.mirror.sides.judge_side import Mirror, connect
from notegrad.mirror.sides.sandbox_side import serve
from notegrad.mirror.sides.shipping import Asked
from notegrad.mirror.sides.stub_classes import is_stub
from notegrad.mirror.sides.stubs import call_there
from notegrad.mirror.wire.mirror_errors import (
    CallInterrupted,
    CallTimeout,
    ObservationError,
    ProcessDied,
    StudentError,
)

__all__ = [
    "Asked",
    "CallInterrupted",
    "CallTimeout",
    "Environment",
    "Mirror",
    "ObservationError",
    "ProcessDied",
    "StudentError",
    "call_there",
    "connect",
    "is_stub",
    "serve",
]
