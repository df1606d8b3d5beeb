"""Prints the results of `notegrad grade`: a table for people, one JSON document for machines."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from notegrad.course.bundle import Bundle
from notegrad.marks.final_mark import is_scored
from notegrad.messages import translate
from notegrad.records import SCHEMA_VERSION, GradingResult, QuestionResult
from notegrad.results.pages.page import shade
from notegrad.results.pending import pending_questions
from notegrad.results.text import escape_unprintable, printable, remarks

PIPE_COLUMNS = 160  # width where the output is no terminal: a log file wraps nothing

WRITTEN = (
    ("where", "results"),
    ("where_gradebook", "gradebook.csv"),
    ("where_report", "report.html"),
    ("where_journal", "run.jsonl"),
)
STATUS_STYLES = {"graded": "green", "not_graded": "bold red", "unreadable": "yellow"}


class Marks(NamedTuple):
    """One character per question."""

    full: str
    partial: str
    none: str
    absent: str
    pending: str


FANCY = Marks("●", "◐", "○", "·", "?")
PLAIN = Marks("#", "+", "-", ".", "?")  # for terminals that know ASCII only


def print_table(results: Sequence[GradingResult], *, out: Path, language: str, duration_s: float) -> None:
    """Print one line per submission, a summary, and where everything lies."""
    console = Console(highlight=False)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console = Console(highlight=False, width=PIPE_COLUMNS)
    marks = FANCY if _can_print(FANCY, console.encoding) else PLAIN
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(translate("column_submission", language), overflow="fold")
    table.add_column(translate("column_status", language))
    table.add_column(translate("column_score", language), justify="right", no_wrap=True)
    table.add_column(translate("column_questions", language), no_wrap=True)
    table.add_column(translate("column_duration", language), justify="right", no_wrap=True)
    for result in results:
        pending = pending_questions(result)
        style = STATUS_STYLES.get(result.status, "yellow")
        table.add_row(
            escape(printable(result.submission)),
            f"[{style}]{translate(f'status_{result.status}', language)}[/{style}]",
            f"{result.score:.2f}/{result.max_score:g}" if is_scored(result) else "",
            "".join(_mark(q, marks, pending) for q in result.questions),
            f"{result.timings.total_s:.2f} s",
        )
    console.print(table)
    console.print(translate("table_legend", language, **marks._asdict()), style="dim")
    for result in results:
        if said := remarks(result):
            told = translate("told_of", language, name=printable(result.submission), what=printable(said))
            console.print(told, markup=False, soft_wrap=True)
    console.print(_summary(results, language, duration_s))
    to_look_at = [r.submission for r in results if r.died_at_random]
    if to_look_at:
        said = translate("to_look_at", language, submissions=printable(", ".join(to_look_at)))
        console.print(said, markup=False, soft_wrap=True)
    for key, name in WRITTEN:
        console.print(translate(key, language, path=out / name), markup=False, soft_wrap=True)


def json_document(bundle: Bundle, results: Sequence[GradingResult], out: Path) -> str:
    """Return everything that was found, for machines; for staff: it holds the details of hidden tests."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "assignment": bundle.settings.slug,
        "bundle_sha256": bundle.digest,
        "out": str(out),
        "results": msgspec.to_builtins(list(results)),
    }
    return escape_unprintable(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())


def _mark(question: QuestionResult, marks: Marks, pending: Collection[str]) -> str:
    if all(case.outcome == "skipped" for case in question.test_cases):
        return marks.absent
    if question.question.name in pending:
        return marks.pending
    by_share = {"full": marks.full, "part": marks.partial, "none": marks.none}
    return by_share[shade(question.score, question.question.points)]


def _summary(results: Sequence[GradingResult], language: str, duration_s: float) -> str:
    graded = [r for r in results if r.status != "not_graded"]
    read = [r for r in graded if r.status != "unreadable"]  # the others say nothing about what was learnt
    return translate(
        "summary",
        language,
        total=len(results),
        graded=len(graded),
        mean=sum(r.score for r in read) / len(read) if read else 0.0,
        max_score=max((r.max_score for r in results), default=0.0),
        duration_s=duration_s,
    )


def _can_print(marks: Marks, encoding: str) -> bool:
    try:
        "".join(marks).encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
