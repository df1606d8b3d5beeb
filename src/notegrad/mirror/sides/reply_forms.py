"""The forms that requests and replies of the judge's side may have."""

from __future__ import annotations

from notegrad.mirror.wire.forms import (
    FrozenSetValue,
    NamedTupleValue,
    Ref,
    SimulatedValue,
    TupleValue,
)
from notegrad.mirror.wire.requests import Call, Request, Returned


def asks_for_state(request: Request, reply: Returned) -> bool:
    """Whether a call has no other purpose than the global state that it leaves: that is then mirrored.

    So it is where a test enters or leaves a block of the student's, and for a function that was given no
    object, gave nothing back and changed nothing else, as one that seeds the generators.
    """
    if not isinstance(request, Call):
        return False
    if request.method in ("__enter__", "__exit__"):
        return True
    given = (*request.args, *(value for _, value in request.kwargs))
    is_bare = not request.method and not request.observed and not any(isinstance(v, _OBJECTS) for v in given)
    return is_bare and reply.value is None and not reply.changes.steps


_OBJECTS = (Ref, TupleValue, NamedTupleValue, FrozenSetValue, SimulatedValue)


def is_maybe(value: object) -> bool:
    """Whether a reply for one name has the form that it must have: a value, or none."""
    return isinstance(value, tuple) and len(value) <= 1


def are_pairs(value: object) -> bool:
    """Whether a part of a reply is made of names with values."""
    return isinstance(value, tuple) and all(
        isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in value
    )
