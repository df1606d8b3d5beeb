"""Graders in processes of their own on this machine: whatever dies, hangs or talks nonsense costs nobody a point."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from notegrad.batch.bundle_facts import deadline_s
from notegrad.errors import InputError, SandboxError, SandboxUnavailableError
from notegrad.records import Limits
from tests.support.misbehaving_class import grade, journal, submission


def test_even_one_worker_is_another_process(folder: Path) -> None:
    """The judge never runs in the process of the command line."""
    grade(folder, submission("a"))
    assert int((folder / "marks/a.pid").read_text()) != os.getpid()


@pytest.mark.parametrize("order", ["sandbox error once", "die once"])
def test_a_failure_of_ours_is_tried_again(folder: Path, order: str) -> None:
    """A sandbox that broke, or a worker that was killed, costs a retry and no points."""
    results, events = grade(folder, submission("a", order), submission("b"))
    assert [(r.status, r.score) for r in results] == [("graded", 1.0)] * 2
    assert [(e.kind, e.try_number) for e in events if e.submission.id == "a"] == [
        ("started", 1),
        ("retried", 1),
        ("started", 2),
        ("graded", 2),
    ]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("sandbox error", "the zygote is gone"),
        ("bug", "ZeroDivisionError"),
        ("die", "SIGKILL"),
        ("nonsense", "has no attribute"),
        ("wrong type", "Expected `float`"),
    ],
)
def test_what_fails_thrice_is_not_graded_and_says_why(folder: Path, order: str, said: str) -> None:
    """Retries are bounded; then the submission is reported, the others are graded, and nobody gets a zero."""
    results, events = grade(folder, submission("a", order), submission("b"), graders=1)
    assert [r.status for r in results] == ["not_graded", "graded"]
    assert said in str(results[0].reason)
    assert (folder / "marks/a.tries").read_text() == "xxx"
    assert [e.kind for e in events if e.submission.id == "a"].count("retried") == 2
    assert "score" not in json.loads((folder / "out/results/a/results.json").read_text("utf-8"))
    (line,) = [line for line in journal(folder) if line["event"] == "submission_not_graded"]
    assert line["score"] is None
    assert said in line["error"]


def test_who_dies_at_random_is_not_told_that_it_is_no_fault_of_theirs(folder: Path) -> None:
    """Whoever ends their own processes at random has no mark, and no sentence that takes their side."""
    results, _ = grade(folder, submission("a", "dies at random"), submission("b", "sandbox error"))
    assert [r.status for r in results] == ["not_graded"] * 2
    assert "pas de votre fait" not in str(results[0].reason)
    assert "votre enseignant la regardera" in str(results[0].reason)
    assert "pas de votre fait" in str(results[1].reason)


def test_a_dead_worker_leaves_its_last_words(folder: Path) -> None:
    """What a worker printed before it died is in the journal, for staff, and in no result."""
    grade(folder, submission("a", "die"))
    retried = next(line for line in journal(folder) if line["event"] == "submission_retried")
    assert "about to die" in retried["detail"]
    assert "about to die" not in (folder / "out/results/a/results.json").read_text("utf-8")


def test_text_of_any_kind_reaches_the_parent(folder: Path) -> None:
    """Neither a lone surrogate that a student printed nor torch's own type of version makes it ungradable."""
    results, events = grade(folder, submission("a", "surrogate"))
    assert (results[0].status, results[0].reason) == ("graded", "a?b")
    assert results[0].versions == {"torch": "2"}
    assert [e.kind for e in events] == ["started", "graded"]


def test_a_hung_judge_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A grader that never answers, and ignores being asked to end, is killed at the deadline; others go on."""
    monkeypatch.setattr("notegrad.batch.engines.grader_process.TERMINATE_GRACE_S", 0.2)
    began = time.monotonic()
    results, _ = grade(folder, submission("a", "hang"), submission("b"), graders=2, limit_s=2.0)
    assert [r.status for r in results] == ["not_graded", "graded"]
    assert "2 s" in str(results[0].reason)
    assert time.monotonic() - began < 100
    pid = int((folder / "marks/a.pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_dead_worker_leaves_no_process_behind(folder: Path) -> None:
    """What a grader had started is ended with its worker, although the worker had no time for it."""
    grade(folder, submission("a", "leave"))
    status = Path(f"/proc/{(folder / 'marks/child.pid').read_text()}/status")
    assert not status.exists() or "State:\tZ" in status.read_text()


def test_a_machine_that_cannot_confine_ends_the_run(folder: Path) -> None:
    """Where no grader can ever start, the run ends at once with the sentence of the sandbox or the bundle."""
    with pytest.raises(SandboxUnavailableError, match=r"as the course asks.*No namespaces here"):
        grade(folder, submission("a"), factory="make_refused")
    with pytest.raises(InputError, match=r"^The bundle has no tests\."):
        grade(folder, submission("a"), factory="make_wrong")
    with pytest.raises(SandboxError, match=r"3 tries.*the zygote does not start"):
        grade(folder, submission("a"), factory="make_broken")
    assert [line["ended"] for line in journal(folder) if line["event"] == "run_finished"] == ["failed"] * 3
    errors = [line["error"] for line in journal(folder) if line["event"] == "worker_failed"]
    assert len(errors) == 1 + 1 + 3
    assert errors[-1] == "the zygote does not start"


def test_a_grader_that_starts_at_the_second_try_is_fine(folder: Path) -> None:
    """One failed start of a worker is not the end of the run."""
    results, _ = grade(folder, submission("a"), factory="make_flaky")
    assert results[0].status == "graded"


def test_the_deadline_lies_above_all_limits() -> None:
    """Every test case may use up its time before the parent calls the grader hung."""
    limits = Limits(wall_s=100, test_case_wall_s=10)
    tests = ["@test_case(points=1)\n@test_case(points=2)", "OK_FORMAT = True\n'cases': [{'code': 1}]", ""]
    assert deadline_s(limits, tests) > 100 + 4 * 10
