"""`notegrad worker`: a grading worker of the upload page; the work is `server.commands.worker`'s."""

from __future__ import annotations

from pathlib import Path

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_OK
from notegrad.cli.options import page_data_option, unsafe_option
from notegrad.errors import InputError
from notegrad.messages import Message

QUEUES = ("cpu", "gpu")


@click.command()
@page_data_option
@click.option(
    "--queues",
    default="cpu",
    show_default=True,
    metavar="LIST",
    help="help_worker_queues",
)
@unsafe_option
def command(*, data: Path | None, queues: str, unsafe: bool) -> int:
    """Grade what the upload page has waiting, on this or any other machine.

    `notegrad serve` starts workers by itself. On another machine only DATABASE_URL is needed. A worker that
    is ended or killed loses nothing: its job goes to another one.
    """
    require_linux()
    from notegrad.server.commands.setting_up import deployment_in, require_extra

    require_extra("worker")
    wanted = tuple(dict.fromkeys(name.strip() for name in queues.split(",") if name.strip()))
    unknown = [name for name in wanted if name not in QUEUES]
    if unknown or not wanted:
        raise InputError(Message("queues_unknown", queues=queues, queues2=" or ".join(QUEUES)))
    from notegrad.server.commands.worker import work

    work(deployment_in(data), wanted, unsafe=unsafe)
    return EXIT_OK
