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
MASTERS = (".ipynb", ".md", ".py")
ANY_NUMBER = 10_000  # of a Dask cluster: as many as it has

config_option = click.option(
    "--config",
    "config_path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="help_config",
)


def slug_of(value: str) -> str:
    """The assignment that a word means: its name, or the folder or master that a shell completes."""
    path = Path(value)
    if value in (".", "./"):
        return Path.cwd().name
    if len(path.parts) < 2 and not value.endswith(os.sep):
        return value
    return path.parent.name if path.suffix in MASTERS else path.name


class _Slug(click.ParamType):  # type: ignore[type-arg]  # only the newest click names the type
    name = "slug"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        return slug_of(value)


SLUG = _Slug()

slugs_argument = click.argument("slugs", metavar="[SLUG]...", nargs=-1, type=SLUG)

json_option = click.option("--json", "as_json", is_flag=True, help="help_json")

csv_option = click.option(
    "--csv",
    type=click.Choice(("fr", "en")),
    help="help_csv",
)

master_option = click.option(
    "--text",
    "form",
    type=click.Choice(("md", "py")),
    help="help_new_text",
)

page_data_option = click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="help_worker_data",
)

unsafe_option = click.option(
    "--unsafe",
    is_flag=True,
    help="help_unsafe",
)

_ENGINE_OPTIONS = (
    click.option(
        "--workers",
        metavar="N",
        type=click.IntRange(min=1),
        help="help_workers",
    ),
    click.option(
        "--engine",
        default="local",
        metavar="ENGINE",
        show_default=True,
        help="help_engine",
    ),
    click.option(
        "--progress",
        "progress_as",
        type=click.Choice(["auto", "bar", "plain", "json", "none"]),
        default="auto",
        show_default=True,
        help="help_progress",
    ),
    click.option("-q", "--quiet", is_flag=True, help="help_quiet"),
)


_ADJUSTMENTS = (
    click.option(
        "--judge",
        type=click.Choice(("outside", "inside", "auto")),
        help="help_judge",
    ),
    click.option(
        "--limits",
        metavar="NAME=N",
        multiple=True,
        help="help_limits",
    ),
    click.option("--lang", "language", type=click.Choice(("fr", "en")), help="help_lang"),
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


def default_workers(choice: EngineChoice) -> int:
    """The number of graders at once where the command line does not say."""
    if choice.kind == "dask":
        return ANY_NUMBER
    if choice.kind == "slurm":
        return SLURM_WORKERS
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
