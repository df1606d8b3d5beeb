"""The `notegrad` command: lazy subcommands, and the one place where an exception becomes a sentence.

Nothing is imported here that `notegrad --help` does not need; a command's module is imported when it runs.
"""

from __future__ import annotations

import importlib
import io
import signal
import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

from notegrad import __version__
from notegrad.errors import InputError, NotegradError

EXIT_OK = 0
EXIT_FAULT = 1  # a fault of ours
EXIT_USAGE = 2  # the user's input or options are wrong; click's own number
EXIT_NOT_GRADED = 3  # some submissions got no result
EXIT_NOT_VERIFIED = 4  # `notegrad verify` found something to do
EXIT_UNFIT = 5  # `notegrad doctor`: nothing can be graded here as the course asks
EXIT_INTERRUPTED = 130  # the shell's number for SIGINT

TRACEBACK_OPTION = "--traceback"  # hidden: for us and for bug reports; taken anywhere on the line


class LazyCommand(NamedTuple):
    """The module of a command, and its one line of help, known without importing it."""

    module: str
    help: str


COMMANDS = {
    "new": LazyCommand("notegrad.cli.new", "Make a course that builds, verifies and grades at once."),
    "add": LazyCommand("notegrad.cli.add", "Make one more assignment of a course."),
    "convert": LazyCommand("notegrad.cli.convert", "Write a master as plain text, or a text as a notebook."),
    "build": LazyCommand("notegrad.cli.build", "Make the student and autograder bundles of assignments."),
    "try": LazyCommand("notegrad.cli.try_answer", "Try a question's test cases on one answer, at once."),
    "preview": LazyCommand(
        "notegrad.cli.preview", "Show the student's notebook, and a wrong answer's pages."
    ),
    "verify": LazyCommand("notegrad.cli.verify", "Hold hidden tests against known answers and mutants."),
    "check-bundle": LazyCommand(
        "notegrad.cli.check_bundle", "Say how each test case of a bundle is judged, on its solution."
    ),
    "grade": LazyCommand(
        "notegrad.cli.grade", "Grade submissions; write results, a gradebook and a journal."
    ),
    "gradebook": LazyCommand(
        "notegrad.cli.gradebook", "Fill in a platform's own file of grades, or write a CSV."
    ),
    "regrade": LazyCommand(
        "notegrad.cli.regrade", "Grade again what a changed bundle affects; say who moved."
    ),
    "gradescope": LazyCommand(
        "notegrad.cli.gradescope", "Grade in a Gradescope container, or try a bundle in one like it."
    ),
    "serve": LazyCommand(
        "notegrad.cli.serve", "Serve the upload page: students hand in, staff see the class."
    ),
    "submit": LazyCommand("notegrad.cli.submit", "Hand a file in to an upload page."),
    "worker": LazyCommand("notegrad.cli.worker", "Grade what the upload page has waiting."),
    "backup": LazyCommand("notegrad.cli.backup", "Write the upload page's database into one file."),
    "restore": LazyCommand("notegrad.cli.restore", "Put a backup of the upload page into an empty database."),
    "explain": LazyCommand(
        "notegrad.cli.explain", "Say what would give a result again, and what differs here."
    ),
    "docs": LazyCommand("notegrad.cli.docs", "Print a page for authors and teachers, or list them."),
    "doctor": LazyCommand(
        "notegrad.cli.doctor", "Say what this machine can protect, and how to mend the rest."
    ),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they run, never to print the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import and return one command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name].module).command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the arguments name, or say which one was probably meant."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from notegrad.messages import suggestion

            msg = f"There is no command {name!r}{suggestion(name, COMMANDS)}"
            raise click.UsageError(msg, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.version_option(__version__, message="notegrad %(version)s")
def cli() -> None:
    """Grade notebooks of tensor code with hidden tests that run outside the student's process."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit status; every failure is one sentence on stderr."""
    wants_traceback = TRACEBACK_OPTION in arguments
    args = [a for a in arguments if a != TRACEBACK_OPTION]
    try:
        status = cli.main(args=args, prog_name="notegrad", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _say("interrupted", EXIT_INTERRUPTED)
    except Exception as error:
        if wants_traceback:
            raise
        if isinstance(error, NotegradError):
            return _say(str(error), EXIT_USAGE if isinstance(error, InputError) else EXIT_FAULT)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        hint = f"run the same command with {TRACEBACK_OPTION} to see where"
        return _say(f"unexpected fault of notegrad itself ({what}); {hint}", EXIT_FAULT)
    return status if isinstance(status, int) else EXIT_OK


def main() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an accent must not end a run on a terminal without accents
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a machine that shuts down: as Ctrl-C
    sys.exit(run(sys.argv[1:]))


def _say(sentence: str, status: int) -> int:
    from notegrad.results.text import printable

    # The sentence may name a file that a stranger named.
    sentence = "\n".join(map(printable, sentence.split("\n")))
    click.echo(f"notegrad: {sentence}", err=True)
    return status
