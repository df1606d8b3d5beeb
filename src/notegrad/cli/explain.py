"""`notegrad explain`: what would give a result again, beside what is here."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.main import EXIT_OK
from notegrad.cli.options import json_option
from notegrad.cli.person import person_language

if TYPE_CHECKING:
    from notegrad.results.reproduce import Comparison, Ingredients

EXIT_DIFFERENT = 4
_DIGEST_CHARS = 12
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SLUG = re.compile(r"[A-Za-z0-9_][\w.-]{0,100}", re.ASCII)  # a name: no path, no option, nothing for a shell
_DEVICES = ("cuda", "sim")


@click.command()
@click.argument("result", metavar="RESULTS.JSON", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--bundle",
    metavar="ZIP",
    type=click.Path(path_type=Path, dir_okay=False),
    help="help_explain_bundle",
)
@json_option
def command(*, result: Path, bundle: Path | None, as_json: bool) -> int:
    """Say what would be needed to get the same score again: versions, bundle, seed, device.

    Exit status: 0 when nothing that is known here differs, 4 when something does.
    """
    from notegrad.batch.versions import versions
    from notegrad.results.reproduce import compare, read_ingredients
    from notegrad.results.text import escape_unprintable

    there = read_ingredients(result)
    path = bundle or _bundle_at_hand(there.assignment)
    rows = compare(there, versions=versions(), bundle_sha256=None if path is None else _digest(path))
    if as_json:
        table = [{"name": r.name, "there": r.there, "here": r.here, "same": r.is_same} for r in rows]
        document = {"submission": there.submission, "ingredients": table}
        click.echo(escape_unprintable(json.dumps(document, ensure_ascii=False, indent=1)))
    else:
        _print(there, rows, path)
    return EXIT_DIFFERENT if any(row.is_same is False for row in rows) else EXIT_OK


def _bundle_at_hand(slug: str) -> Path | None:
    from notegrad.authoring.build import bundle_path
    from notegrad.course.config import load_config

    path = bundle_path(load_config().root, slug) if _SLUG.fullmatch(slug) else None
    return path if path is not None and path.is_file() else None


def _digest(path: Path) -> str:
    from notegrad.course.bundle import read_bundle

    return read_bundle(path).digest


def _print(there: Ingredients, rows: list[Comparison], bundle: Path | None) -> None:
    from rich.console import Console

    from notegrad.messages import Message, translate
    from notegrad.results.text import one_line

    language = person_language()
    console = Console(highlight=False, soft_wrap=True, markup=False)
    name = f"{one_line(there.assignment)} / {one_line(there.submission)}"
    console.print(translate("told_of", language, name=name, what=one_line(there.status)), style="bold")
    for row in rows:
        mark = {True: "=", False: "≠", None: " "}[row.is_same]
        line = f"  {mark} {one_line(row.name):13} {_short(row.there) or '?'}"
        if row.is_same is False:
            here = _short(row.here) or Message("explain_not_installed")
            line += f"   {translate('explain_here', language, here=here)}"
        console.print(line, style="bold red" if row.is_same is False else None)
    changed = [one_line(row.name) for row in rows if row.is_same is False]
    if bundle is None:
        console.print(translate("explain_no_bundle", language))
    key = "explain_differs" if changed else "explain_same"
    console.print(translate(key, language, names=", ".join(changed)))
    console.print(translate("explain_again", language, command=_command(there, bundle)))


def _command(there: Ingredients, bundle: Path | None) -> str:
    """The command that grades again; of the file's own texts it holds none that could be more than a name."""
    from notegrad.results.text import printable

    slug = there.assignment if _SLUG.fullmatch(there.assignment) else "BUNDLE"
    kind = there.device.partition(":")[0]
    device = f" --device {kind}" if kind in _DEVICES else ""
    what = shlex.quote(printable(str(bundle))) if bundle is not None else slug
    return f"notegrad grade {what} NOTEBOOK --out DIR --fresh{device}"


def _short(value: str) -> str:
    from notegrad.results.text import one_line

    return value[:_DIGEST_CHARS] if _SHA256.fullmatch(value) else one_line(value)
