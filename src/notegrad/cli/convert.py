"""`notegrad convert SLUG`: a master notebook as plain text, or a text as a notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from notegrad.cli.options import SLUG, config_option

if TYPE_CHECKING:
    from notegrad.authoring.conversion import Format

MAX_NUMBERS = 12


@click.command()
@click.argument("slug", type=SLUG)
@config_option
@click.option(
    "--to",
    type=click.Choice(("md", "py", "ipynb")),
    help="help_convert_to",
)
def command(*, slug: str, config_path: Path | None, to: str | None) -> None:
    """Write the master of the assignment SLUG in another format, with the same bundles from it.

    The former master stays beside the new one, with .old behind its name.
    """
    from notegrad.authoring.conversion import convert
    from notegrad.authoring.master import shown
    from notegrad.course.config import load_config
    from notegrad.messages import listed, translate

    config = load_config(config_path)
    language = config.settings(slug).language
    done = convert(config, slug, cast("Format | None", to))
    click.echo(translate("convert_done", language, path=shown(done.path), old=done.old.name))
    if done.lost:
        numbers = listed([str(number) for number in done.lost], MAX_NUMBERS)
        click.echo(f"  {translate('convert_lost', language, numbers=numbers)}", err=True)
