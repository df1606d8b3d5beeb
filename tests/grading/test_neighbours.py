"""A class in any order, by any number of graders: nobody's answer changes what a neighbour is asked."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from notegrad.batch.bundle_facts import facts_of
from notegrad.batch.class_run import grade_all
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.grading import Grader
from notegrad.records import GradingResult
from notegrad.results.gradescope_json import to_gradescope, to_json
from tests.support.confined_graders import confined_grader
from tests.support.neighbours import HOSTILE, RIGHT, bundle, open_grader, submissions


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with confined_grader(bundle()) as made:
        yield made


def in_bytes(result: GradingResult) -> bytes:
    """The result as it is written, without times and memory."""
    document = json.loads(to_json(to_gradescope(result)))
    del document["execution_time"]
    for measured in ("timings", "memory_peak_mb"):
        del document["extra_data"]["notegrad"][measured]
    return json.dumps(document).encode()


def test_right_answers_are_right_in_any_order(grader: Grader) -> None:
    """Answers that write into what the tests share at module level cost neither themselves nor others a point."""
    handed_in = submissions(RIGHT)
    for seed in range(6):
        random.Random(seed).shuffle(handed_in)
        scores = {each.id: grader.grade(each).score for each in handed_in}
        assert scores == dict.fromkeys(RIGHT, 6.0), [each.id for each in handed_in]


def test_a_neighbour_leaves_no_trace(grader: Grader) -> None:
    """After each hostile answer, a right one has the very result that it had before."""
    (honest,) = submissions({"product": RIGHT["product"]})
    alone = in_bytes(grader.grade(honest))
    for hostile in submissions(HOSTILE):
        grader.grade(hostile)
        assert in_bytes(grader.grade(honest)) == alone, hostile.id


@pytest.mark.slow
@pytest.mark.parametrize("graders", [1, 2, 3])
def test_a_class_in_another_order_has_the_same_results(tmp_path: Path, grader: Grader, graders: int) -> None:
    """Right and hostile answers in two random orders: the same bytes for each, but for times and memory."""
    made = [in_order(tmp_path / str(seed), seed, graders) for seed in (graders, graders + 10)]
    assert made[0] == made[1]
    assert len(made[0]) == len(RIGHT | HOSTILE)


def in_order(folder: Path, seed: int, graders: int) -> dict[str, bytes]:
    handed_in = submissions(RIGHT | HOSTILE)
    random.Random(seed).shuffle(handed_in)
    results = grade_all(
        facts_of(bundle(), folder / "voisins.zip"),
        handed_in,
        EngineOptions(graders=graders, factory=f"{open_grader.__module__}:open_grader"),
        out=None,
        on_event=lambda _: None,
    )
    return {result.submission: in_bytes(result) for result in results}
