"""`notegrad preview SLUG`: the student's notebook and the pages of a wrong answer, in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.options import SLUG, config_option
from notegrad.cli.person import terminal_language


@click.command()
@click.argument("slug", type=SLUG)
@config_option
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="help_preview_out",
)
@click.option("--no-browser", is_flag=True, help="help_preview_no_browser")
def command(*, slug: str, config_path: Path | None, out: Path | None, no_browser: bool) -> None:
    """Show what a student will see of SLUG: the notebook, and the pages that a wrong answer gets.

    Each question is answered by the first rejected answer in answers.yml; it stays untouched without one.
    """
    require_linux(config_path)
    import webbrowser

    from notegrad.course.config import load_config
    from notegrad.messages import translate
    from notegrad.verify.preview import preview, write_preview

    config = load_config(config_path)
    language = config.settings(slug).language
    made = preview(config, slug)
    first = write_preview(made, out or config.root / "out" / "preview" / slug, language)
    spoken = terminal_language(language)
    wrong = ", ".join(made.wrong) or translate("preview_nothing_wrong", spoken)
    click.echo(translate("preview_written", spoken, path=first, wrong=wrong))
    if not no_browser:
        webbrowser.open(first.resolve().as_uri())
