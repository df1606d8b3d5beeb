"""The mirror raises these errors; one of them stands for an error of a student's own type."""

from __future__ import annotations

from notegrad.errors import NotegradError


class ObservationError(NotegradError):
    """A value cannot cross: too large, too deep, of an unsupported kind, or malformed.

    Inside a test it fails the test case; it is never a fault of the grader. `kind` says what of it a student
    reads; the text, which names numbers and types, is for staff.
    """

    def __init__(self, said: str = "", kind: str = "") -> None:
        super().__init__(said)
        self.kind = kind


class ReadOnlyError(ObservationError):
    """Student code wrote into memory that is read-only on the judge's side."""


class CallInterrupted(BaseException):
    """The sandboxed process did not answer; derives from BaseException so that no test swallows it."""


class CallTimeout(CallInterrupted):
    """The deadline of the test case passed while student code was running."""


class ProcessDied(CallInterrupted):
    """The sandboxed process ended in the middle of a call."""


class StudentError(Exception):
    """The student's code raised an exception of a type of their own; `type_name` says which."""

    type_name: str = "Exception"
    said: str | None = None
    """What it says of itself over there, where that is not what it was made of."""

    def __str__(self) -> str:
        # KeyError, which this may also be, would show the message quoted once more
        return BaseException.__str__(self) if self.said is None else self.said
