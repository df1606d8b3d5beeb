"""`notegrad serve`: options of the upload page; the work is `server.commands.serve`'s."""

from __future__ import annotations

from pathlib import Path

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_OK
from notegrad.cli.person import person_language


@click.command()
@click.option(
    "--data",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="help_serve_data",
)
@click.option("--bind", metavar="HOST:PORT", help="help_serve_bind")
@click.option("--public-url", metavar="URL", help="help_serve_public_url")
@click.option("--workers", metavar="N", help="help_serve_workers")
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
    language = person_language()
    serve(deployment_of(options), say=lambda said: click.echo(said.text(language)))
    return EXIT_OK
