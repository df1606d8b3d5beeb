"""A batch of submissions to the grader that misbehaves, graded in real processes; its files lie in a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.class_run import grade_all
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.engines.ledger import Event
from notegrad.records import GradingResult, Submission
from notegrad.settings import AssignmentSettings
from tests.support.misbehaving_grader import MODULE


def submission(name: str, order: str = "", **changes: Any) -> Submission:
    """A notebook of its own, whose first cell says what the grader does with it."""
    return Submission(id=name, student=name.title(), cells=(order, f"# {name}"), **changes)


def facts(folder: Path, limit_s: float = 60.0) -> BundleFacts:
    """The facts of a bundle that nobody reads: the grader takes its path for the folder of marks."""
    settings = AssignmentSettings(slug="tp", title="TP")
    return BundleFacts(bundle_path=folder / "marks", settings=settings, deadline_s=limit_s)


def grade(
    folder: Path,
    *submissions: Submission,
    graders: int = 1,
    factory: str = "make",
    limit_s: float = 60.0,
    on_event: Callable[[Event], None] | None = None,
    fresh: bool = False,
) -> tuple[tuple[GradingResult, ...], list[Event]]:
    """Grade into `out`, where the grader writes into `marks`; gives results and events."""
    events: list[Event] = []
    results = grade_all(
        facts(folder, limit_s),
        submissions,
        EngineOptions(graders=graders, factory=f"{MODULE}:{factory}"),
        out=folder / "out",
        on_event=on_event or events.append,
        fresh=fresh,
    )
    return results, events


def interrupt_after(count: int) -> Callable[[Event], None]:
    """Ctrl-C as soon as that many submissions are graded."""

    def on_event(event: Event) -> None:
        if event.kind == "graded" and event.done == count:
            raise KeyboardInterrupt

    return on_event


def journal(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out/run.jsonl").read_text("utf-8").splitlines()]
