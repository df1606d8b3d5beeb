"""Whatever a student writes, nothing that staff open obeys it: terminals, browsers, spreadsheets, editors."""

from __future__ import annotations

import contextlib
import csv
import html.parser
import io
import json
import re
import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.engines.grader_protocol import Failed, sentence_of
from notegrad.batch.engines.ledger import Event
from notegrad.batch.journal import JOURNAL_FILE, Journal
from notegrad.batch.record_file import record_bytes
from notegrad.cli.main import run
from notegrad.cli.render import json_document, print_table
from notegrad.course.bundle import Bundle
from notegrad.intake.submission_ids import safe_id
from notegrad.records import (
    CellRun,
    GradingResult,
    Question,
    QuestionResult,
    RunReport,
    Submission,
    TestCase,
    TestCaseResult,
)
from notegrad.results.report.report_script import report_script
from notegrad.results.writer import record_path, result_path, write_result, write_summary
from notegrad.settings import AssignmentSettings

PIECES = [
    "\x1b[2J", "\x1b]0;titre\x07", "\x9b31m", "\x07", "\x08", "\x7f", "\x85", "\x00", "\r", "\n", "\t", " ", "\xa0",
    "\u202e", "\u2066", "\u200f", "\u200b", "\u2028", "\ufeff", "\U000e0041", "\xad",
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "＝1", ";", ",", '"', "'",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;", "]]>", "-->", "[bold]", "[/bold]", "{x}", "%s",
    "é", "ש", "م", "李", "\U0001f600", "q01", "rendu",
]  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
FORMULA = tuple("=+-@＝＋－＠\t\r")
TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "dl", "div", "dt", "dd", "p", "span", "table", "thead", "tbody",
    "tfoot", "tr", "th", "td", "a", "header", "nav", "main", "section", "h2", "h3", "ul", "ol", "li", "details", "summary", "pre",
    "code", "footer", "caption", "small", "strong", "em", "br",
    "label", "input", "button", "dialog", "select", "option", "script",
    "figure", "figcaption", "svg", "desc", "defs", "g", "path", "rect", "text", "use", "clippath", "pattern", "metadata", "symbol",
}  # fmt: skip


def obeyed(text: str) -> set[str]:
    """Characters that a terminal or an editor acts upon; line ends and tabs are the files' own."""
    return {
        char
        for char in text
        if char not in "\n\t\u200c\u200d" and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    }


def graded(text: str) -> tuple[Submission, GradingResult]:
    case = TestCase(name=f"q01 {text}", number=1, points=1.0, hidden=False)
    verdict = TestCaseResult(test_case=case, outcome="failed", score=0.0, message=text, detail=text)
    question = Question(name="q01", points=1.0, test_cases=(case,))
    cells = (CellRun(index=0, status="error", error=f"ValueError: {text}", stdout_tail=text),)
    result = GradingResult(
        submission=safe_id(text),
        student=text,
        assignment="tp0",
        score=0.0,
        max_score=1.0,
        questions=(QuestionResult(question=question, score=0.0, test_cases=(verdict,)),),
        status="crashed",
        reason=text,
        run=RunReport(status="crashed", tier="full", cells=cells),
    )
    return Submission(id=safe_id(text), student=text, cells=(text,), source=text), result


class Tags(html.parser.HTMLParser):
    """Collects the elements of a page, their attributes, and what its scripts say."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.scripts: list[str] = []
        self._is_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._is_script = tag == "script"
        self.scripts += [""] * self._is_script

    def handle_endtag(self, tag: str) -> None:
        self._is_script = self._is_script and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._is_script:
            self.scripts[-1] += data


@pytest.mark.slow
@given(hostile)
@example("\x9b31m\u202e=cmd()")
@example("x;\"=cmd|' /C calc'!A0")
@example("\ufeff=1")
@example("\"=cmd|' /C calc'!A0")
@example('\u200b"\xa0=1')
def test_files_obey_nobody(text: str) -> None:
    """The five files of a run hold no character that acts, no element of a student's, no formula in any cell."""
    submission, result = graded(text)
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        write_result(out, result)
        write_summary(out, [result], title="tp0")
        facts = BundleFacts(
            bundle_path=Path("tp0.zip"),
            settings=AssignmentSettings(slug="tp0", title="TP"),
            deadline_s=1.0,
        )
        (out / record_path(result.submission)).write_bytes(record_bytes(submission, result, facts))
        with Journal(out) as journal:
            for kind in ("started", "graded"):
                done = result if kind == "graded" else None
                journal.submission_event(
                    Event(
                        kind=kind,
                        submission=submission,
                        result=done,
                        failure=Failed(sentence=sentence_of(text), detail=text),
                    )
                )
        files = {path.name: path.read_text(encoding="utf-8") for path in out.rglob("*") if path.is_file()}
        record = json.loads((out / record_path(result.submission)).read_bytes())
        assert (out / result_path(result.submission)).is_file()
    assert {name for name, content in files.items() if obeyed(content.removeprefix("\ufeff"))} == set()
    assert len(files[JOURNAL_FILE].splitlines()) == 2
    started = json.loads(files[JOURNAL_FILE].split("\n")[0])
    assert started["student"] == started["source"] == record["result"]["student"] == text
    page = Tags()
    page.feed(files["report.html"])
    assert page.seen <= TAGS
    assert [script.strip() for script in page.scripts] == [report_script().strip()]
    assert not any(attribute.startswith("on") for attribute in page.attributes)
    for delimiter in (",", ";", "\t"):
        for row in csv.reader(
            io.StringIO(files["gradebook.csv"].removeprefix("\ufeff")), delimiter=delimiter
        ):
            assert not any(re.sub(r"^[\s\"]+", "", cell).startswith(FORMULA) for cell in row), (
                delimiter,
                row,
            )


@given(hostile)
def test_the_terminal_obeys_nobody(text: str) -> None:
    """The table, the JSON document and the sentence of an error hold no character that acts, and no markup."""
    _, result = graded(text)
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(said):
        print_table([result], out=Path("out"), language="fr", duration_s=1.0)
        print(
            json_document(
                Bundle(settings=AssignmentSettings(slug="tp0", title="TP"), tests=()), [result], Path("out")
            )
        )
        path = text.replace("\x00", "") or "x"
        assert run(["grade", f"nowhere/{path}.zip", f"nowhere/{path}.ipynb", "--out", "nowhere/out"]) == 2
    assert obeyed(printed.getvalue()) | obeyed(said.getvalue()) == set()
    assert "Traceback" not in said.getvalue()
