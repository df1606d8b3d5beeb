"""The table of who may do what with which object; pure, and asked by every view.

What is not allowed is not there: views answer 404, so that nobody learns which courses, attempts or people
exist.
"""

from __future__ import annotations

from typing import Literal

from notegrad.records import Record

Relation = Literal["member", "owner", "assistant", "teacher", "administrator"]
Action = Literal[
    "create_course",
    "see_course",
    "see_assignment",
    "hand_in",
    "see_attempt",
    "see_class",
    "grade_again",
    "manage_course",
    "manage_people",
    "see_audit",
    "manage_data",
    "operate",
    "decide",
    "override",
    "signal_problem",
    "answer_problem",
    "manage_platforms",
]


class Who(Record, frozen=True, kw_only=True):
    """A person who is signed in, and their active roles by course."""

    user_id: int
    is_administrator: bool = False
    roles: dict[int, str] = {}


class Thing(Record, frozen=True, kw_only=True):
    """An object: the course that it is in, whose it is, and whether students may know of it at all."""

    course_id: int | None = None
    owner_id: int | None = None
    is_shown: bool = True


NOWHERE = Thing()

_STAFF: frozenset[Relation] = frozenset({"assistant", "teacher", "administrator"})
_TEACHERS: frozenset[Relation] = frozenset({"teacher", "administrator"})

RULES: dict[Action, frozenset[Relation]] = {
    "create_course": frozenset({"administrator"}),
    "see_course": _STAFF | {"member"},
    "see_assignment": _STAFF | {"member"},
    "hand_in": frozenset({"member", "assistant", "teacher"}),
    "see_attempt": _STAFF | {"owner"},
    "see_class": _STAFF,
    "grade_again": _STAFF,
    "manage_course": _TEACHERS,
    "manage_people": _TEACHERS,
    "see_audit": _TEACHERS,
    "manage_data": _TEACHERS,
    "operate": frozenset({"administrator"}),
    "decide": _STAFF,
    "override": _STAFF,
    "signal_problem": frozenset({"owner"}),
    "answer_problem": _STAFF,
    "manage_platforms": frozenset({"administrator"}),
}


def relations(who: Who, thing: Thing) -> frozenset[Relation]:
    """The relations of a person to an object."""
    found: set[Relation] = {"administrator"} if who.is_administrator else set()
    role = who.roles.get(thing.course_id) if thing.course_id is not None else None
    if role in ("assistant", "teacher"):
        found.add("assistant" if role == "assistant" else "teacher")
    elif role == "student" and thing.is_shown:
        found.add("member")
    if role is not None and thing.owner_id == who.user_id:
        found.add("owner")
    return frozenset(found)


def may(who: Who, what: Action, thing: Thing = NOWHERE) -> bool:
    """Whether a person may do that with the object."""
    return bool(RULES[what] & relations(who, thing))
