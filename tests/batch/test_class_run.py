"""Grading many submissions in worker processes, with a fake grader that misbehaves on demand."""

from __future__ import annotations

import html
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from notegrad.batch.class_run import BundleFacts, Event, deadline_s, grade_all, grade_target
from notegrad.errors import InputError, SandboxError, SandboxUnavailableError
from notegrad.records import GradingResult, Limits, Submission

# What it does is written in the submission's first cell; `marks` counts attempts across processes.
FAKE = """
import os, signal, subprocess, sys, time
from pathlib import Path
from notegrad.errors import InputError, SandboxError, SandboxUnavailableError
from notegrad.records import GradingResult, Question, QuestionResult, TestCase, TestCaseResult

CASE = TestCase(name="q01 - 1", number=1, points=2.0, hidden=False)

class Version(str):
    pass

class Fake:
    def __init__(self, folder):
        self.folder = Path(folder)

    def grade(self, submission):
        if submission.unreadable is not None:
            case = TestCaseResult(test_case=CASE, outcome="skipped", score=0.0, message=submission.unreadable)
            question = Question(name="q01", points=2.0, test_cases=(CASE,))
            return GradingResult(submission=submission.id, student=submission.student, assignment="tp", score=0.0,
                                 max_score=2.0, status="unreadable", reason=submission.unreadable,
                                 questions=(QuestionResult(question=question, score=0.0, test_cases=(case,)),))
        order = submission.cells[0]
        tries = self.folder / (submission.id + ".tries")
        with tries.open("a") as stream:
            stream.write("x")
        attempt = len(tries.read_text())
        (self.folder / (submission.id + ".pid")).write_text(str(os.getpid()))
        if order == "sandbox error" or (order == "sandbox error once" and attempt == 1):
            raise SandboxError("the zygote is gone")
        if order == "bug":
            return 1 / 0
        if order == "die" or (order == "die once" and attempt == 1):
            print("about to die", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "leave":
            child = subprocess.Popen(["sleep", "600"])
            (self.folder / "child.pid").write_text(str(child.pid))
            os.kill(os.getpid(), signal.SIGKILL)
        if order == "hang":
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            time.sleep(600)
        if order == "slow":
            time.sleep(600)
        if order == "nonsense":
            return "not a result"
        if order == "wrong type":
            return GradingResult(submission=submission.id, student="", assignment="tp", score="12", max_score=2.0,
                                 questions=(), status="graded")
        if order == "surrogate":
            return GradingResult(submission=submission.id, student="", assignment="tp", score=1.0, max_score=2.0,
                                 questions=(), status="graded", reason="a\\ud800b", versions={"torch": Version("2")})
        time.sleep(float(order) if order.startswith("0.") else 0)
        return GradingResult(submission=submission.id, student=submission.student, assignment="tp", score=1.0,
                             max_score=2.0, questions=(), status="graded")

    def close(self):
        with (self.folder / "closed").open("a") as stream:
            stream.write("x")

def make(path, *, unsafe):
    return Fake(path)

def make_refused(path, *, unsafe):
    raise SandboxUnavailableError("No namespaces here: run notegrad doctor.")

def make_wrong(path, *, unsafe):
    raise InputError("The bundle has no tests.")

def make_broken(path, *, unsafe):
    raise SandboxError("the zygote does not start")

def make_flaky(path, *, unsafe):
    mark = Path(path) / "flaky"
    if not mark.exists():
        mark.write_text("")
        raise SandboxError("not yet")
    return Fake(path)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the fake grader's module, importable by workers, that serves as bundle path."""
    (tmp_path / "fakes").mkdir()
    (tmp_path / "fakes" / "fake_grader.py").write_text(FAKE)
    monkeypatch.syspath_prepend(tmp_path / "fakes")
    (tmp_path / "marks").mkdir()
    return tmp_path


def submission(name: str, order: str = "", **changes: Any) -> Submission:
    """A notebook of its own, whose first cell says what the fake grader does with it."""
    return Submission(id=name, student=name.title(), cells=(order, f"# {name}"), **changes)


def grade(
    folder: Path,
    *submissions: Submission,
    workers: int = 1,
    factory: str = "make",
    limit_s: float = 60.0,
    on_event: Callable[[Event], None] | None = None,
    fresh: bool = False,
) -> tuple[tuple[GradingResult, ...], list[Event]]:
    events: list[Event] = []
    target = BundleFacts(bundle_path=folder / "marks", assignment="tp", title="TP", deadline_s=limit_s)
    results = grade_target(
        target,
        submissions,
        out=folder / "out",
        workers=workers,
        unsafe=False,
        on_event=on_event or events.append,
        factory=f"fake_grader:{factory}",
        fresh=fresh,
    )
    return results, events


def interrupt_after(count: int) -> Callable[[Event], None]:
    """Ctrl-C as soon as that many submissions are graded."""

    def on_event(event: Event) -> None:
        if event.kind == "graded" and event.done == count:
            raise KeyboardInterrupt

    return on_event


def journal(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out/run.jsonl").read_text("utf-8").splitlines()]


def test_results_come_in_the_order_of_the_submissions(folder: Path) -> None:
    """Two workers finish in another order than they were given; the results do not show it."""
    results, events = grade(folder, submission("a", "0.4"), submission("b"), submission("c"), workers=2)
    assert [r.submission for r in results] == ["a", "b", "c"]
    assert [e.done for e in events if e.kind == "graded"] == [1, 2, 3]
    assert {e.total for e in events} == {3}
    assert len((folder / "marks/closed").read_text()) == 2


def test_even_one_worker_is_another_process(folder: Path) -> None:
    """The judge never runs in the process of the command line."""
    grade(folder, submission("a"))
    assert int((folder / "marks/a.pid").read_text()) != os.getpid()


def test_each_result_is_written_as_soon_as_it_is_there(folder: Path) -> None:
    """When the event of a result arrives, its file is on disk."""
    seen = []

    def look(event: Event) -> None:
        if event.kind == "graded":
            path = folder / f"out/results/{event.submission.id}/results.json"
            seen.append(json.loads(path.read_text("utf-8"))["score"])

    target = BundleFacts(bundle_path=folder / "marks", assignment="tp", deadline_s=60)
    grade_target(
        target,
        [submission("a")],
        out=folder / "out",
        workers=1,
        unsafe=False,
        on_event=look,
        factory="fake_grader:make",
    )
    assert seen == [1.0]


@pytest.mark.parametrize("order", ["sandbox error once", "die once"])
def test_a_failure_of_ours_is_tried_again(folder: Path, order: str) -> None:
    """A sandbox that broke, or a worker that was killed, costs a retry and no points."""
    results, events = grade(folder, submission("a", order), submission("b"))
    assert [(r.status, r.score) for r in results] == [("graded", 1.0)] * 2
    assert [(e.kind, e.attempt) for e in events if e.submission.id == "a"] == [
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
        ("die", "killed by SIGKILL"),
        ("nonsense", "has no attribute"),
        ("wrong type", "Expected `float`"),
    ],
)
def test_what_fails_thrice_is_not_graded_and_says_why(folder: Path, order: str, said: str) -> None:
    """Retries are bounded; then the submission is reported, the others are graded, and nobody gets a zero."""
    results, events = grade(folder, submission("a", order), submission("b"), workers=1)
    assert [r.status for r in results] == ["not_graded", "graded"]
    assert said in str(results[0].reason)
    assert (folder / "marks/a.tries").read_text() == "xxx"
    assert [e.kind for e in events if e.submission.id == "a"].count("retried") == 2
    assert "score" not in json.loads((folder / "out/results/a/results.json").read_text("utf-8"))
    (line,) = [line for line in journal(folder) if line["event"] == "submission_not_graded"]
    assert line["score"] is None
    assert said in line["error"]


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
    results, _ = grade(folder, submission("a", "hang"), submission("b"), workers=2, limit_s=0.3)
    assert [r.status for r in results] == ["not_graded", "graded"]
    assert "0.3 s" in str(results[0].reason)
    assert time.monotonic() - began < 30
    pid = int((folder / "marks/a.pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_dead_worker_leaves_no_process_behind(folder: Path) -> None:
    """What a grader had started is ended with its worker, although the worker had no time for it."""
    grade(folder, submission("a", "leave"))
    status = Path(f"/proc/{(folder / 'marks/child.pid').read_text()}/status")
    assert not status.exists() or "State:\tZ" in status.read_text()


def test_an_unreadable_submission_has_a_result(folder: Path) -> None:
    """What could not be read goes to the grader like the others, and its reason arrives."""
    unreadable = Submission(id="u", student="U", unreadable="Ce fichier est vide.")
    results, events = grade(folder, unreadable)
    assert [(r.status, r.score, r.max_score, r.reason) for r in results] == [
        ("unreadable", 0.0, 2.0, "Ce fichier est vide.")
    ]
    assert [e.kind for e in events] == ["started", "graded"]


def test_what_is_not_graded_keeps_its_questions(folder: Path) -> None:
    """The first submission of a run may fail: its result has the questions and points all the same."""
    results, _ = grade(folder, submission("a", "sandbox error"))
    assert results[0].max_score == 2.0
    assert [q.question.name for q in results[0].questions] == ["q01"]
    assert results[0].questions[0].test_cases[0].outcome == "skipped"


def test_a_machine_that_cannot_confine_ends_the_run(folder: Path) -> None:
    """Where no grader can ever start, the run ends at once with the sentence of the sandbox or the bundle."""
    with pytest.raises(SandboxUnavailableError, match=r"^No namespaces here"):
        grade(folder, submission("a"), factory="make_refused")
    with pytest.raises(InputError, match=r"^The bundle has no tests\."):
        grade(folder, submission("a"), factory="make_wrong")
    with pytest.raises(SandboxError, match=r"3 attempts.*the zygote does not start"):
        grade(folder, submission("a"), factory="make_broken")
    assert [line["ended"] for line in journal(folder) if line["event"] == "run_finished"] == ["failed"] * 3
    errors = [line["error"] for line in journal(folder) if line["event"] == "worker_failed"]
    assert len(errors) == 1 + 1 + 3
    assert errors[-1] == "the zygote does not start"


def test_a_grader_that_starts_at_the_second_try_is_fine(folder: Path) -> None:
    """One failed start of a worker is not the end of the run."""
    results, _ = grade(folder, submission("a"), factory="make_flaky")
    assert results[0].status == "graded"


def test_the_journal_tells_the_whole_run(folder: Path) -> None:
    """Each line is JSON with event and time, from the versions at the start to the counts at the end."""
    grade(folder, submission("a", source="a.ipynb"), Submission(id="u", student="", unreadable="Vide."))
    lines = journal(folder)
    assert (lines[0]["event"], lines[-1]["event"]) == ("run_started", "run_finished")
    for name in ("a", "u"):
        told = [line["event"] for line in lines if line.get("submission") == name]
        assert told == ["submission_started", "submission_graded"]
    assert all(line["time"].endswith("+00:00") for line in lines)
    assert lines[0]["versions"]["notegrad"]
    assert lines[1]["source"] == "a.ipynb"
    graded = next(line for line in lines if line["event"] == "submission_graded")
    assert (graded["submission"], graded["score"]) == ("a", 1.0)
    assert graded["timings"]["total_s"] >= 0
    assert (lines[-1]["graded"], lines[-1]["not_graded"], lines[-1]["ended"]) == (2, 0, "complete")
    grade(folder, submission("a"))
    assert len(journal(folder)) > len(lines)


def test_a_run_that_was_cut_off_goes_on_where_it_was(folder: Path) -> None:
    """The same command again grades what has no result yet, once; what was graded is kept as it was."""
    with pytest.raises(KeyboardInterrupt):
        grade(folder, submission("a"), submission("b"), submission("c"), on_event=interrupt_after(2))
    assert len(list((folder / "out/results").iterdir())) == 2
    with (folder / "out/run.jsonl").open("a") as stream:
        stream.write('{"event": "submission_gra')
    results, events = grade(folder, submission("a"), submission("b"), submission("c"))
    assert [event.kind for event in events] == ["kept", "kept", "started", "graded"]
    assert [(event.done, event.total) for event in events] == [(1, 3), (2, 3), (2, 3), (3, 3)]
    assert [result.submission for result in results] == ["a", "b", "c"]
    assert [result.score for result in results] == [1.0] * 3
    assert [len((folder / f"marks/{name}.tries").read_text()) for name in "ab"] == [1, 1]
    assert (folder / "out/gradebook.csv").read_text().count("\n") == 4


def test_each_student_has_pages_also_where_a_run_goes_on(folder: Path) -> None:
    """The pages lie beside the result, with the student's own code; missing ones of kept results are made."""
    with pytest.raises(KeyboardInterrupt):
        grade(folder, submission("a"), submission("b", "x = 'code'"), on_event=interrupt_after(1))
    pages = [folder / f"out/results/a/{name}" for name in ("feedback.html", "feedback-published.html")]
    written = [page.read_bytes() for page in pages]
    pages[0].unlink()
    _, events = grade(folder, submission("a"), submission("b", "x = 'code'"))
    assert events[0].kind == "kept"
    assert [page.read_bytes() for page in pages] == written
    assert "'code'" in html.unescape((folder / "out/results/b/feedback.html").read_text("utf-8"))
    assert 'href="results/a/feedback-published.html"' in (folder / "out/report.html").read_text("utf-8")
    assert json.loads((folder / "out/report.json").read_text("utf-8"))["statistics"]["submissions"] == 2


def test_a_complete_run_is_done_anew_and_changed_input_too(folder: Path) -> None:
    """Nothing is kept of a run that ended, of a notebook that changed, or where all is asked for anew."""
    grade(folder, submission("a"))
    _, events = grade(folder, submission("a"))
    assert [event.kind for event in events] == ["started", "graded"]
    with pytest.raises(KeyboardInterrupt):
        grade(folder, submission("a"), submission("b"), on_event=interrupt_after(1))
    _, events = grade(folder, submission("a", "0.01"), submission("b"))
    assert "kept" not in [event.kind for event in events]
    with pytest.raises(KeyboardInterrupt):
        grade(folder, submission("a"), submission("b"), on_event=interrupt_after(1))
    _, events = grade(folder, submission("a"), submission("b"), fresh=True)
    assert "kept" not in [event.kind for event in events]


def test_what_was_not_graded_is_tried_again_by_the_same_command(folder: Path) -> None:
    """A fault of ours that has passed costs nothing but another run; the others are not graded twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notegrad.batch.engines.ledger.MAX_JOB_TRIES", 1)
        results, _ = grade(folder, submission("a"), submission("b", "die once"))
    assert [result.status for result in results] == ["graded", "not_graded"]
    results, events = grade(folder, submission("a"), submission("b", "die once"))
    assert [result.status for result in results] == ["graded", "graded"]
    assert [event.kind for event in events] == ["kept", "started", "graded"]


@pytest.mark.parametrize("damage", [b"", b"{", b"[1]", b'{"fingerprint": "x", "result": 1}', b"\xff\x00"])
def test_a_damaged_record_only_costs_the_time_to_grade_again(folder: Path, damage: bytes) -> None:
    """What a full disk or a crash left of a record is not believed, and stops nothing."""
    with pytest.raises(KeyboardInterrupt):
        grade(folder, submission("a"), submission("b"), on_event=interrupt_after(1))
    (folder / "out/results/a/record.json").write_bytes(damage)
    results, _ = grade(folder, submission("a"), submission("b"))
    assert [result.score for result in results] == [1.0, 1.0]


def test_equal_submissions_are_graded_once(folder: Path) -> None:
    """Same cells and files: one grading, a result and a row for each, and the journal says whose it is."""
    same = [Submission(id=name, student=name.title(), cells=("0.1",)) for name in "abc"]
    other = Submission(id="d", student="D", cells=("0.1",), files=(("data.csv", b"1"),))
    results, events = grade(folder, *same, other, workers=2)
    assert [(r.submission, r.student, r.score) for r in results] == [
        ("a", "A", 1.0),
        ("b", "B", 1.0),
        ("c", "C", 1.0),
        ("d", "D", 1.0),
    ]
    graded = sorted(path.name for path in (folder / "marks").glob("*.tries"))
    assert graded == ["a.tries", "d.tries"]
    copies = [line for line in journal(folder) if line["event"] == "submission_same_as"]
    assert [(line["submission"], line["same_as"]) for line in copies] == [("b", "a"), ("c", "a")]
    assert sorted(event.done for event in events if event.result) == [1, 2, 3, 4]
    assert json.loads((folder / "out/results/c/results.json").read_text("utf-8"))["score"] == 1.0
    assert (folder / "out/gradebook.csv").read_text().count("\n") == 5


def test_a_fault_is_shared_by_equal_submissions_and_an_unreadable_one_by_nobody(folder: Path) -> None:
    """What cannot be graded is not graded for all of them, and tried again by the same command for all."""
    same = [Submission(id=name, student=name, cells=("die once",)) for name in "ab"]
    web = [Submission(id=name, student=name, unreadable="Vide.") for name in "uv"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notegrad.batch.engines.ledger.MAX_JOB_TRIES", 1)
        results, events = grade(folder, *same, *web)
    assert [r.status for r in results] == ["not_graded", "not_graded", "unreadable", "unreadable"]
    assert [e.submission.id for e in events if e.kind == "same_as"] == ["b"]
    results, _ = grade(folder, *same, *web)
    assert [r.status for r in results] == ["graded", "graded", "unreadable", "unreadable"]


def test_an_equal_submission_is_not_graded_again_when_a_run_goes_on(folder: Path) -> None:
    """A result from before the cut is also that of an equal submission after it."""
    same = [Submission(id=name, student=name, cells=("x",)) for name in "ab"]
    with pytest.raises(KeyboardInterrupt):
        grade(folder, *same, on_event=interrupt_after(1))
    results, events = grade(folder, *same)
    assert [r.score for r in results] == [1.0, 1.0]
    assert [event.kind for event in events] == ["kept", "same_as"]
    assert (folder / "marks/a.tries").read_text() == "x"


def test_nothing_is_written_without_out(folder: Path) -> None:
    """With `out=None` results are only returned."""
    target = BundleFacts(bundle_path=folder / "marks", assignment="tp", deadline_s=60)
    results = grade_target(
        target,
        [submission("a")],
        out=None,
        workers=1,
        unsafe=False,
        on_event=print,
        factory="fake_grader:make",
    )
    assert results[0].status == "graded"
    assert not (folder / "out").exists()


def test_bad_arguments_are_one_sentence(folder: Path) -> None:
    """No workers, and two submissions with one id, are the caller's mistake."""
    with pytest.raises(InputError, match="--workers"):
        grade(folder, submission("a"), workers=0)
    with pytest.raises(InputError, match="twice"):
        grade(folder, submission("a"), submission("a"))


def test_the_deadline_lies_above_all_limits() -> None:
    """Every test case may use up its time before the parent calls the grader hung."""
    limits = Limits(wall_s=100, test_case_wall_s=10)
    tests = ["@test_case(points=1)\n@test_case(points=2)", "OK_FORMAT = True\n'cases': [{'code': 1}]", ""]
    assert deadline_s(limits, tests) > 100 + 4 * 10


def test_an_interrupted_run_keeps_what_is_graded(folder: Path) -> None:
    """Ctrl-C: results, gradebook and journal are there for what was graded, and no process stays behind."""
    script = folder / "script.py"
    script.write_text(
        textwrap.dedent(f"""
            import sys
            from pathlib import Path
            sys.path.insert(0, {str(folder / "fakes")!r})
            from notegrad.batch.bundle_facts import BundleFacts; from notegrad.batch.class_run import grade_target
            from notegrad.records import Submission

            if __name__ == "__main__":
                target = BundleFacts(bundle_path=Path({str(folder / "marks")!r}), assignment="tp", deadline_s=60)
                submissions = [Submission(id=n, student=n, cells=(o,)) for n, o in [("a", ""), ("b", "slow")]]
                def tell(event):
                    print(event.kind, event.submission.id, flush=True)
                grade_target(target, submissions, out=Path({str(folder / "out")!r}), workers=1, unsafe=False,
                             on_event=tell, factory="fake_grader:make")
        """)
    )
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    told = {tuple(process.stdout.readline().split()) for _ in range(3)}
    assert told == {("started", "a"), ("graded", "a"), ("started", "b")}
    while not (folder / "marks/b.pid").exists():
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, errors = process.communicate(timeout=30)
    assert errors.count("KeyboardInterrupt") == 1
    assert (folder / "out/results/a/results.json").exists()
    assert not (folder / "out/results/b").exists()
    assert b"a,a,graded" in (folder / "out/gradebook.csv").read_bytes()
    assert journal(folder)[-1]["ended"] == "interrupted"
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "marks/b.pid").read_text()), 0)
    assert (folder / "marks/closed").exists()


def test_grade_all_takes_limits_and_names_from_the_bundle(folder: Path) -> None:
    """A bundle's zip, even plain otter's, gives the assignment's name and digest to the results and the journal."""
    bundle = folder / "tp9.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("tests/q01.py", "OK_FORMAT = False\n")
        archive.writestr("otter_config.json", "{}")
    (folder / "fakes" / "fake_in_zip.py").write_text(
        "import fake_grader\ndef make(path, *, unsafe):\n    return fake_grader.Fake(path.parent / 'marks')\n"
    )
    unreadable = Submission(id="u", student="U", unreadable="Vide.")
    results = grade_all(
        bundle,
        [submission("a", "sandbox error"), unreadable],
        out=folder / "out",
        workers=2,
        unsafe=False,
        on_event=lambda _: None,
        factory="fake_in_zip:make",
    )
    assert [r.status for r in results] == ["not_graded", "unreadable"]
    assert results[0].assignment == "tp9"
    assert len(journal(folder)[0]["bundle_sha256"]) == 64
    with pytest.raises(InputError, match="does not exist"):
        grade_all(folder / "no.zip", [], out=None, workers=1, unsafe=False, on_event=print)
