"""A notebook that does nothing right but cheats gets the score of a blank one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from notegrad.course.bundle import Bundle
from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.records import GradingResult
from notegrad.sandbox.walls import tiers
from notegrad.settings import SandboxSettings
from tests.attacks import controls, harness
from tests.attacks.cards import in_force, read_card
from tests.attacks.run import graded
from tests.programs.attacks_table import faults
from tests.support.confined_graders import bundle_of

pytestmark = pytest.mark.timeout(60)

ROOT = Path(__file__).resolve().parents[2]

FINDINGS: dict[str, str] = {}
"""Attacks that do get points, and why: each is a fault to mend."""

CARDS = {name: read_card(name) for name in harness.attack_names()}
QUICK = [name for name, card in CARDS.items() if not card.exhausting]
"""The others answer nothing and take many seconds; `make attacks` runs them, at every level."""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return harness.fixture_bundle()


@pytest.fixture(scope="module")
def grader(bundle: Bundle) -> Iterator[Grader]:
    try:
        made = Grader(bundle)
    except SandboxUnavailableError as error:
        pytest.skip(f"attacks are run in a sandbox with namespaces only: {error}")
    with made:
        harness.refuse_unless_contained(made._sandbox.tier)
        yield made


@pytest.fixture(scope="module")
def real_bundle() -> Bundle:
    bundle = bundle_of("tp2-memoire")
    settings = msgspec.structs.replace(
        bundle.settings, limits=harness.LIMITS, sandbox=SandboxSettings(tier="userns")
    )
    return msgspec.structs.replace(bundle, settings=settings)


@pytest.fixture(scope="module")
def blank(grader: Grader, bundle: Bundle) -> GradingResult:
    return grader.grade(harness.blank_submission(bundle))


def _attacks() -> list[object]:
    return [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=FINDINGS[name]))
        if name in FINDINGS
        else name
        for name in QUICK
    ]


def test_a_blank_notebook_scores_nothing(blank: GradingResult) -> None:
    """The score that attacks are measured by is 0 on every question, from test cases that were all run."""
    assert [q.score for q in blank.questions] == [0.0] * len(blank.questions)
    assert {c.outcome for q in blank.questions for c in q.test_cases} <= {"failed", "errored"}


def test_an_honest_answer_scores_full_marks(grader: Grader, bundle: Bundle) -> None:
    """The questions that attacks are run against can be answered, so that a score of 0 means something."""
    result = grader.grade(harness.honest_submission(bundle))
    failed = [
        (c.test_case.name, c.detail) for q in result.questions for c in q.test_cases if c.outcome != "passed"
    ]
    assert not failed
    assert result.score == result.max_score > 0


@pytest.mark.parametrize("attack", _attacks())
def test_an_attack_is_held(attack: str, grader: Grader) -> None:
    """Whatever a submission does instead of answering, it earns nothing and reaches nothing; and it was done."""
    assert faults(graded(grader, attack), CARDS[attack]) == []


@pytest.mark.parametrize("attack", [name for name in QUICK if not CARDS[name].without])
def test_the_same_attack_succeeds_where_nothing_stops_it(attack: str, grader: Grader, bundle: Bundle) -> None:
    """The control: against tests in its own process the same code earns points, or ruins what comes after."""
    assert controls.is_confirmed(CARDS[attack], attack, bundle, grader._sandbox)


def test_every_attack_is_stopped_by_something_at_every_level() -> None:
    """Each card names a protection that is in force in the weakest tier too."""
    active = {row.name for row in tiers.protections("no-namespaces") if row.active}
    assert [name for name, card in CARDS.items() if not in_force(card, active)] == []


def test_the_grader_is_as_before_after_all_attacks(
    grader: Grader, bundle: Bundle, blank: GradingResult
) -> None:
    """Attacks leave nothing behind: the next blank notebook is graded as the first one was."""
    again = grader.grade(harness.blank_submission(bundle))
    assert [q.score for q in again.questions] == [q.score for q in blank.questions]
    assert [c.outcome for q in again.questions for c in q.test_cases] == [
        c.outcome for q in blank.questions for c in q.test_cases
    ]


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_attack_gains_on_a_real_assignment(real_bundle: Bundle) -> None:
    """On TP2, cheating wins no test case that a function with one trivial line does not win as well."""
    try:
        made = Grader(real_bundle)
    except SandboxUnavailableError as error:
        pytest.skip(f"attacks are run in a sandbox with namespaces only: {error}")
    with made as grader:
        harness.refuse_unless_contained(grader._sandbox.tier)
        assert grader.grade(harness.blank_submission(real_bundle)).score == 0
        trivial = [grader.grade(harness.trivial_submission(a, real_bundle)) for a in harness.TRIVIAL_ANSWERS]
        free = set().union(*map(harness.won_cases, trivial))
        gained = {}
        for name in sorted(QUICK):
            won = harness.won_cases(grader.grade(harness.attack_submission(name, real_bundle))) - free
            if won:
                gained[name] = won
    assert gained == {}
