"""Messages during a run: warnings as they happen, a bar that stays one line, JSON lines for machines."""

from __future__ import annotations

import io
import json

import pytest
from rich.console import Console

from notegrad.batch.engines.grader_protocol import Failed, failed, sentence_of
from notegrad.batch.engines.ledger import Event
from notegrad.cli import progress as module
from notegrad.cli.progress import progress
from notegrad.records import GradingResult, RunReport, Submission


def event(kind: str, name: str = "zoé", **changes) -> Event:
    return Event(kind=kind, submission=Submission(id=name, student=name), total=9, **changes)


def result(status: str = "graded", tier: str = "full", reason: str | None = None) -> GradingResult:
    return GradingResult(
        submission="zoé",
        student="zoé",
        assignment="tp",
        score=3.0,
        max_score=4.0,
        questions=(),
        status=status,
        reason=reason,
        run=RunReport(status="ok", tier=tier),
    )


EVENTS = (
    event("kept", "old", result=result(), done=1),
    event("started"),
    event("retried", failure=Failed(sentence=sentence_of("the zygote\nis gone"))),
    event("graded", result=result(tier="no-namespaces"), done=2),
    event("graded", "b", result=result(tier="no-namespaces"), done=3),
    event("graded", "web", result=result("unreadable", reason="une page HTML"), done=4),
    event("same_as", "copie", same_as="zoé", result=result(), done=5),
    event(
        "not_graded",
        "c",
        failure=Failed(sentence=sentence_of("killed\x1b[2J")),
        result=result("not_graded"),
        done=6,
    ),
)


def told(shown: str, capsys: pytest.CaptureFixture[str], **options) -> list[str]:
    with progress(shown, total=9, language="fr", **options) as reporter:
        for one in EVENTS:
            reporter.on_event(one)
        reporter.on_start_failure(failed("cluster_worker_left", worker="3"))
    captured = capsys.readouterr()
    assert captured.out == ""  # stdout is the table's, or the JSON document's
    return captured.err.splitlines()


@pytest.mark.parametrize("quiet", [False, True])
def test_what_goes_wrong_is_said_as_it_happens(capsys: pytest.CaptureFixture[str], quiet: bool) -> None:
    """Retries, unreadable files, a weak tier (once), faults and lost workers: a line each, also when quiet."""
    lines = told("auto", capsys, quiet=quiet)
    assert lines == [
        "reprise : 1 copie déjà corrigée est gardée (--fresh pour tout corriger de nouveau)",
        "zoé : nouvel essai (1 a échoué : the zygote is gone)",
        "protection réduite sur cette machine : « no-namespaces » (notegrad doctor dit pourquoi)",
        "web : illisible (une page HTML)",
        "copie : identique à zoé, corrigée une seule fois",
        "c : non corrigée (killed)",
        "machine de correction : le worker 3 du cluster est parti ; ce qu’il corrigeait l’est ailleurs",
    ]


def test_plain_progress_has_a_line_per_result(capsys: pytest.CaptureFixture[str]) -> None:
    """For logs: who, how many of how many, status and score."""
    assert "[2/9] zoé : corrigée, 3.00/4" in told("plain", capsys)


def test_json_progress_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Machines get every event, with the words of the journal, and how far the run is."""
    lines = [json.loads(line) for line in told("json", capsys)]
    assert [line["event"] for line in lines] == [
        *(f"submission_{one.kind}" for one in EVENTS),
        "worker_failed",
    ]
    assert (lines[4]["done"], lines[4]["total"], lines[4]["score"]) == (3, 9, 3.0)
    assert lines[6]["same_as"] == "zoé"


@pytest.mark.parametrize("width", [30, 60, 80, 140])
def test_the_bar_is_one_line_in_any_terminal(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """A bar that wraps leaves a trail on the screen: it drops what does not fit instead."""
    screen = io.StringIO()

    def console(**_: object) -> Console:
        return Console(file=screen, force_terminal=True, width=width, height=20, highlight=False)

    monkeypatch.setattr(module, "Console", console)
    with progress("auto", total=1000, language="fr") as reporter:
        for done in range(0, 1000, 100):
            name = "un-nom-de-fichier-bien-trop-long-pour-quelque-terminal-que-ce-soit"
            reporter.on_event(event("graded", name, done=done, result=result()))
            reporter._display.refresh()
        rows = Console(width=width, file=io.StringIO()).render_lines(
            reporter._display.make_tasks_table(reporter._display.tasks)
        )
    assert len(rows) == 1
    assert "900/1000" in "".join(segment.text for segment in rows[0])
