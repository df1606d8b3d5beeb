"""`notegrad gradescope`: what `run_autograder` calls, and a container like it to try bundles in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_NOT_GRADED, EXIT_OK, OwnProcess
from notegrad.cli.person import person_language

if TYPE_CHECKING:
    from notegrad.sandbox.outside.launch import StartedZygote


@click.command()
@click.option(
    "--root",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/autograder"),
    show_default=True,
    help="help_gradescope_root",
)
@click.option(
    "--simulate",
    nargs=2,
    metavar="ZIP SUBMISSION",
    type=click.Path(path_type=Path, exists=True),
    help="help_gradescope_simulate",
)
@click.option(
    "--metadata",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="help_gradescope_metadata",
)
@click.option("--memory-mb", default=768, show_default=True, help="help_gradescope_memory_mb")
@click.option("--cores", default=0.5, show_default=True, help="help_gradescope_cores")
@click.option(
    "--keep", metavar="DIR", type=click.Path(path_type=Path, file_okay=False),
    help="help_gradescope_keep",
)  # fmt: skip
@click.pass_obj
def command(
    process: OwnProcess | None,
    *,
    root: Path,
    simulate: tuple[Path, Path] | None,
    metadata: Path | None,
    memory_mb: int,
    cores: float,
    keep: Path | None,
) -> int:
    """Grade the submission in a Gradescope container; --simulate tries a bundle here, without uploading it.

    Writes results/results.json below the platform's folder. Exit status: 0 when it holds a result, 3 when it
    says that nothing could be graded, through a fault of ours or of the machine.
    """
    require_linux()
    if simulate is None:
        forked = _shared_start(root, process) if process else None
        from notegrad.gradescope.autograder import grade_here
        from notegrad.messages import translate

        result = grade_here(root, forked)
        language = person_language()
        score = f"{translate(f'status_{result.status}', language)}, {result.score:g}/{result.max_score:g}"
        click.echo(translate("told_of", language, name=result.assignment, what=score))
        return EXIT_NOT_GRADED if result.status == "not_graded" else EXIT_OK

    from notegrad.gradescope.simulate import Machine, simulate_run

    run = simulate_run(
        *simulate, metadata=metadata, machine=Machine(memory_mb=memory_mb, cores=cores), keep=keep
    )
    for line in run.summary():
        click.echo(line if isinstance(line, str) else line.text(person_language()))
    return EXIT_OK if run.score is not None else EXIT_NOT_GRADED


def _shared_start(root: Path, process: OwnProcess) -> StartedZygote | None:
    """The zygote that shares this process's imports: before there is one, this process starts anew."""
    if not process.is_restarted:
        from notegrad.gradescope.needed_parts import unneeded_parts
        from notegrad.sandbox.outside import shared_start

        shared_start.restart("notegrad.cli.main:go_on", process.arguments, unneeded_parts(root))
    return process.forked
