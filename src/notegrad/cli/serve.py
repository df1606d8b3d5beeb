"""`notegrad serve`: options of the upload page; the work is `server.commands.serve`'s."""

from __future__ import annotations

from pathlib import Path

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_OK


@click.command()
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of key and database, made on the first start; default: notegrad-data, or $NOTEGRAD_DATA.",
)
@click.option("--bind", metavar="HOST:PORT", help="Where to listen. Default: 127.0.0.1:8000.")
@click.option("--public-url", metavar="URL", help="What people type, where it is not http://HOST:PORT.")
@click.option(
    "--workers",
    metavar="N",
    help="Grading workers to start too: auto (one for two cores), or 0: `notegrad worker` runs apart.",
)
def command(*, data: Path | None, bind: str | None, public_url: str | None, workers: str | None) -> int:
    """Serve the upload page: students hand in, watch and read; staff see the class.

    Needs nothing but its extra: pip install 'notegrad[server]'. Further keys stand in DIR/server.toml, see
    docs/server.md; DATABASE_URL names a PostgreSQL. Ctrl-C ends it, and nothing is lost.
    """
    require_linux()
    from notegrad.server.commands.setting_up import deployment_of, require_extra

    require_extra("serve")
    from notegrad.server.commands.serve import serve

    options = {
        "NOTEGRAD_DATA": str(data) if data else None,
        "NOTEGRAD_BIND": bind,
        "NOTEGRAD_PUBLIC_URL": public_url,
        "NOTEGRAD_WORKERS": workers,
    }
    serve(deployment_of(options), say=click.echo)
    return EXIT_OK
