"""Grading again after a bundle was changed: what is judged again, what stays, who moved."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from notegrad.batch.bundle_facts import facts_of, question_name
from notegrad.batch.class_run import grade_all
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.engines.ledger import Event
from notegrad.batch.regrade import Regraded, class_list_of, plan_regrade, regrade
from notegrad.cli.main import run
from notegrad.course.bundle import read_bundle
from notegrad.errors import InputError
from notegrad.marks.mark_book import mark_book
from notegrad.marks.overrides import OverrideEntry
from notegrad.records import Candidate, Submission
from tests.support.fake_questions import FACTORY, read_marks, write_bundle

WORDS = {"q1": "alpha", "q2": "beta", "q3": "gamma"}
OPTIONS = EngineOptions(graders=1, factory=FACTORY)


class Folder:
    """A folder with results of three submissions, and its bundle."""

    def __init__(self, root: Path) -> None:
        self.root, self.out, self.marks = root, root / "out", root / "marks"
        self.bundle = write_bundle(root / "tp.zip", WORDS)

    def grade(self, *submissions: Submission) -> None:
        ignore = lambda _: None  # noqa: E731
        grade_all(
            facts_of(read_bundle(self.bundle), self.bundle),
            submissions,
            OPTIONS,
            out=self.out,
            on_event=ignore,
        )
        self.marks.unlink(missing_ok=True)

    def regrade(
        self, bundle: Path, *, everything: bool = False, on_event: Any = lambda _: None
    ) -> dict[str, Regraded]:
        facts = facts_of(read_bundle(bundle), bundle)
        plan = plan_regrade(self.out, facts, everything=everything)
        return {e.submission: e for e in regrade(self.out, facts, plan, OPTIONS, on_event=on_event)}

    def judged(self) -> list[tuple[str, str]]:
        """What ran since the last look: submission and questions."""
        found = [(line.split()[0], line.split()[1]) for line in read_marks(self.marks)]
        self.marks.unlink(missing_ok=True)
        return found

    def score(self, name: str) -> float:
        return json.loads((self.out / f"results/{name}/results.json").read_text("utf-8"))["score"]

    def rows(self) -> list[str]:
        return (self.out / "gradebook.csv").read_text("utf-8-sig").splitlines()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("FAKE_MARKS", str(tmp_path / "marks"))
    made = Folder(tmp_path)
    made.grade(
        Submission(id="ada", student="Ada", cells=("alpha", "beta")),
        Submission(id="bob", student="Bob", cells=("delta",)),
        Submission(id="web", student="Web", unreadable="Une page HTML."),
    )
    return made


def test_only_the_changed_question_is_judged_again(folder: Folder) -> None:
    """Unchanged questions keep their results, untouched; the totals, files and gradebook are the new ones."""
    before = json.loads((folder.out / "results/ada/record.json").read_text("utf-8"))
    moved = folder.regrade(write_bundle(folder.root / "new.zip", {**WORDS, "q2": "delta"}))
    assert folder.judged() == [("ada", "q2"), ("bob", "q2")]
    assert [(e.score_before, e.score_after) for e in (moved["ada"], moved["bob"])] == [(4.0, 2.0), (0.0, 2.0)]
    (move,) = moved["bob"].moves
    assert (move.test_case, move.before, move.after) == ("q2 - 1", "failed", "passed")
    after = json.loads((folder.out / "results/ada/record.json").read_text("utf-8"))
    assert after["result"]["questions"][0] == before["result"]["questions"][0]
    assert (folder.score("ada"), folder.score("bob"), folder.score("web")) == (2.0, 2.0, 0.0)
    assert [row.split(";")[0] for row in folder.rows()] == ["id", "ada", "bob", "web"]
    assert folder.rows()[1].startswith("ada;Ada;graded;2;6;2;0;0")


def test_after_a_regrade_all_files_say_the_same(folder: Folder) -> None:
    """Gradebook, results, page, report and its data tell one score of each, a mark by hand among them."""
    bundle = write_bundle(folder.root / "new.zip", {**WORDS, "q2": "delta"})
    facts = facts_of(read_bundle(bundle), bundle)
    plan = plan_regrade(folder.out, facts)
    class_list = class_list_of(folder.out, plan)
    by_hand = OverrideEntry(
        student="bob", question="q1", points=1.5, why="vu", by="M. D.", when="2026-03-05", line=1
    )
    book = mark_book(class_list, language="fr", overrides=[by_hand])
    regrade(folder.out, facts, plan, OPTIONS, on_event=lambda _: None, marks=book, class_list=class_list)
    wanted = {"ada": 2.0, "bob": 3.5, "web": 0.0}
    rows = list(csv.DictReader(folder.rows(), delimiter=";"))
    assert {row["id"]: float(row["score"].replace(",", ".")) for row in rows} == wanted
    assert {name: folder.score(name) for name in wanted} == wanted
    told = json.loads((folder.out / "report.json").read_text("utf-8"))["rows"]
    assert {row["submission"]: row["score"] for row in told} == wanted
    report = (folder.out / "report.html").read_text("utf-8")
    found = re.findall(
        r'<tr id="s\d+"[^>]*data-score="([^"]*)"[^>]*>.*?scope="row">(?:<[^>]*>)*(\w+)', report
    )
    assert {name.casefold(): float(score) for score, name in found} == wanted
    for name, score in wanted.items():
        page = (folder.out / f"results/{name}/feedback-published.html").read_text("utf-8")
        (said,) = re.findall(r'<span class="score">([\d,]+)<small>', page)
        assert float(said.replace(",", ".")) == score


def test_of_several_notebooks_all_questions_are_judged_again(folder: Folder) -> None:
    """Points of two notebooks of one hand-in never add up: the best one counts, with all its questions."""
    two = Submission(
        id="two", student="Two", cells=("alpha",), others=(Candidate(path="b.ipynb", cells=("beta",)),)
    )
    folder.grade(two)
    folder.regrade(write_bundle(folder.root / "new.zip", {**WORDS, "q2": "delta"}))
    assert [question for name, question in folder.judged() if name == "two"] == ["all"]


def test_the_page_from_before_stays_beside_the_new_one(folder: Folder) -> None:
    """What the student saw first is kept, also through a second regrade; who did not move has no such file."""
    folder.regrade(write_bundle(folder.root / "new.zip", {**WORDS, "q2": "delta"}))
    folder.regrade(write_bundle(folder.root / "newer.zip", {**WORDS, "q2": "epsilon"}))
    before = json.loads((folder.out / "results/ada/results.before.json").read_text("utf-8"))
    assert before["score"] == 4.0
    assert not (folder.out / "results/web/results.before.json").exists()


def test_an_unchanged_bundle_grades_nothing(folder: Folder) -> None:
    """Built again from the same sources, or with another title: no result can differ, so nothing runs."""
    same = write_bundle(folder.root / "new.zip", WORDS, '{"slug": "tp", "title": "Un autre titre"}')
    assert folder.regrade(same) == {}
    assert folder.judged() == []


def test_who_sees_hidden_test_cases_when_is_the_bundle_s_to_say(folder: Folder) -> None:
    """results.json and the student's page follow `hidden_visibility`, at once and after a regrade that runs nothing."""
    settings = '{"slug": "tp", "title": "TP", "gradescope": {"hidden_visibility": "visible"}}'

    def shown() -> tuple[set[str], bool]:
        document = json.loads((folder.out / "results/ada/results.json").read_text("utf-8"))
        page = (folder.out / "results/ada/feedback.html").read_text("utf-8")
        return {test["visibility"] for test in document["tests"]}, 'class="names"' in page

    assert shown() == ({"after_published"}, False)
    assert folder.regrade(write_bundle(folder.root / "new.zip", WORDS, settings)) == {}
    assert folder.judged() == []
    assert shown() == ({"visible"}, True)
    folder.bundle = folder.root / "new.zip"
    folder.grade(Submission(id="ada", student="Ada", cells=("alpha", "beta", "gamma")))
    assert shown() == ({"visible"}, True)


@pytest.mark.parametrize(
    ("settings", "part"),
    [
        ('{"slug": "tp", "title": "TP", "seed": 3}', "seed"),
        ('{"slug": "tp", "title": "TP", "limits": {"wall_s": 7}}', "limits"),
        ('{"slug": "tp", "title": "TP", "language": "en"}', "language"),
    ],
)
def test_what_every_question_depends_on_grades_everything(folder: Folder, settings: str, part: str) -> None:
    """Another seed or limit may change any verdict: everything is graded again, and the plan says why."""
    bundle = write_bundle(folder.root / "new.zip", WORDS, settings)
    plan = plan_regrade(folder.out, facts_of(read_bundle(bundle), bundle))
    assert {part} == {p for item in plan.items if item.affected for p in item.affected.because}
    folder.regrade(bundle)
    assert folder.judged() == [("ada", "all"), ("bob", "all")]


def test_another_version_of_torch_grades_everything(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Results of two versions of torch never stand in one gradebook."""
    monkeypatch.setattr("notegrad.batch.bundle_facts.versions", lambda: {"torch": "9.9"})
    plan = plan_regrade(folder.out, facts_of(read_bundle(folder.bundle), folder.bundle))
    assert all(item.affected and "torch" in item.affected.because for item in plan.items)


def test_questions_that_come_and_go(folder: Folder) -> None:
    """A new question is judged alone, one that was taken away leaves the result, the order is the bundle's."""
    moved = folder.regrade(
        write_bundle(folder.root / "new.zip", {"q4": "alpha", "q1": "alpha", "q2": "beta"})
    )
    assert folder.judged() == [("ada", "q4"), ("bob", "q4")]
    assert folder.rows()[0] == "id;student;status;score;max_score;q4;q1;q2;reason"
    assert moved["ada"].score_after == 6.0
    folder.regrade(write_bundle(folder.root / "newer.zip", {"q1": "alpha", "q4": "alpha"}))
    assert folder.judged() == []
    assert folder.rows()[1].startswith("ada;Ada;graded;4;4;2;2")


def test_a_notebook_that_ends_otherwise_this_time_is_graded_whole(folder: Folder) -> None:
    """Results of two different runs of a notebook are never mixed."""
    record = folder.out / "results/ada/record.json"
    record.write_text(record.read_text("utf-8").replace('"status":"graded"', '"status":"timeout"'), "utf-8")
    folder.regrade(write_bundle(folder.root / "new.zip", {**WORDS, "q2": "delta"}))
    assert ("ada", "q2") in folder.judged()
    assert json.loads(record.read_text("utf-8"))["result"]["status"] == "graded"


def test_what_is_regraded_is_what_was_handed_in(folder: Folder) -> None:
    """The submission lies in the folder; a damaged one is left as it is and named, never guessed."""
    path = folder.out / "results/bob/submission.msgpack"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    new = write_bundle(folder.root / "new.zip", {**WORDS, "q2": "delta"})
    plan = plan_regrade(folder.out, facts_of(read_bundle(new), new))
    assert plan.missing == ("bob",)
    assert [item.stored.result.submission for item in plan.items] == ["ada", "web"]


def test_a_regrade_that_was_cut_off_goes_on(folder: Folder) -> None:
    """The same command again grades the rest, and tells of all who moved."""

    def stop(event: Event) -> None:
        if event.kind == "graded":
            raise KeyboardInterrupt

    new = write_bundle(folder.root / "new.zip", {**WORDS, "q2": "delta"})
    with pytest.raises(KeyboardInterrupt):
        folder.regrade(new, on_event=stop)
    assert folder.score("ada") == 2.0
    folder.judged()
    moved = folder.regrade(new)
    assert folder.judged() == [("bob", "q2")]
    assert {"ada", "bob"} <= moved.keys()
    assert len(folder.rows()) == 4


def test_a_fault_of_ours_leaves_the_old_result(folder: Folder) -> None:
    """Where a submission cannot be graded again, its result stays and the next regrade tries again."""
    folder.grade(Submission(id="eve", student="Eve", cells=("alpha", "fault once")))
    new = write_bundle(folder.root / "new.zip", {**WORDS, "q2": "alpha"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("notegrad.batch.engines.ledger.MAX_JOB_TRIES", 1)
        assert folder.regrade(new) == {}
    assert folder.score("eve") == 2.0
    assert folder.regrade(new)["eve"].score_after == 4.0


def test_another_assignment_s_bundle_is_refused(folder: Folder) -> None:
    """Results of one assignment are never graded with the tests of another."""
    other = write_bundle(folder.root / "other.zip", WORDS, '{"slug": "tp9", "title": "TP"}')
    with pytest.raises(InputError, match="holds results of tp, the bundle is for tp9"):
        folder.regrade(other)
    with pytest.raises(InputError, match="holds no results"):
        plan_regrade(folder.root / "empty", facts_of(read_bundle(folder.bundle), folder.bundle))


def test_the_command_says_who_moved(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The printed table has each submission that moved with its scores and the test case."""
    new = write_bundle(folder.root / "new.zip", {**WORDS, "q2": "delta"})
    assert run(["regrade", str(folder.out), "--bundle", str(new), "--dry-run"]) == 0
    assert "q2" in capsys.readouterr().out
    assert folder.judged() == []
    folder.regrade(new)
    assert run(["regrade", str(folder.out), "--bundle", str(new), "--workers", "1"]) == 0
    assert "rien à recorriger" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ('from x import y\nname = "q7"\n', "q7"),
        ('OK_FORMAT = True\ntest = {"name": "q8", "suites": []}\n', "q8"),
        ("name = f()\n", "stem"),
        ("(", "stem"),
    ],
)
def test_questions_are_named_without_running_their_tests(source: str, name: str) -> None:
    """The parent reads test files and never runs them."""
    assert question_name("stem.py", source) == name
