"""Options that commands share: the course, its assignments, the output, and who grades."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notegrad.errors import BuildError
from notegrad.messages import Message

if TYPE_CHECKING:
    from notegrad.batch.engines.engine_choice import EngineChoice

SLURM_WORKERS = 8
ANY_NUMBER = 10_000  # of a Dask cluster: as many as it has

config_option = click.option(
    "--config",
    "config_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="The course's otter_config.yml; default: the nearest one, from here upwards.",
)

slugs_argument = click.argument("slugs", metavar="[SLUG]...", nargs=-1)

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document on stdout, and nothing else there."
)

csv_option = click.option(
    "--csv",
    type=click.Choice(("fr", "en")),
    help="The form of our own gradebook: fr has semicolons and decimal commas, en commas and decimal points; "
    "default: the course's language.",
)

unsafe_option = click.option(
    "--unsafe",
    is_flag=True,
    help="Grade even where this machine can confine nothing: for code you trust only.",
)

_ENGINE_OPTIONS = (
    click.option(
        "--workers",
        metavar="N",
        type=click.IntRange(min=1),
        help="Graders at once; default: one per core here, all of a Dask cluster, "
        f"{SLURM_WORKERS} with slurm.",
    ),
    click.option(
        "--engine",
        default="local",
        metavar="ENGINE",
        show_default=True,
        help="Where: local, dask://HOST:PORT (the scheduler of a cluster), dask+tls://HOST:PORT, or slurm.",
    ),
    click.option(
        "--progress",
        "progress_as",
        type=click.Choice(["auto", "bar", "plain", "json", "none"]),
        default="auto",
        show_default=True,
        help="On stderr: a bar, a line per event, JSON lines, or nothing; auto: a bar on a terminal. "
        "What goes wrong is said as it happens.",
    ),
    click.option(
        "-q", "--quiet", is_flag=True, help="No bar and no table; only what goes wrong, and the exit status."
    ),
)


_ADJUSTMENTS = (
    click.option(
        "--judge",
        type=click.Choice(("outside", "inside", "auto")),
        help="Where tests run: outside the notebook's process; inside it, as with otter, where the student's "
        "code can read them; auto: inside where it cannot be outside. Default: what the bundle says; auto "
        "for bundles of plain otter.",
    ),
    click.option(
        "--limits",
        metavar="NAME=N",
        multiple=True,
        help="A limit for this run, such as cell_wall_s=60; may be given again, or several with commas.",
    ),
    click.option("--lang", "language", type=click.Choice(("fr", "en")), help="The language of what is said."),
)


def adjusting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what changes a bundle's settings for one run."""
    for option in reversed(_ADJUSTMENTS):
        command = option(command)
    return command


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add who grades, and what is told meanwhile: what `notegrad grade` and `notegrad regrade` share."""
    for option in reversed(_ENGINE_OPTIONS):
        command = option(command)
    return command


def chosen_slugs(named: Sequence[str], known: Sequence[str], root: Path) -> list[str]:
    """Return the slugs that the command line names, each once, or all that the course at `root` knows.

    Raises BuildError where there are none.
    """
    chosen = list(dict.fromkeys(named)) or list(known)
    if not chosen:
        folder = os.path.relpath(root / "assignments")
        raise BuildError(Message("no_assignments", folder=folder))
    return chosen


def locale_language() -> str:
    """The language of the user's locale where we speak it, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def default_workers(choice: EngineChoice) -> int:
    """The number of graders at once where the command line does not say."""
    if choice.kind == "dask":
        return ANY_NUMBER
    if choice.kind == "slurm":
        return SLURM_WORKERS
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
