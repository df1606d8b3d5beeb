"""One mark for one submission, wherever it is read: results.json, page, gradebooks, report; and kept."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notegrad.batch.bundle_facts import BundleFacts, facts_of
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.folder_marks import assignment_file, bring_up_to_date, folder_book
from notegrad.batch.regrade import plan_regrade, regrade
from notegrad.batch.results_folder import rewrite_class_files, write_class_files, write_submission_files
from notegrad.course.bundle import read_bundle
from notegrad.marks.mark_book import NO_MARKS, MarkBook
from notegrad.records import ClassList, GradingResult, Handed, RosterEntry
from notegrad.results.gradebooks.class_gradebook import to_class_gradebook
from notegrad.results.gradebooks.gradescope_csv import to_gradescope_csv
from notegrad.results.gradebooks.scale import Scale
from notegrad.results.gradebooks.standings import standings
from notegrad.results.gradebooks.submission_gradebook import to_gradebook
from notegrad.results.report.class_rows import class_rows
from notegrad.results.report.report_table import class_table
from notegrad.results.writer import result_path
from tests.support.class_results import random_class
from tests.support.fake_questions import FACTORY, write_bundle
from tests.support.marks import entry

LATE = '"late": {"due": "2026-03-01 23:59", "timezone": "Europe/Paris", "percent_per_day": 15}'
QUESTIONS = ("q1", "q2", "q3", "q4")
DAYS = st.sampled_from(["2026-03-01 10:00", "2026-03-02 10:00", "2026-03-05 10:00", ""])


def class_of(results: list[GradingResult], received: list[str]) -> ClassList:
    return ClassList(
        platform="moodle",
        handed=tuple(
            Handed(
                submission=r.submission,
                students=(RosterEntry(name=r.student, key=f"9{i}"),),
                received_at=when,
            )
            for i, (r, when) in enumerate(zip(results, received, strict=True))
        ),
    )


class Folder:
    """A folder of results that no grader made, with a class, and the bundle that they are of."""

    def __init__(self, root: Path, count: int, late: str = LATE, received: list[str] | None = None) -> None:
        self.root, self.out = root, root / "out"
        given = '{"slug": "tp0", "title": "TP", "language": "en"' + (f", {late}" if late else "") + "}"
        bundle = write_bundle(root / "tp0.zip", dict.fromkeys(QUESTIONS, "x"), given)
        self.facts: BundleFacts = facts_of(read_bundle(bundle), bundle)
        self.kept = assignment_file(self.facts.settings, bundle)
        self.results, self.submissions = random_class(count, seed=count)
        self.results[-1] = GradingResult(
            submission=self.results[-1].submission, student=self.results[-1].student, assignment="tp0", score=0.0, max_score=0.0,
            questions=(), status="not_graded", reason="Lost.",
        )  # fmt: skip
        self.class_list = class_of(self.results, received or ["2026-03-02 10:00"] * count)

    def book(self, text: str = "") -> MarkBook:
        self.out.mkdir(exist_ok=True)
        (self.out / "overrides.yml").write_text(text, "utf-8")
        return folder_book(self.out, self.class_list, self.kept, refuse_unusable=True)

    def write(self, book: MarkBook) -> None:
        for submission, result in zip(self.submissions, self.results, strict=True):
            write_submission_files(self.out, submission, result, self.facts, book)
        shown = book.marked_class(self.results)
        bring_up_to_date(self.out, shown, self.facts.settings)
        write_class_files(self.out, shown, self.submissions, self.facts)

    def bytes(self, *, but: tuple[str, ...] = ("overrides.yml", "run.jsonl")) -> dict[str, bytes]:
        files = (path for path in self.out.rglob("*") if path.is_file() and path.name not in but)
        return {path.relative_to(self.out).as_posix(): path.read_bytes() for path in files}

    def scores(self) -> dict[str, set[str]]:
        """Of each submission, its mark wherever the folder says one."""
        found: dict[str, set[str]] = {}
        report = (self.out / "report.html").read_text("utf-8")
        for row in rows_of((self.out / "gradebook.csv").read_text("utf-8-sig")):
            found[row["id"]] = {two_digits(row["score"])}
            document = json.loads((self.out / result_path(row["id"])).read_text("utf-8"))
            found[row["id"]].add(two_digits(document.get("score", "")))
            page = (self.out / result_path(row["id"])).with_name("feedback-published.html").read_text("utf-8")
            found[row["id"]].add(in_page(page))
            found[row["id"]].add(in_table(report, row["id"]))
        return found


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a gradebook in either form, points with decimal points."""
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.split("\n", 1)[0] else ",")
    points = ("score", "grade")
    return [row | {name: row[name].replace(",", ".") for name in points if name in row} for row in rows]


def two_digits(value: object) -> str:
    return f"{float(value):.2f}".rstrip("0").rstrip(".") if value not in ("", None) else ""


def in_page(page: str) -> str:
    match = re.search(r'<span class="score">([\d.]+)<small>', page)
    return match[1] if match else ""


def in_table(report: str, name: str) -> str:
    row = next(
        row
        for row in re.findall(r"<tr id=\"s\d+\".*?</tr>", report, re.DOTALL)
        if name in row and "total" in row
    )
    said = re.search(r'<td class="[a-z ]*total">([^<]*)</td>', row)
    assert said is not None
    return said[1].replace("—", "")


def entries(results: list[GradingResult]) -> st.SearchStrategy[str]:
    one = st.builds(
        entry,
        st.sampled_from([r.submission for r in results]),
        st.sampled_from([*QUESTIONS, "whole"]),
        st.integers(0, 6).map(lambda n: n / 4),
        why=st.sampled_from(["Accord", "<b>vu</b> ensemble", "Œuvre"]),
    )
    return st.lists(one, max_size=6).map("".join)


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_one_mark_in_every_form(tmp_path: Path, data: st.DataObject) -> None:
    """For any class, overrides and times, each form that a mark is written in says the same number."""
    folder = Folder(tmp_path, 5, received=data.draw(st.lists(DAYS, min_size=5, max_size=5)))
    shown = folder.book(data.draw(entries(folder.results))).marked_class(folder.results)
    by_id = {result.submission: result for result in shown}
    table = class_table(shown, class_rows(shown, folder.class_list, ()), {}, "en")
    own = rows_of(to_gradebook(shown, "fr").decode("utf-8-sig"))
    of_class = rows_of(to_class_gradebook(folder.class_list, by_id, Scale()).decode("utf-8-sig"))
    standing = standings(folder.class_list, by_id)
    theirs = csv.DictReader(io.StringIO(to_gradescope_csv(standing, Scale()).decode()))
    for result, row, other, platform in zip(shown, own, of_class, theirs, strict=True):
        said = {two_digits(row["score"]), two_digits(other["score"]), in_table(table, result.submission)}
        assert len(said) == 1, said
        assert two_digits(platform["Total Score"]) == two_digits(other["grade"])
        assert abs(float(other["grade"] or 0) - float(row["score"] or 0)) <= 0.005 + 1e-9


@given(st.data())
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_one_mark_in_a_folder_and_after_a_regrade(tmp_path_factory, data: st.DataObject) -> None:
    """Written as it was graded, or brought up to date later: the same bytes; a regrade keeps every mark."""
    root = tmp_path_factory.mktemp("marks")
    folder = Folder(root, 4, received=data.draw(st.lists(DAYS, min_size=4, max_size=4)))
    book = folder.book(data.draw(entries(folder.results)))
    folder.write(book)
    at_once = folder.bytes()
    for name, said in folder.scores().items():
        assert len(said) == 1, (name, said)
    folder.write(NO_MARKS)
    records = {name: text for name, text in folder.bytes().items() if name.endswith("record.json")}
    shown = book.marked_class(folder.results)
    bring_up_to_date(folder.out, shown, folder.kept.settings)
    rewrite_class_files(folder.out, shown, folder.kept.settings)
    later = folder.bytes()
    assert {name for name in later if later[name] != at_once[name]} == set()
    assert {name: later[name] for name in records} == records
    (folder.out / "run.jsonl").write_text("", "utf-8")
    plan = plan_regrade(folder.out, folder.facts)
    plan = type(plan)(items=tuple(type(i)(stored=i.stored, affected=None) for i in plan.items))
    regrade(
        folder.out,
        folder.facts,
        plan,
        EngineOptions(graders=1, factory=FACTORY),
        on_event=lambda _: None,
        marks=book,
    )
    regraded = folder.bytes()
    assert {name for name in regraded if regraded[name] != later[name]} == set()


def test_without_the_two_files_every_byte_is_as_before(tmp_path: Path) -> None:
    """A course that says nothing of lateness, and no overrides.yml: no file differs, no column is more."""
    folder = Folder(tmp_path, 3, late="")
    folder.write(NO_MARKS)
    before = folder.bytes()
    folder.write(folder.book())
    assert folder.bytes() == before
    assert (
        b"automatic" not in before["gradebook.csv"]
        and b'"mark"' not in before["results/élève-000/results.json"]
    )


def test_an_override_that_was_taken_back_leaves_no_trace(tmp_path: Path) -> None:
    """Once the entry is gone, pages and results are the machine's again, byte for byte."""
    folder = Folder(tmp_path, 3, late="")
    folder.write(NO_MARKS)
    before = folder.bytes()
    for text in (entry("élève-000", "whole", 1) + entry("élève-002", "whole", 0), ""):
        shown = folder.book(text).marked_class(folder.results)
        changed = bring_up_to_date(folder.out, shown, folder.kept.settings)
        rewrite_class_files(folder.out, shown, folder.kept.settings)
        assert changed == ("élève-000", "élève-002")
        assert (folder.bytes() == before) == (not text)


def test_a_mark_is_there_as_soon_as_the_result_is(tmp_path: Path) -> None:
    """What is written of one submission, before the class is complete, has its mark, and its record has not."""
    folder = Folder(tmp_path, 2, late="")
    book = folder.book(entry("élève-000", "whole", 0.25))
    write_submission_files(folder.out, folder.submissions[0], folder.results[0], folder.facts, book)
    written = folder.out / "results/élève-000"
    assert json.loads((written / "results.json").read_text("utf-8"))["score"] == 0.25
    assert "Vu ensemble" not in (written / "record.json").read_text("utf-8")
    assert b"0.25 out of" in (written / "feedback.html").read_bytes()


@pytest.mark.parametrize("published", [False, True])
def test_a_page_says_who_and_why_and_hides_the_score_of_hidden_tests(tmp_path: Path, published: bool) -> None:
    """Reason, hand and days are said at once; the automatic score, which tells of hidden tests, once published."""
    folder = Folder(tmp_path, 3)
    folder.write(folder.book(entry("élève-000", "q1", 1.25, why="Lu <b>ensemble</b>", by="Mme Roy")))
    name = "feedback-published.html" if published else "feedback.html"
    page = (folder.out / "results/élève-000" / name).read_text("utf-8")
    assert "q1: 1.25 points of 1.5 given by hand by Mme Roy (2026-03-05). Lu &lt;b&gt;ensemble" in page
    assert "1 day of lateness begun, which takes 15% of the score" in page
    assert ("Automatic score, before that" in page) == published
    output = json.loads((folder.out / "results/élève-000/results.json").read_text("utf-8"))["output"]
    assert "Mme Roy" in output and "Automatic" not in output
