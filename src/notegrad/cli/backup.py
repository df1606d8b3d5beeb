"""`notegrad backup FILE`: the upload page's whole database in one file, while it runs."""

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
    """Write the upload page's whole database into the new file FILE, as it is at one moment.

    Nothing has to stop. The key, DIR/secret.key, and DIR/server.toml are not in it: keep them apart.
    PostgreSQL needs its own client (pg_dump) on this machine.
    """
    from notegrad.server.commands.setting_up import deployment_in, require_extra, require_tables, set_up

    require_extra("backup")
    deployment_in(data)
    set_up()
    require_tables()
    from notegrad.messages import translate
    from notegrad.server.operation.backup import back_up

    rows = back_up(file).tables.rows
    facts = {"rows": sum(rows.values()), "tables": len(rows), "megabytes": f"{file.stat().st_size / 1e6:.1f}"}
    click.echo(translate("backup_made", person_language(), file=file, **facts))
    return EXIT_OK
