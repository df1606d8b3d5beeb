"""`notegrad new COURSE`: a course that builds, verifies and grades at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.options import master_option
from notegrad.cli.person import locale_language

if TYPE_CHECKING:
    from notegrad.authoring.conversion import Format

LANGUAGES = ("fr", "en")


@click.command()
@click.argument("course", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(LANGUAGES), help="help_new_lang")
@master_option
def command(*, course: Path, lang: str | None, form: Format | None) -> None:
    """Make the folder COURSE with a configuration, one assignment, an example class of three and a Makefile.

    The assignment has two questions with solutions, hidden tests and answers: replace them with yours.
    """
    from notegrad.authoring.starter import EXAMPLES_DIR, FIRST_SLUG, new_course
    from notegrad.messages import translate

    language = lang or locale_language()
    for name in new_course(course, language, form or "ipynb"):
        click.echo(f"  {course / name}")
    slug = FIRST_SLUG[language]
    click.echo(translate("starter_next", language))
    for line in (
        f"cd {course}",
        "notegrad build",
        "notegrad verify",
        f"notegrad grade {slug} {EXAMPLES_DIR}/{slug} --out out/{slug}",
    ):
        click.echo(f"  {line}")
