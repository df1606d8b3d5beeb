"""Deadlines that begin with a time that is free for everybody, which most things end in."""

from __future__ import annotations

import os
import sys

import pytest

from notegrad.probes.fair_deadline import FairDeadline

_looks: list[str] = []
_is_listening = False


def _listen(event: str, arguments: tuple) -> None:
    if _is_listening and event in ("os.listdir", "open") and str(arguments[0]).startswith("/proc/"):
        _looks.append(str(arguments[0]))


sys.addaudithook(_listen)


class Clock:
    """A clock that a test sets."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files below /proc that were opened in the test."""
    monkeypatch.setattr(sys.modules[__name__], "_is_listening", True)
    _looks.clear()
    return _looks


def test_what_ends_in_the_free_time_costs_no_look(looks: list[str]) -> None:
    """The price of a test case that ends at once: its deadline reads nothing of the kernel; one without does."""
    clock = Clock()
    quick = FairDeadline(5.0, (os.getpid(),), 10.0, clock, free_s=0.1)
    quick.watch(os.getpid())
    assert 0 < quick.left_s() <= 0.1
    assert looks == []
    FairDeadline(5.0, (os.getpid(),), 10.0, clock)
    assert looks


def test_after_the_free_time_everybody_has_the_whole_limit(looks: list[str]) -> None:
    """A limit is not shortened by the free time, nor lengthened by more; and then waits are looked at."""
    clock = Clock()
    deadline = FairDeadline(5.0, (os.getpid(),), 10.0, clock, free_s=0.1)
    clock.now += 0.1
    assert deadline.left_s() == pytest.approx(5.0)
    assert looks
    clock.now += 4.0
    assert deadline.left_s() == pytest.approx(1.0)


@pytest.mark.parametrize(("patience_s", "left_s"), [(10.0, 5.0), (1.0, 3.1), (0.5, 2.6)])
def test_who_asks_late_was_perhaps_kept_from_asking(patience_s: float, left_s: float) -> None:
    """A judge that got no processor before its first look loses nothing, as far as there is patience."""
    clock = Clock()
    deadline = FairDeadline(5.0, (os.getpid(),), patience_s, clock, free_s=0.1)
    clock.now += 3.0
    assert deadline.left_s() == pytest.approx(left_s)
    clock.now += left_s + patience_s + 1
    assert deadline.left_s() <= 0


def test_who_has_no_patience_has_no_free_time() -> None:
    """Once a submission has waited all that it may, its limits are those that are written down."""
    clock = Clock()
    deadline = FairDeadline(5.0, (os.getpid(),), 0.0, clock, free_s=0.1)
    assert deadline.left_s() == pytest.approx(5.0)
    clock.now += 5.0
    assert deadline.left_s() <= 0
