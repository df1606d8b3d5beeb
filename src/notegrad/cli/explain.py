"""`notegrad explain`: what would give a result again, beside what is here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.main import EXIT_OK
from notegrad.cli.options import json_option

if TYPE_CHECKING:
    from notegrad.results.reproduce import Comparison, Ingredients

EXIT_DIFFERENT = 4
_DIGEST_CHARS = 12


@click.command()
@click.argument("result", metavar="RESULTS.JSON", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--bundle",
    metavar="ZIP",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The autograder zip at hand; default: that of the course in which you are.",
)
@json_option
def command(*, result: Path, bundle: Path | None, as_json: bool) -> int:
    """Say what would be needed to get the same score again: versions, bundle, seed, device.

    Exit status: 0 when nothing that is known here differs, 4 when something does.
    """
    from notegrad.batch.versions import versions
    from notegrad.results.reproduce import compare, read_ingredients

    there = read_ingredients(result)
    path = bundle or _bundle_at_hand(there.assignment)
    rows = compare(there, versions=versions(), bundle_sha256=None if path is None else _digest(path))
    if as_json:
        table = [{"name": r.name, "there": r.there, "here": r.here, "same": r.is_same} for r in rows]
        click.echo(
            json.dumps({"submission": there.submission, "ingredients": table}, ensure_ascii=False, indent=1)
        )
    else:
        _print(there, rows, path)
    return EXIT_DIFFERENT if any(row.is_same is False for row in rows) else EXIT_OK


def _bundle_at_hand(slug: str) -> Path | None:
    from notegrad.authoring.build import bundle_path
    from notegrad.course.config import load_config

    path = bundle_path(load_config().root, slug) if slug else None
    return path if path is not None and path.is_file() else None


def _digest(path: Path) -> str:
    from notegrad.course.bundle import read_bundle

    return read_bundle(path).digest


def _print(there: Ingredients, rows: list[Comparison], bundle: Path | None) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(f"{there.assignment} / {there.submission}: {there.status}", style="bold")
    for row in rows:
        mark = {True: "=", False: "≠", None: " "}[row.is_same]
        line = f"  {mark} {row.name:13} {_short(row.there) or '?'}"
        if row.is_same is False:
            line += f"   here: {_short(row.here) or 'not installed'}"
        console.print(line, style="bold red" if row.is_same is False else None)
    changed = [row.name for row in rows if row.is_same is False]
    if bundle is None:
        console.print("No bundle is at hand to compare with: name it with --bundle.")
    console.print(
        f"Not the same here: {', '.join(changed)}; a score may differ."
        if changed
        else "Nothing that is known here differs: the same notebook should score the same."
    )
    device = f" --device {there.device.partition(':')[0]}" if there.device not in ("", "cpu") else ""
    console.print(f"Again: notegrad grade {bundle or there.assignment} NOTEBOOK --out DIR --fresh{device}")


def _short(value: str) -> str:
    return value[:_DIGEST_CHARS] if len(value) == 64 else value  # a SHA-256
