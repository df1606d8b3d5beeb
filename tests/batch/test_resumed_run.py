"""A run that was cut off goes on by the same command, and keeps nothing that could be wrong."""

from __future__ import annotations

import html
import json
from pathlib import Path

import pytest

from notegrad.records import Submission
from tests.support.misbehaving_class import grade, interrupt_after, submission


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


def test_an_equal_submission_is_not_graded_again_when_a_run_goes_on(folder: Path) -> None:
    """A result from before the cut is also that of an equal submission after it."""
    same = [Submission(id=name, student=name, cells=("x",)) for name in "ab"]
    with pytest.raises(KeyboardInterrupt):
        grade(folder, *same, on_event=interrupt_after(1))
    results, events = grade(folder, *same)
    assert [r.score for r in results] == [1.0, 1.0]
    assert [event.kind for event in events] == ["kept", "same_as"]
    assert (folder / "marks/a.tries").read_text() == "x"
