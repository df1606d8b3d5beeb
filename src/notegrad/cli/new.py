"""`notegrad new COURSE`: a course that builds, verifies and grades at once."""

from __future__ import annotations

from pathlib import Path

import click

from notegrad.cli.person import locale_language

LANGUAGES = ("fr", "en")


@click.command()
@click.argument("course", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(LANGUAGES), help="help_new_lang")
def command(*, course: Path, lang: str | None) -> None:
    """Make the folder COURSE with a configuration, one assignment, an example class of three and a Makefile.

    The assignment has two questions with solutions, hidden tests and answers: replace them with yours.
    """
    from notegrad.authoring.starter import EXAMPLES_DIR, FIRST_SLUG, new_course
    from notegrad.messages import translate

    language = lang or locale_language()
    for name in new_course(course, language):
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
