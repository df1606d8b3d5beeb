"""Tells on stderr how a run goes on: a bar, lines, or JSON lines; warnings come as they happen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from notegrad.messages import translate
from notegrad.results.text import one_line

if TYPE_CHECKING:
    from notegrad.batch.engines.grader_protocol import Failed
    from notegrad.batch.engines.ledger import Event

WEAK_TIERS = ("no-namespaces", "none")
WIDE_COLUMNS = 100  # from here the name of the last submission finds room
NARROW_COLUMNS = 60  # below, only the bar, the count and the time left
BAR_COLUMNS = 30
MAX_NAME_CHARS = 40


class Reporter(Protocol):
    """The receiver of a run's events."""

    def on_event(self, event: Event) -> None:
        """Something happened to a submission."""

    def on_start_failure(self, failure: Failed) -> None:
        """A grader could not start, or a machine has left."""


@contextmanager
def progress(shown: str, *, total: int, language: str, quiet: bool = False) -> Iterator[Reporter]:
    """Tell of a run of `total` submissions while the block runs.

    shown: auto, bar, plain, json or none. With `quiet` only warnings are left, and all of `json`, which was
    asked for.
    """
    console = Console(stderr=True, highlight=False)
    if shown == "json":
        yield JsonLines()
        return
    bar = shown == "bar" or (shown == "auto" and console.is_terminal)
    if quiet or shown == "none" or not bar:
        yield Told(console, language, lines=shown == "plain" and not quiet, total=total)
        return
    columns = _columns(console.width, language)
    with Progress(*columns, console=console, transient=True) as display:
        task = display.add_task(translate("progress", language), total=total, last="")
        yield Bar(Told(console, language, total=total), display, task)


class Told:
    """Warnings, and with `lines` a line for each result."""

    def __init__(self, console: Console, language: str, *, total: int, lines: bool = False) -> None:
        self._console, self._language, self._lines, self._total = console, language, lines, total
        self._tiers: set[str] = set()
        self._kept = 0

    def on_event(self, event: Event) -> None:
        """Say what is worth saying of an event."""
        self._tell_of_kept(event)
        name, result = one_line(event.submission.id), event.result
        reason = result.reason if result is not None else None
        why = event.failure.said if event.failure is not None else one_line(reason or "", 200)
        if event.kind == "retried":
            self._warn("retried", submission=name, try_number=event.try_number, error=why)
        elif event.kind == "not_graded":
            self._warn("not_graded_warning", submission=name, error=why)
        if event.kind == "same_as":
            self._say("same_as", submission=name, same_as=one_line(event.same_as))
        if result is not None and result.status == "unreadable" and event.kind != "kept":
            self._warn("unreadable_warning", submission=name, reason=one_line(result.reason or "", 200))
        tier = result.run.tier if result is not None and result.run is not None else ""
        if tier in WEAK_TIERS and tier not in self._tiers:
            self._tiers.add(tier)
            self._warn("weak_tier", tier=tier)
        if self._lines and result is not None and event.kind == "graded":
            score = f"{result.score:.2f}/{result.max_score:g}"
            status = translate(f"status_{result.status}", self._language)
            told = translate("told_of", self._language, name=name, what=f"{status}, {score}")
            self._print(f"[{event.done}/{event.total}] {told}")

    def on_start_failure(self, failure: Failed) -> None:
        """Say it at once: the run may go on without that grader."""
        self._warn("machine_trouble", error=failure.said)

    def _tell_of_kept(self, event: Event) -> None:
        if event.kind == "kept":
            self._kept += 1
        if self._kept and (event.kind != "kept" or event.done == event.total):
            self._say("kept", count=self._kept)
            self._kept = 0

    def _warn(self, key: str, **facts: object) -> None:
        self._print(translate(key, self._language, **facts), style="yellow")

    def _say(self, key: str, **facts: object) -> None:
        self._print(translate(key, self._language, **facts), style="dim")

    def _print(self, text: str, style: str = "") -> None:
        # Through the bar's own console, so that the line lands above the bar.
        self._console.print(one_line(text, 1_000), style=style, markup=False, soft_wrap=True)


class Bar:
    """A bar, with what is told above it."""

    def __init__(self, told: Told, display: Progress, task: object) -> None:
        self._told, self._display, self._task = told, display, task

    def on_event(self, event: Event) -> None:
        """Move the bar."""
        self._told.on_event(event)
        name = one_line(event.submission.id, MAX_NAME_CHARS)
        self._display.update(self._task, completed=event.done, last=name)  # type: ignore[arg-type]

    def on_start_failure(self, failure: Failed) -> None:
        """Say it above the bar."""
        self._told.on_start_failure(failure)


class JsonLines:
    """The lines of the journal, with `done` and `total`, on stderr."""

    def on_event(self, event: Event) -> None:
        """Write one line."""
        from notegrad.batch.journal import event_facts

        self._write(f"submission_{event.kind}", **event_facts(event), done=event.done, total=event.total)

    def on_start_failure(self, failure: Failed) -> None:
        """Write one line."""
        self._write("worker_failed", error=failure.error, detail=failure.detail)

    def _write(self, event: str, **facts: object) -> None:
        line = {"event": event, "time": datetime.now(UTC).isoformat(timespec="milliseconds"), **facts}
        click.echo(json.dumps(line, allow_nan=False), err=True)


class _Rate(ProgressColumn):
    """Submissions a minute since the start, results from before left out."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def render(self, task: Task) -> Text:
        rate_hz = task.finished_speed or task.speed or 0.0
        return Text(translate("rate", self._language, rate=60 * rate_hz), style="dim")


def _columns(width: int, language: str) -> list[ProgressColumn]:
    """The columns that fit on one line of the terminal."""
    name = TextColumn("{task.description}")
    wide = width >= WIDE_COLUMNS
    bar = BarColumn(bar_width=BAR_COLUMNS if wide else None)  # None: what the others leave
    narrow = [bar, MofNCompleteColumn(), TimeRemainingColumn(compact=True)]
    if width < NARROW_COLUMNS:
        return narrow
    rest = [_Rate(language), TimeElapsedColumn()]
    if not wide:
        return [name, *narrow, *rest]
    return [name, *narrow, *rest, TextColumn("{task.fields[last]}", markup=False, style="dim")]
