"""One truth about each student: gradebook.csv, page, table and report say the same, whatever happened."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Sequence
from html import unescape
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from notegrad.cli.render import print_table
from notegrad.marks.mark_book import MarkBook, mark_book
from notegrad.marks.overrides import OverrideEntry
from notegrad.messages import translate
from notegrad.records import ClassList, GradingResult, Handed, RosterEntry, Submission
from notegrad.results.gradebooks.class_gradebook import to_class_gradebook
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.report.report_data import report_data
from notegrad.results.report.report_page import to_html
from notegrad.settings import LateSettings
from tests.support.class_results import graded as graded_result
from tests.support.class_results import judged, question

ASKED = [question(f"q{n}", [0.5, 1.0], [False, True]) for n in (1, 2, 3)]
DUE = LateSettings(due="2026-03-01 23:59", timezone="Europe/Paris", percent_per_day=15)
EVENTS = (
    "score", "late", "flagged", "override", "override_whole", "not_graded", "death", "unreadable", "untouched",
    "wrong_assignment", "absent", "held", "inside", "timeout", "not_judged", "with_the_one_before", "regraded",
)  # fmt: skip
NOTES = {"untouched": "Sujet laissé tel quel.", "wrong_assignment": "Notebook d’un autre sujet."}


class OddClass:
    """A class in which something happened to each student, `events` in their order."""

    def __init__(self, events: Sequence[tuple[str, ...]], outcomes: Sequence[int]) -> None:
        self.names = [f"élève {chr(97 + i)}{i}" for i in range(len(events))]
        self.results: list[GradingResult] = []
        self.submissions: list[Submission] = []
        handed, entries, overrides = [], [], []
        self.held = []
        for i, (name, happened) in enumerate(zip(self.names, events, strict=True)):
            entry = RosterEntry(name=name, key=f"k{i}", group="AB"[i % 2])
            entries.append(entry)
            if "absent" in happened:
                continue
            if "with_the_one_before" in happened and handed:  # a hand-in of a group: one result for two
                handed[-1] = msgspec.structs.replace(handed[-1], students=(*handed[-1].students, entry))
                continue
            id_ = f"s{i}"
            result = self._result(id_, name, happened, outcomes[i % len(outcomes)] if outcomes else 0)
            self.results.append(result)
            self.submissions.append(Submission(id=id_, student=name, cells=("x = 1",)))
            when = "2026-03-03 10:00" if "late" in happened else "2026-03-01 10:00"
            handed.append(
                Handed(submission=id_, students=(entry,), received_at=when, late="flagged" in happened)
            )
            self.held += [id_] if "held" in happened else []
            for event, asked in (("override", "q1"), ("override_whole", "whole")):
                if event in happened:
                    overrides.append(
                        OverrideEntry(
                            student=id_,
                            question=asked,
                            points=0.75,
                            why="vu",
                            by="M. D.",
                            when="2026-03-05",
                            line=i + 1,
                        )
                    )
        self.class_list = ClassList(platform="moodle", handed=tuple(handed), roster=tuple(entries))
        self.book: MarkBook = mark_book(self.class_list, language="fr", overrides=overrides, late=DUE)
        again = [i for i, happened in enumerate(events) if "regraded" in happened]
        for place, result in enumerate(self.results):
            number = int(result.submission.removeprefix("s"))
            if number in again:  # another verdict comes after marks were given by hand
                name = self.names[number]
                self.results[place] = self._result(result.submission, name, events[number], 2)
        self.shown = self.book.marked_class(self.results)

    def _result(self, id_: str, name: str, happened: tuple[str, ...], seed: int) -> GradingResult:
        words = ("passed", "failed", "errored")
        answers = [judged(q, [words[(seed + i) % 3], words[(seed + i * 2) % 3]]) for i, q in enumerate(ASKED)]
        if "timeout" in happened:
            answers = [judged(q, ["timeout", "skipped"]) for q in ASKED]
        if "not_judged" in happened:
            answers[0] = judged(ASKED[0], ["not_judged", "passed"])
        if "inside" in happened:
            cases = tuple(
                msgspec.structs.replace(c, judged="inside", why_inside="x") for c in answers[0].test_cases
            )
            answers[0] = msgspec.structs.replace(answers[0], test_cases=cases)
        changes: dict[str, Any] = {"student": name, "notes": tuple(NOTES[e] for e in happened if e in NOTES)}
        if "death" in happened:
            changes |= {"status": "crashed", "reason": "Le processus est mort."}
        if "unreadable" in happened:
            answers = [judged(q, ["skipped", "skipped"]) for q in ASKED]
            changes |= {"status": "unreadable", "reason": "Ce fichier est vide."}
        if "not_graded" in happened:
            return GradingResult(
                submission=id_,
                assignment="tp0",
                score=0.0,
                max_score=0.0,
                questions=(),
                status="not_graded",
                reason="Panne.",
                **{k: changes[k] for k in ("student", "notes")},
            )
        return graded_result(id_, answers, **changes)


def two_digits(value: str) -> str:
    return f"{float(value.replace(',', '.')):.2f}".rstrip("0").rstrip(".") if value not in ("", "—") else ""


def of_gradebook(made: OddClass) -> dict[str, dict[str, str]]:
    by_id = {result.submission: result for result in made.shown}
    text = to_class_gradebook(made.class_list, by_id, form="en").decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text))
    return {
        row["student"]: {
            "state": row["status"],
            "late": row["late"],
            "score": two_digits(row["score"]),
            "group": row["group"],
        }
        | {q: two_digits(row[q]) for q in ("q1", "q2", "q3") if row.get(q)}
        for row in rows
    }


def of_report(made: OddClass) -> dict[str, dict[str, str]]:
    data = report_data(made.shown, made.submissions, class_list=made.class_list, held=made.held)
    page = to_html(made.shown, data=data).decode()
    names = re.findall(r'data-sort="score"[^>]*>(q\d)<', page)
    found = {}
    for facts, row in re.findall(r'<tr id="s\d+"([^>]*)>(.*?)</tr>', page, re.DOTALL):
        name = unescape(
            re.sub(r"<div.*", "", re.search(r'scope="row">(.*?)</th>', row, re.DOTALL)[1], flags=re.DOTALL)
        )
        cells = re.findall(r"<td([^>]*)>(.*?)</td>", row, re.DOTALL)
        said = {
            "state": re.search(r'data-state="(\w+)"', facts)[1],
            "late": "late" if "status late" in row else "",
            "group": "".join(re.findall(r'data-group="([^"]*)"', facts)),
        }
        said["score"] = two_digits(cells[1][1])
        sorted_by = re.search(r'data-score="([^"]*)"', facts)
        assert (two_digits(sorted_by[1]) if sorted_by else "") == said["score"]
        if "colspan" not in row:
            said |= {
                q: two_digits(cell) for q, (_, cell) in zip(names, cells[2:], strict=True) if two_digits(cell)
            }
        kinds = re.search(r'data-kinds="([^"]*)"', facts)
        held = {s.name for h in made.class_list.handed if h.submission in made.held for s in h.students}
        assert ("held" in kinds[1].split() if kinds else False) == (name in held)
        found[name] = said
    return found


def of_page(made: OddClass, result: GradingResult) -> dict[str, str]:
    page = to_feedback(result, None, moment="published").decode()
    score = re.search(r'<span class="score">([\d,]+)<small>', page)
    said = {"score": two_digits(score[1]) if score else ""}
    pill = re.search(r'<span class="pill error">([^<]*)</span></p>', page)
    states = {
        translate(f"status_{s}", "fr"): s
        for s in ("unreadable", "timeout", "memory", "crashed", "not_graded")
    }
    said["state"] = states[pill[1]] if pill else "graded"
    for name, had in re.findall(r'<h3 id="q\dh">(q\d)</h3><span class="had">([\d,]+) /', page):
        said[name] = two_digits(had)
    assert ("vu" in page) == any(o.student == result.submission for o in _overrides(made))
    return said


def _overrides(made: OddClass) -> list[OverrideEntry]:
    return [o for r in made.shown if (mark := getattr(r, "mark", None)) for o in mark.overrides]


def of_table(made: OddClass) -> dict[str, dict[str, str]]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        print_table(made.shown, out=Path("out"), language="fr", duration_s=1.0)
    found = {}
    for result in made.shown:
        row = next(
            line for line in printed.getvalue().splitlines() if re.match(rf"\s*{result.submission}\s", line)
        )
        score = re.search(r"(\d+\.\d+)/", row)
        state = translate(f"status_{result.status}", "fr")
        found[result.submission] = {
            "score": two_digits(score[1]) if score else "",
            "state": result.status if state in row else row,
        }
    return found


HAPPENED = st.lists(st.sampled_from(EVENTS), min_size=1, max_size=3, unique=True).map(tuple)


@settings(max_examples=40, deadline=None)
@given(st.lists(HAPPENED, min_size=1, max_size=6), st.lists(st.integers(0, 2), max_size=6))
def test_all_say_the_same_of_a_student(events: list[tuple[str, ...]], outcomes: list[int]) -> None:
    """Score, state, lateness, points of questions; whatever happened; who handed in nothing is in both lists."""
    made = OddClass(events, outcomes)
    gradebook, report, table = of_gradebook(made), of_report(made), of_table(made)
    assert report.keys() == gradebook.keys() == set(made.names)
    by_id = {result.submission: result for result in made.shown}
    students = {h.submission: h.students[0].name for h in made.class_list.handed}
    for handed in made.class_list.handed:  # who handed in together has the same of everything but the group
        told = [{k: v for k, v in gradebook[s.name].items() if k != "group"} for s in handed.students]
        assert told == told[:1] * len(told)
    for name in made.names:
        same = report[name].keys() & gradebook[name].keys()
        assert same >= {"state", "late", "score", "group"}
        assert {k: report[name][k] for k in same} == {k: gradebook[name][k] for k in same}
    for id_, result in by_id.items():
        known = gradebook[students[id_]]
        page = of_page(made, result)
        assert {k: page[k] for k in page.keys() & known.keys()} == {
            k: known[k] for k in page.keys() & known.keys()
        }
        assert table[id_] == {k: known[k] for k in ("score", "state")}
