"""A notebook that cheats gets the score of a blank one also where nothing is forked.

In mode `stepped` one process runs the notebook and answers every question, so what an attack changed or started is
still there when it is judged.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from tests.attacks import harness
from tests.attacks.cards import read_card

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    try:
        made = Grader(harness.fixture_bundle(mode="stepped"))
    except SandboxUnavailableError as error:
        pytest.skip(f"attacks are run in a sandbox with namespaces only: {error}")
    with made:
        harness.refuse_unless_contained(made._sandbox.tier)
        yield made


def test_an_honest_answer_scores_full_marks(grader: Grader) -> None:
    """The questions can be answered in this mode too."""
    result = grader.grade(harness.honest_submission(harness.fixture_bundle()))
    assert result.score == result.max_score > 0


@pytest.mark.parametrize("attack", [n for n in harness.attack_names() if not read_card(n).exhausting])
def test_an_attack_scores_what_a_blank_notebook_does(attack: str, grader: Grader) -> None:
    """No attack earns anything in mode stepped, and each was really run."""
    result = grader.grade(harness.attack_submission(attack, harness.fixture_bundle()))
    assert harness.said(result, harness.PROOF), f"the attack did not run: {result.run}"
    assert harness.won_cases(result) == set()
