"""`notegrad doctor`: what this machine can protect, and the command that would mend what it cannot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_OK, EXIT_UNFIT
from notegrad.cli.options import config_option, json_option
from notegrad.cli.person import person_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notegrad.sandbox.outside.checkup import Check

_STYLES = {"PASS": "green", "CAUTION": "yellow", "FAIL": "red", "SKIPPED": "dim"}


@click.command()
@json_option
@config_option
def command(*, as_json: bool, config_path: Path | None) -> int:
    """Say what this machine can protect, tried and not guessed, and how to mend the rest.

    Exit status: 0 when submissions can be graded here as the course asks, 5 when not.
    """
    require_linux(config_path)
    from notegrad.course.config import load_config
    from notegrad.results.text import escape_unprintable
    from notegrad.sandbox.outside.checkup import check_machine

    sandbox = load_config(config_path).course.sandbox
    language = person_language()
    checks = check_machine(sandbox.tier, sandbox.require)
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
