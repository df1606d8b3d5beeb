"""`notegrad doctor`: what this machine can protect, and the command that would mend what it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_OK, EXIT_UNFIT
from notegrad.cli.options import config_option, json_option, page_data_option
from notegrad.cli.person import person_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notegrad.sandbox.outside.checkup import Check

_STYLES = {"PASS": "green", "CAUTION": "yellow", "FAIL": "red", "SKIPPED": "dim"}


@click.command()
@json_option
@config_option
@click.option("--server", "of_server", is_flag=True, help="help_doctor_server")
@page_data_option
def command(*, as_json: bool, config_path: Path | None, of_server: bool, data: Path | None) -> int:
    """Say what this machine can protect, tried and not guessed, and how to mend the rest.

    With --server: whether the upload page can run here for years: address, secrets, disk, database, clock,
    backup, workers, failed jobs, the page itself, letters.

    Exit status: 0 when submissions can be graded here as the course asks (the page can run), 5 when not.
    """
    require_linux(config_path)
    from notegrad.results.text import escape_unprintable

    language = person_language()
    checks = _of_server(data) if of_server else _of_machine(config_path)
    if as_json:
        rows = [
            {
                "name": c.name,
                "verdict": c.verdict,
                "meaning": c.meaning.text(language),
                "fix": _fix(c, language),
            }
            for c in checks
        ]
        click.echo(escape_unprintable(json.dumps({"checks": rows}, ensure_ascii=False, indent=1)))
    else:
        _print(checks, language)
    return EXIT_UNFIT if any(check.verdict == "FAIL" for check in checks) else EXIT_OK


def _of_machine(config_path: Path | None) -> Sequence[Check]:
    from notegrad.course.config import load_config
    from notegrad.sandbox.outside.checkup import check_machine

    sandbox = load_config(config_path).course.sandbox
    return check_machine(sandbox.tier, sandbox.require)


def _of_server(data: Path | None) -> Sequence[Check]:
    from notegrad.server.commands.setting_up import deployment_in, load, require_extra

    require_extra("doctor --server")
    deployment = deployment_in(data, makes_data=False)
    load()
    from notegrad.server.operation.server_checkup import ServerCheckup

    return tuple(ServerCheckup(deployment).rows())


def _fix(check: Check, language: str) -> str:
    return check.fix.text(language) if check.fix else ""


def _print(checks: Sequence[Check], language: str) -> None:
    from rich.console import Console

    from notegrad.results.text import printable

    console = Console(highlight=False, soft_wrap=True, markup=False)
    for check in checks:
        console.print(f"{check.verdict:8}", style=_STYLES[check.verdict], end="")
        console.print(f"{check.name:13} {printable(check.meaning.text(language))}")
        if check.fix:
            console.print(f"{'':21} → {printable(_fix(check, language))}", style="bold")
