"""`notegrad submit`: hands a file in to an upload page; the work is `server.commands.submit`'s."""

from __future__ import annotations

import os
from pathlib import Path

import click

from notegrad.cli.main import EXIT_NOT_GRADED, EXIT_OK
from notegrad.cli.person import person_language
from notegrad.messages import translate


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--to", "page", required=True, metavar="URL", help="help_submit_to")
@click.option("--wait", is_flag=True, help="help_submit_wait")
def command(*, file: Path, page: str, wait: bool) -> int:
    """Hand in FILE for you; NOTEGRAD_TOKEN holds a token from your account's page.

    Exit status: 0 when it was taken (and graded, with --wait), 2 when it was refused, 3 when it could not be
    graded.
    """
    from notegrad.server.commands.submit import TOKEN_VARIABLE, submit, wait_for_result

    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    receipt = submit(file, page, token)
    taken = {name: receipt[name] for name in ("number", "received_at", "sha256")}
    click.echo(translate("submit_receipt", person_language(), **taken))
    click.echo(receipt["url"])
    if not wait:
        return EXIT_OK
    receipt = wait_for_result(receipt, page, token, lambda state: click.echo(state, err=True))
    if receipt["score"] is None:
        click.echo(receipt["state"].replace("_", " "))
        return EXIT_NOT_GRADED
    note = "" if receipt["is_final"] else " (visible tests)"
    click.echo(f"{receipt['score']:g} / {receipt['points']:g}{note}")
    return EXIT_OK
