"""A progress bar with an estimate of the time left, on stderr; silent where stderr is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from notegrad.messages import translate
from notegrad.results.text import printable

if TYPE_CHECKING:
    from notegrad.batch.run import Event


@contextmanager
def progress(*, total: int, language: str) -> Iterator[Callable[[Event], None]]:
    """Show a bar while the block runs; yields what to call with each event."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", markup=False),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(translate("progress", language), total=total, last="")

        kept = 0

        def on_event(event: Event) -> None:
            nonlocal kept
            if event.kind == "kept":
                kept += 1
            elif kept:
                console.print(translate("kept", language, count=kept), highlight=False)
                kept = 0
            bar.update(task, completed=event.done, last=printable(event.submission.id))

        yield on_event
