"""`notegrad add SLUG`: one more assignment of a course."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.options import config_option, master_option
from notegrad.cli.person import locale_language

if TYPE_CHECKING:
    from notegrad.authoring.conversion import Format


@click.command()
@click.argument("slug")
@config_option
@master_option
def command(*, slug: str, config_path: Path | None, form: Format | None) -> None:
    """Make assignments/SLUG/ with a master of two questions and its answers.yml, to be replaced."""
    from notegrad.authoring.starter import add_assignment
    from notegrad.course.config import CONFIG_NAME, load_config
    from notegrad.messages import translate

    config = load_config(config_path)
    has_file = config_path is not None or (config.root / CONFIG_NAME).is_file()
    language = config.course.language if has_file else locale_language()
    for name in add_assignment(config, slug, language, form or "ipynb"):
        click.echo(f"  {name}")
    click.echo(translate("starter_next", language))
    click.echo(f"  notegrad build {slug}")
    click.echo(f"  notegrad verify {slug}")
