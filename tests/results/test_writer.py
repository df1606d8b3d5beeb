"""The gradebook, the report, and how files are written."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from notegrad.errors import InputError
from notegrad.records import GradingResult, Question, QuestionResult
from notegrad.results.gradebooks.submission_gradebook import to_gradebook
from notegrad.results.report.report_page import to_html
from notegrad.results.writer import write_atomically, write_result, write_summary


def result(submission: str, scores: dict[str, float], **changes: object) -> GradingResult:
    questions = tuple(
        QuestionResult(question=Question(name=name, points=2.0, test_cases=()), score=score, test_cases=())
        for name, score in scores.items()
    )
    graded = GradingResult(
        submission=submission,
        student=submission,
        assignment="tp2",
        score=sum(scores.values()),
        max_score=4.0,
        questions=questions,
        status="graded",
    )
    return msgspec.structs.replace(graded, **changes)


def rows(results: list[GradingResult]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_gradebook(results, "en").decode("utf-8-sig"))))


def test_the_gradebook_has_a_row_per_submission_and_a_column_per_question() -> None:
    """Columns keep the assignment's order even where the first row has no questions."""
    unreadable = result("zoé", {}, status="unreadable", reason="Ce fichier est vide.")
    table = rows([unreadable, result("bob", {"q02": 0.1 + 0.2, "q01": 2.0})])
    assert list(table[0]) == ["id", "student", "status", "score", "max_score", "q02", "q01", "reason"]
    assert table[0]["q01"] == ""
    assert table[0]["score"] == "0"
    assert table[0]["reason"] == "Ce fichier est vide."
    assert (table[1]["q02"], table[1]["q01"], table[1]["score"]) == ("0.3", "2", "2.3")


def test_what_was_not_graded_is_empty_in_the_gradebook() -> None:
    """Nobody can import a zero for a failure of ours."""
    (row,) = rows([result("bob", {"q01": 0.0}, status="not_graded", reason="Panne.")])
    assert (row["status"], row["score"], row["q01"]) == ("not_graded", "", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n=", " =", "\x00=", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    """What students can name or raise is text for a spreadsheet, also behind white space or controls."""
    (row,) = rows(
        [result("a", {}, student=f"{start}cmd|'/c calc'!A1", reason=f"{start}1+1", status="crashed")]
    )
    assert row["student"].startswith("'")
    assert row["reason"].startswith("'")


def test_the_gradebook_opens_in_spreadsheets() -> None:
    """A byte order mark comes first, once, and accents, quotes and commas survive."""
    data = to_gradebook([result("a", {}, student='Éloïse "É", née\nX')], "en")
    assert data.startswith(b"\xef\xbb\xbfid,student")
    assert rows([result("a", {}, student='Éloïse "É", née\nX')])[0]["student"] == 'Éloïse "É", née X'


def test_the_report_escapes_what_students_write() -> None:
    """Names, reasons and question names of any content are text in the page; links are encoded."""
    evil = "<script>alert('x')</script>\"&"
    page = to_html(
        [result("a", {evil: 1.0}, student=evil, reason=evil)], title=evil, links={"a": "results/é ?<a>"}
    )
    assert page.count(b"<script") == 1  # its own
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;" in page
    assert b'href="results/%C3%A9%20%3F%3Ca%3E"' in page


def test_the_report_shows_each_submission_with_its_scores() -> None:
    """Every submission has a row, with status, scores in French decimals, colour class, and the reason."""
    page = to_html(
        [
            result("alice", {"q01": 2.0, "q02": 0.5}),
            result("bob", {}, status="not_graded", reason="Panne du bac à sable."),
        ],
        title="TP2",
    ).decode()
    assert '<td class="full">2</td>' in page
    assert '<td class="some">0,5</td>' in page
    assert "non corrigée" in page
    assert "Panne du bac à sable." in page
    assert "moyenne" in page
    assert "2,5 / 4" in page


def test_an_empty_class_has_a_report() -> None:
    """No results at all are no crash."""
    assert "<table id=" in to_html([]).decode()
    assert to_gradebook([], "en").decode("utf-8-sig") == "id,student,status,score,max_score,reason\n"


def test_results_lie_where_they_belong(tmp_path: Path) -> None:
    """One folder per submission with its JSON, and the gradebook and the report beside them."""
    alice = result("alice", {"q01": 2.0})
    path = write_result(tmp_path / "new", alice)
    write_summary(tmp_path / "new", [alice], title="TP2")
    assert path == tmp_path / "new/results/alice/results.json"
    assert json.loads(path.read_text("utf-8"))["score"] == 2.0
    names = sorted(p.name for p in (tmp_path / "new").iterdir())
    assert names == ["gradebook.csv", "report.html", "report.json", "results"]
    assert b'href="results/alice/results.json"' in (tmp_path / "new/report.html").read_bytes()


@pytest.mark.parametrize("submission", ["", "..", "a/b", "../a", "a\\b", "a\0b"])
def test_an_id_cannot_lead_elsewhere(tmp_path: Path, submission: str) -> None:
    """An id that is no file name is refused before anything is written."""
    with pytest.raises(InputError, match="no file name"):
        write_result(tmp_path / "out", result(submission, {}))
    assert not (tmp_path / "out").exists()


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails the old content stays, nothing is left behind, and the error is one sentence."""
    path = tmp_path / "a.json"
    write_atomically(path, b"older")
    os.link(path, tmp_path / "reader.json")  # as a process that has the old file open
    write_atomically(path, b"old")
    assert (tmp_path / "reader.json").read_bytes() == b"older"
    (tmp_path / "reader.json").unlink()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    """An output folder that cannot be made is the user's to change, without a traceback."""
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        write_result(tmp_path / "out", result("a", {}))


def test_results_import_no_torch() -> None:
    """Sinks stay light: neither torch nor otter is loaded by them."""
    code = (
        "import sys, notegrad.results.writer; sys.exit(bool({'torch', 'otter', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, env=os.environ).returncode == 0


def test_a_reason_is_shown_even_where_no_question_is_known() -> None:
    """A class of unreadable files has a report that says why."""
    page = to_html([result("bob", {}, status="unreadable", reason="Ce fichier est vide.")]).decode()
    assert "Ce fichier est vide." in page
