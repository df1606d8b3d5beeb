"""The card of an attack, written before it runs: `tests/attacks/<name>/attack.yml`, beside its notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec
import yaml

from notegrad.records import Outcome, Record, SubmissionStatus

HERE = Path(__file__).resolve().parent

Protection = Literal[
    "separation", "plain data", "wire", "single use", "deadlines", "limits", "cleaning",
    "filesystem", "landlock", "network", "processes", "seccomp", "cgroup", "own uid",
]  # fmt: skip
ALWAYS = {
    "separation": "tests and expected values lie in another process",
    "plain data": "no object of a student's reaches the judge: values are rebuilt from bytes",
    "wire": "one strict, typed, size-limited format, checked against what was asked",
    "single use": "a process tree per submission and a fork per question; nothing is used twice",
    "deadlines": "time is kept from outside, and what is late is killed",
    "limits": "what one process may take, set before the first byte of the student's runs",
    "cleaning": "texts are cut, and lose controls, escapes and markup before anybody sees them",
}
"""Protections that no machine takes away; the others are rows of a result's `protections`."""

Control = Literal["earns", "spoils", "succeeds", "lives", "shows", "proof"]
CONTROLS: dict[Control, str] = {
    "earns": "a grader in the student's own process gives it points (or, of a corrupted one, dies)",
    "spoils": "a grader in the student's own process dies, hangs, or wrongs the next submission",
    "succeeds": "with the protections in `without` left off, or the limits in `limits`, it reaches its aim",
    "lives": "with the protections in `without` left off, its processes outlive the submission",
    "shows": "what it wants to have shown is in the raw record, and in nothing that is shown",
    "proof": "what it does has no grader to succeed against here (`why`); it proves that it was done",
}


class Card(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`stopped_by`: first what stops it, then what would if that were missing.

    `without`, `limits`: how the control is run. `outcomes`: of its test cases; all have a score of 0.
    `shown`: texts that nothing shown may hold. `exhausting`: it answers nothing and takes many seconds.
    `met`: what the record says, one of these, where a limit ended it before it could say that it ran.
    """

    stopped_by: tuple[Protection, ...]
    control: Control
    score: Literal[0] = 0
    status: tuple[SubmissionStatus, ...] = ("graded",)
    outcomes: tuple[Outcome, ...] = ("failed", "errored")
    without: tuple[str, ...] = ()
    limits: dict[str, int] = {}
    shown: tuple[str, ...] = ()
    exhausting: bool = False
    met: tuple[str, ...] = ()
    why: str = ""


def read_card(attack: str) -> Card:
    """The card of an attack; raises where it is missing or says what no card can say."""
    card = msgspec.convert(yaml.safe_load((HERE / attack / "attack.yml").read_text("utf-8")), Card)
    assert card.stopped_by, attack
    assert bool(card.why) == (card.control == "proof"), f"{attack}: a proof, and nothing else, says why"
    assert bool(card.without or card.limits) == (card.control in ("succeeds", "lives")), attack
    assert bool(card.shown) == (card.control == "shows"), attack
    return card


def in_force(card: Card, active: set[str]) -> list[str]:
    """Those of the card's protections that hold where the protections in `active` do."""
    return [name for name in card.stopped_by if name in ALWAYS or name in active]
