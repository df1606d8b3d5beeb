"""`notegrad try SLUG QUESTION [ANSWER]`: one question's test cases on one answer, at once."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_NOT_VERIFIED, EXIT_OK
from notegrad.cli.options import SLUG, config_option
from notegrad.cli.person import terminal_language

if TYPE_CHECKING:
    from notegrad.course.config import Config
    from notegrad.verify.trying.tried import TriedQuestion

LOOK_AGAIN_S = 0.2


@click.command()
@click.argument("slug", type=SLUG)
@click.argument("question")
@click.argument("answer", required=False)
@config_option
@click.option("--case", type=click.IntRange(min=1), help="help_try_answer_case")
@click.option(
    "--run",
    "run_folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="help_try_answer_run",
)
@click.option("--watch", is_flag=True, help="help_try_answer_watch")
@click.option("--keep/--no-keep", default=True, help="help_try_answer_keep")
def command(
    *,
    slug: str,
    question: str,
    answer: str | None,
    config_path: Path | None,
    case: int | None,
    run_folder: Path | None,
    watch: bool,
    keep: bool,
) -> int:
    """Try one question's test cases on ANSWER: code (.py), a notebook or zip, or an id.

    An id is that of an answer in answers.yml, or of a submission that was graded. Without ANSWER the solution
    is tried. Of a test case that fails, you see the line with its values, the answer's own trace, and what
    the student will read. Exit status 4 where a test case does not pass.
    """
    require_linux(config_path)
    from notegrad.cli.tried_text import tried_text
    from notegrad.course.config import load_config
    from notegrad.errors import InputError
    from notegrad.messages import translate

    config = load_config(config_path)
    language = terminal_language(config.settings(slug).language)
    watched = _watched(config, slug, config_path, answer)
    while True:
        before = _states(watched)
        try:
            config = load_config(config_path)
            tried = _try(config, config_path, slug, question, answer, case or 0, run_folder, keep=keep)
        except InputError as error:
            if not watch:
                raise
            click.echo(f"notegrad: {error.text(language)}", err=True)
        else:
            click.echo("\n".join(tried_text(tried)))
            if not watch:
                return EXIT_OK if tried.passed else EXIT_NOT_VERIFIED
        click.echo(translate("try_waiting", language, paths=", ".join(p.name for p in watched)), err=True)
        while (now := _states(watched)) == before or None in now:  # an editor may be replacing a file
            time.sleep(LOOK_AGAIN_S)


def _try(
    config: Config,
    config_path: Path | None,
    slug: str,
    question: str,
    answer: str | None,
    case: int,
    run_folder: Path | None,
    *,
    keep: bool,
) -> TriedQuestion:
    from notegrad.course.config import CONFIG_NAME
    from notegrad.messages import translate
    from notegrad.verify.trying.found_answer import find_answer
    from notegrad.verify.trying.private_socket import SocketRefusedError
    from notegrad.verify.trying.tried import TryRequest
    from notegrad.verify.trying.trier_client import IDLE_S, try_warm

    language = terminal_language(config.settings(slug).language)
    path = config_path or config.root / CONFIG_NAME
    request = TryRequest(
        language=language,
        root=str(config.root.resolve()),
        config=str(path.resolve()) if path.is_file() else "",
        slug=slug,
        question=question,
        case=case,
        answer=find_answer(config, slug, answer, run_folder),
    )

    def starting() -> None:
        click.echo(translate("try_starting", language, minutes=f"{IDLE_S / 60:g}"), err=True)

    if keep:
        try:
            return try_warm(request, config.root, starting)
        except SocketRefusedError as error:
            click.echo(translate("try_runtime_folder", language, folder=error), err=True)
    from notegrad.verify.trying.case_trier import CaseTrier

    with CaseTrier() as trier:
        return trier.run(request)


def _watched(config: Config, slug: str, config_path: Path | None, answer: str | None) -> list[Path]:
    """The files of which a change calls for another try."""
    from notegrad.authoring.master import find_master
    from notegrad.course.answers import ANSWERS_NAME
    from notegrad.course.config import CONFIG_NAME

    master = find_master(config.root, slug)
    paths = [master, master.with_name(ANSWERS_NAME), config_path or config.root / CONFIG_NAME]
    return [p for p in (*paths, *([Path(answer)] if answer else ())) if p.is_file()]


def _states(paths: Iterable[Path]) -> list[tuple[int, int] | None]:
    """What tells that a file was saved; None while an editor is replacing it."""
    states: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            state = path.stat()
        except OSError:
            states.append(None)
        else:
            states.append((state.st_mtime_ns, state.st_size))
    return states
