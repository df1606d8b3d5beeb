"""What does nothing right but cheats gets the score of a blank notebook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from notegrad.authoring.build import build
from notegrad.authoring.bundle import Bundle, parse_bundle
from notegrad.config import load_config
from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.records import GradingResult
from tests.attacks import harness

pytestmark = pytest.mark.timeout(60)

ROOT = Path(__file__).resolve().parents[2]

FINDINGS: dict[str, str] = {}
"""Attacks that do get points, and why: each is a fault to mend."""

BEATS_A_GRADER_IN_ONE_PROCESS = {
    "always_equal_object", "array_subclass", "disk_tests", "dispatch_subclass", "frames_constants", "frames_locals",
    "gc_objects", "import_hooks", "inspect_source", "meta_device", "notegrad_patch",
    "otter_fake_module", "otter_patch", "patch_aten_kernels", "patch_import", "patch_numpy",
    "patch_tensor_methods", "patch_torch_comparisons", "proc_scan", "results_files", "rewrite_locals",
    "shadow_names", "small_integers", "stop_iteration", "tensor_subclass", "torch_function_object",
    "vanishing_inputs",
}  # fmt: skip
"""Attacks that are known to earn points where tests run beside the student's code."""


EXHAUSTING = {
    "crash_in_functions", "daemons", "descriptors_exhausted", "disk_fill", "endless_objects", "fork_bomb",
    "memory_bomb", "output_flood", "stop_everybody",
}  # fmt: skip
"""Attacks that answer nothing and only cost time: half a minute each on an assignment of 83 test cases."""


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
    built = build(load_config(ROOT / "otter_config.yml"), "tp2-memoire", check=False)
    bundle = parse_bundle(built.autograder, Path("tp2-memoire.zip"))
    return msgspec.structs.replace(bundle, limits=harness.LIMITS, tier="userns")


@pytest.fixture(scope="module")
def blank(grader: Grader, bundle: Bundle) -> GradingResult:
    return grader.grade(harness.blank_submission(bundle))


def _attacks() -> list[object]:
    return [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=FINDINGS[name]))
        if name in FINDINGS
        else name
        for name in harness.attack_names()
    ]


def test_a_blank_notebook_scores_nothing(blank: GradingResult) -> None:
    """The score that attacks are measured by is 0 on every question, from test cases that were all run."""
    assert [q.score for q in blank.questions] == [0.0] * len(blank.questions)
    assert {c.outcome for q in blank.questions for c in q.test_cases} <= {"failed", "errored"}


def test_an_honest_answer_scores_full_marks(grader: Grader, bundle: Bundle) -> None:
    """The questions that attacks are run against can be answered, so that a score of 0 means something."""
    answers = (
        "def carre(x):\n    return x * x\ndef double(x):\n    return 2 * x\ndef triple(a):\n    return 3 * a\n"
        "def ranger(x):\n    return sorted(x)\ndef ajoute_(x, y):\n    x += y\n    return x\n"
        "def energie(x):\n    return (x * x).sum()"
    )
    honest = harness.blank_submission(bundle)
    result = grader.grade(type(honest)(id="honest", student="honest", cells=(honest.cells[0], answers)))
    failed = [
        (c.test_case.name, c.detail) for q in result.questions for c in q.test_cases if c.outcome != "passed"
    ]
    assert not failed
    assert result.score == result.max_score > 0


@pytest.mark.parametrize("attack", _attacks())
def test_an_attack_scores_what_a_blank_notebook_does(
    attack: str, grader: Grader, bundle: Bundle, blank: GradingResult
) -> None:
    """Whatever a submission does instead of answering, it earns nothing; and what it does was really done."""
    result = grader.grade(harness.attack_submission(attack, bundle))
    assert harness.proofs(result), f"the attack did not run: {result.run}"
    assert harness.won_cases(result) == set()
    assert all(q.score <= b.score for q, b in zip(result.questions, blank.questions, strict=True))


@pytest.mark.parametrize("attack", sorted(BEATS_A_GRADER_IN_ONE_PROCESS))
def test_the_same_attack_beats_a_grader_in_one_process(attack: str, grader: Grader, bundle: Bundle) -> None:
    """The control: against tests in its own process the same code does earn points, so it is a real attack."""
    assert sum(harness.control_scores(grader._sandbox, attack, bundle).values()) > 0


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
        for name in sorted(set(harness.attack_names()) - EXHAUSTING):
            won = harness.won_cases(grader.grade(harness.attack_submission(name, real_bundle))) - free
            if won:
                gained[name] = won
    assert gained == {}
