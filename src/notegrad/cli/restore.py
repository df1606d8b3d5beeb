"""`notegrad restore FILE`: a backup of the upload page into an empty database."""

from __future__ import annotations

from pathlib import Path

import click

from notegrad.cli.main import EXIT_OK
from notegrad.cli.options import page_data_option
from notegrad.cli.person import person_language


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@page_data_option
def command(*, file: Path, data: Path | None) -> int:
    """Put the backup FILE into an empty database: a new folder, or the one that DATABASE_URL names.

    Its rows are counted again, and brought forward to the tables of this version.
    """
    from notegrad.server.commands.setting_up import deployment_in, migrate, require_extra, set_up

    require_extra("restore")
    deployment = deployment_in(data)
    set_up()
    from notegrad.messages import translate
    from notegrad.server.configuration import KEY_FILE
    from notegrad.server.operation.backup import restore

    language = person_language()
    about = restore(file)
    migrate()
    rows = about.tables.rows
    facts = {"rows": sum(rows.values()), "tables": len(rows), "taken_at": about.taken_at}
    click.echo(translate("restored", language, file=file, **facts))
    if not deployment.secret_key:
        click.echo(translate("restored_key", language, file=Path(deployment.data, KEY_FILE)))
    return EXIT_OK
