"""Grading many submissions: order, files, journal, equal ones, and what an interrupted run leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import pytest

from notegrad.batch.bundle_facts import facts_of
from notegrad.batch.class_run import grade_all
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.engines.ledger import Event
from notegrad.course.bundle import read_bundle
from notegrad.errors import InputError
from notegrad.records import Submission
from tests.support.misbehaving_class import facts, grade, journal, submission
from tests.support.misbehaving_grader import MODULE

ROOT = Path(__file__).resolve().parents[2]


def test_results_come_in_the_order_of_the_submissions(folder: Path) -> None:
    """Two workers finish in another order than they were given; the results do not show it."""
    results, events = grade(folder, submission("a", "0.4"), submission("b"), submission("c"), graders=2)
    assert [r.submission for r in results] == ["a", "b", "c"]
    assert [e.done for e in events if e.kind == "graded"] == [1, 2, 3]
    assert {e.total for e in events} == {3}
    assert len((folder / "marks/closed").read_text()) == 2


def test_each_result_is_written_as_soon_as_it_is_there(folder: Path) -> None:
    """When the event of a result arrives, its file is on disk."""
    seen = []

    def look(event: Event) -> None:
        if event.kind == "graded":
            path = folder / f"out/results/{event.submission.id}/results.json"
            seen.append(json.loads(path.read_text("utf-8"))["score"])

    options = EngineOptions(graders=1, factory=f"{MODULE}:make")
    grade_all(facts(folder), [submission("a")], options, out=folder / "out", on_event=look)
    assert seen == [1.0]


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


def test_equal_submissions_are_graded_once(folder: Path) -> None:
    """Same cells and files: one grading, a result and a row for each, and the journal says whose it is."""
    same = [Submission(id=name, student=name.title(), cells=("0.1",)) for name in "abc"]
    other = Submission(id="d", student="D", cells=("0.1",), files=(("data.csv", b"1"),))
    results, events = grade(folder, *same, other, graders=2)
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


def test_nothing_is_written_without_out(folder: Path) -> None:
    """With `out=None` results are only returned."""
    options = EngineOptions(graders=1, factory=f"{MODULE}:make")
    results = grade_all(facts(folder), [submission("a")], options, out=None, on_event=print)
    assert results[0].status == "graded"
    assert not (folder / "out").exists()


def test_bad_arguments_are_one_sentence(folder: Path) -> None:
    """No graders, and two submissions with one id, are the caller's mistake."""
    with pytest.raises(InputError, match="--workers"):
        grade(folder, submission("a"), graders=0)
    with pytest.raises(InputError, match="twice"):
        grade(folder, submission("a"), submission("a"))


def test_an_interrupted_run_keeps_what_is_graded(folder: Path) -> None:
    """Ctrl-C: results, gradebook and journal are there for what was graded, and no process stays behind."""
    script = folder / "script.py"
    script.write_text(
        textwrap.dedent(f"""
            import sys
            from pathlib import Path
            sys.path.insert(0, {str(ROOT)!r})
            from notegrad.batch.bundle_facts import BundleFacts
            from notegrad.batch.class_run import grade_all
            from notegrad.batch.engines.engine_choice import EngineOptions
            from notegrad.settings import AssignmentSettings
            from notegrad.records import Submission

            if __name__ == "__main__":
                settings = AssignmentSettings(slug="tp", title="TP")
                facts = BundleFacts(bundle_path=Path({str(folder / "marks")!r}), settings=settings, deadline_s=60)
                options = EngineOptions(graders=1, factory={MODULE + ":make"!r})
                submissions = [Submission(id=n, student=n, cells=(o,)) for n, o in [("a", ""), ("b", "slow")]]
                def tell(event):
                    print(event.kind, event.submission.id, flush=True)
                grade_all(facts, submissions, options, out=Path({str(folder / "out")!r}), on_event=tell)
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
    _, errors = process.communicate(timeout=90)
    assert errors.count("KeyboardInterrupt") == 1
    assert (folder / "out/results/a/results.json").exists()
    assert not (folder / "out/results/b").exists()
    assert b"a;a;graded" in (folder / "out/gradebook.csv").read_bytes()
    assert journal(folder)[-1]["ended"] == "interrupted"
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "marks/b.pid").read_text()), 0)
    assert (folder / "marks/closed").exists()


def test_limits_and_names_come_from_the_bundle(folder: Path) -> None:
    """A bundle's zip, even plain otter's, gives the assignment's name and digest to the results and the journal."""
    bundle = folder / "tp9.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("tests/q01.py", "OK_FORMAT = False\n")
        archive.writestr("otter_config.json", "{}")
    unreadable = Submission(id="u", student="U", unreadable="Vide.")
    results = grade_all(
        facts_of(read_bundle(bundle), bundle),
        [submission("a", "sandbox error"), unreadable],
        EngineOptions(graders=2, factory=f"{MODULE}:make_beside"),
        out=folder / "out",
        on_event=lambda _: None,
    )
    assert [r.status for r in results] == ["not_graded", "unreadable"]
    assert results[0].assignment == "tp9"
    assert len(journal(folder)[0]["bundle_sha256"]) == 64
