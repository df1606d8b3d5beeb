"""The `notegrad` command: lazy subcommands, and the one place where an exception becomes a sentence.

Nothing is imported here that `notegrad --help` does not need; a command's module is imported when it runs.
"""

from __future__ import annotations

import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from notegrad import __version__
from notegrad.cli.person import (
    asked_language,
    language_option,
    locale_language,
    person_language,
    speak,
    told,
    word,
)
from notegrad.cli.system_refusals import refusal
from notegrad.errors import InputError, NotegradError

if TYPE_CHECKING:
    from notegrad.sandbox.outside.launch import StartedZygote

EXIT_OK = 0
EXIT_FAULT = 1  # a fault of ours
EXIT_USAGE = 2  # the user's input or options are wrong; click's own number
EXIT_NOT_GRADED = 3  # some submissions got no result
EXIT_NOT_VERIFIED = 4  # `notegrad verify` found something to do
EXIT_UNFIT = 5  # `notegrad doctor`: nothing can be graded here as the course asks
EXIT_INTERRUPTED = 130  # the shell's number for SIGINT

TRACEBACK_OPTION = "--traceback"  # hidden: for us and for bug reports; taken anywhere on the line


COMMANDS = {
    "new": "new",
    "add": "add",
    "convert": "convert",
    "build": "build",
    "try": "try_answer",
    "preview": "preview",
    "verify": "verify",
    "check-bundle": "check_bundle",
    "grade": "grade",
    "gradebook": "gradebook",
    "regrade": "regrade",
    "gradescope": "gradescope",
    "serve": "serve",
    "submit": "submit",
    "worker": "worker",
    "backup": "backup",
    "restore": "restore",
    "explain": "explain",
    "docs": "docs",
    "doctor": "doctor",
}
"""The module of each command, in `notegrad.cli`; what is said of it are the keys `line_` and `about_`."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they run, never to print the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = COMMANDS[cmd_name]
        command: click.Command = importlib.import_module(f"notegrad.cli.{module}").command
        return told(command, module)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, or say which one was probably meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from notegrad.messages import Message, suggestion

            said = Message("no_such_command", name=name, meant=suggestion(name, COMMANDS))
            raise click.UsageError(said.text(person_language()), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from the table above."""
        from notegrad.messages import translate

        language = person_language()
        lines = [(name, translate(f"line_{name.replace('-', '_')}", language)) for name in COMMANDS]
        with formatter.section(translate("click_commands", language)):
            formatter.write_dl(lines)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write what the whole is for."""
        from notegrad.messages import translate

        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translate("about_notegrad", person_language()))

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options, whose help click knows by its own words."""
        from notegrad.messages import translate

        found = super().get_params(ctx)
        for param in found:
            if isinstance(param, click.Option) and param.name == "version":
                param.help = word("Show the version and exit.")
            if isinstance(param, click.Option) and param.name == "lang":
                param.help = translate("help_person_lang", person_language())
        return found


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, message="notegrad %(version)s")
def cli() -> None:
    """Grade notebooks of tensor code with hidden tests that run outside the student's process."""


cli.params.append(language_option())


@dataclass(frozen=True)
class OwnProcess:
    """A process that runs nothing but one command line; `forked`: the zygote that it started anew with."""

    arguments: tuple[str, ...]
    is_restarted: bool = False
    forked: StartedZygote | None = None


def run(arguments: Sequence[str], process: OwnProcess | None = None) -> int:
    """Run one command line and return its exit status; every failure is one sentence on stderr.

    `process`: where the whole process is the command's, which may then start it anew.
    """
    asked = asked_language(arguments)
    speak(asked or locale_language(), is_asked=bool(asked))
    wants_traceback = TRACEBACK_OPTION in arguments
    args = [a for a in arguments if a != TRACEBACK_OPTION]
    try:
        status = cli.main(args=args, prog_name="notegrad", standalone_mode=False, obj=process)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say(_in(person_language(), "interrupted"), EXIT_INTERRUPTED)
    except Exception as error:
        if wants_traceback:
            raise
        if isinstance(error, NotegradError):
            status = EXIT_USAGE if isinstance(error, InputError) else EXIT_FAULT
            return _say(error.text(person_language()), status)
        if refused := refusal(error, person_language()):
            return _say(refused, EXIT_FAULT)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return _say(_in(person_language(), "own_fault", what=what, option=TRACEBACK_OPTION), EXIT_FAULT)
    return status if isinstance(status, int) else EXIT_OK


def main() -> None:
    """Entry point of the console script."""
    # no Python that we or a library start from here takes a module from the folder of the command
    os.environ["PYTHONSAFEPATH"] = "1"
    arguments = tuple(sys.argv[1:])
    sys.exit(_run_alone(OwnProcess(arguments)))


def go_on(forked: StartedZygote | None, arguments: list[str]) -> int:
    """Run a command line again in the process that it started anew (sandbox/outside/shared_start.py)."""
    return _run_alone(OwnProcess(tuple(arguments), is_restarted=True, forked=forked))


def _run_alone(process: OwnProcess) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an accent must not end a run on a terminal without accents
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a machine that shuts down: as Ctrl-C
    return run(process.arguments, process)


def _in(language: str, key: str, **facts: object) -> str:
    from notegrad.messages import translate

    return translate(key, language, **facts)


def _say(sentence: str, status: int) -> int:
    from notegrad.results.text import printable

    # The sentence may name a file that a stranger named.
    sentence = "\n".join(map(printable, sentence.split("\n")))
    click.echo(f"notegrad: {sentence}", err=True)
    return status
