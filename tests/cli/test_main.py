"""The command line: help at once, one sentence for every failure, exit statuses."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from notegrad import __version__
from notegrad.cli import main
from notegrad.cli.main import COMMANDS, run
from notegrad.errors import ConfigError, SandboxError
from notegrad.messages import translate
from notegrad.messages.typography import ascii_spaces


def test_help_names_every_command(capsys):
    """`notegrad --help` lists what there is, one line each."""
    assert run(["--help"]) == 0
    text = " ".join(capsys.readouterr().out.split())  # wherever a narrow terminal breaks a line
    for name in COMMANDS:
        assert name in text
        assert translate(f"line_{name.replace('-', '_')}", "en") in text


def test_help_is_said_in_the_language_of_the_person(monkeypatch, capsys):
    """A French locale reads French help, of a command, its options and click's own words; the next one English."""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert run(["explain", "--help"]) == 0
    french = capsys.readouterr().out
    assert "Usage :" in ascii_spaces(french)
    assert "par défaut celui du cours" in " ".join(french.split())
    assert run(["gradde"]) == 2
    assert "Il n’y a pas de commande" in capsys.readouterr().err
    monkeypatch.setenv("LC_ALL", "C")
    assert run(["explain", "--help"]) == 0
    assert "Usage: notegrad explain" in capsys.readouterr().out


def test_every_command_in_the_table_exists(capsys):
    """The table of lazy commands and their modules agree."""
    for name in COMMANDS:
        assert run([name, "--help"]) == 0
        assert f"notegrad {name}" in capsys.readouterr().out


def test_version(capsys):
    """`notegrad --version` says the package's version."""
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"notegrad {__version__}\n"


def test_module_is_the_command():
    """`python -m notegrad` is the command `notegrad`: the same words, the same exit statuses."""
    command = [sys.executable, "-m", "notegrad"]
    shown = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stdout) == (0, f"notegrad {__version__}\n")
    wrong = subprocess.run([*command, "gradde"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "Usage: notegrad " in wrong.stderr
    assert "did you mean 'grade'?" in wrong.stderr


@pytest.mark.parametrize(
    "code",
    [
        "import notegrad",
        "import notegrad.__main__",
        "from notegrad.cli.main import run; run(['--help'])",
    ],
)
def test_import_and_help_load_no_library_but_click(code):
    """Neither the import nor the help loads torch, otter, rich or numpy, nor any other library: help is there at once.

    What it costs in processor time is printed by `make bench`.
    """
    ours = ("notegrad", "click")
    probe = (
        "import sys\nbefore = set(sys.modules)\n"
        f"{code}\n"
        "loaded = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        f"sys.exit(' '.join(sorted(loaded - sys.stdlib_module_names - set({ours!r}))))"
    )
    ran = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=False)
    assert ran.stderr.strip() == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["gradde"], "There is no command 'gradde'; did you mean 'grade'?"),
        (["grade"], "Missing argument 'SLUG'"),
        (["grade", "tp0", "x.ipynb"], "Missing option '--out'"),
        (["grade", "tp0", "x.ipynb", "--out", "o", "--workers", "0"], "Invalid value for '--workers'"),
        (["build", "--nocheck"], "No such option"),
    ],
)
def test_bad_usage_has_status_2(capsys, args, said):
    """Wrong words on the command line are told on stderr, with click's status."""
    assert run(args) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ConfigError("here, that, do this"), 2, "notegrad: here, that, do this\n"),
        (SandboxError("no zygote"), 1, "notegrad: no zygote\n"),
        (KeyboardInterrupt(), 130, "notegrad: interrupted\n"),
    ],
)
def test_errors_become_one_sentence(monkeypatch, capsys, error, status, said):
    """The user's mistakes, our faults and Ctrl-C have their own statuses and no traceback."""
    fail(monkeypatch, error)
    assert run(["build"]) == status
    assert capsys.readouterr().err.strip().endswith(said.strip())


def test_unexpected_error_is_one_sentence_that_says_how_to_see_more(monkeypatch, capsys):
    """A bug of ours never shows a traceback, unless it is asked for."""
    fail(monkeypatch, ValueError("two\nlines"))
    assert run(["build"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ValueError: two lines" in said
    assert "--traceback" in said
    with pytest.raises(ValueError, match="two"):
        run(["build", "--traceback"])


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "rights of this file"),
        (errno.EROFS, "nothing can be written"),
        (errno.ENOSPC, "no room is left"),
    ],
)
@pytest.mark.parametrize(("names", "place"), [(("tp/x.ipynb",), "tp/x.ipynb"), ((), "a file")])
def test_what_the_system_refuses_is_no_fault_of_ours(number, said, names, place, monkeypatch, capsys):
    """No access, or no room on a disk: the file, why and what to do, not a fault of notegrad; French in French."""
    fail(monkeypatch, OSError(number, "refused", *names))
    assert run(["build"]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert place in told
    assert "unexpected" not in told
    assert told.count("\n") == 1
    assert run(["--lang", "fr", "build"]) == 1
    assert "erreur inattendue" not in capsys.readouterr().err


def fail(monkeypatch, error):
    """Make every command raise."""

    def invoke(*_args, **_options):
        raise error

    monkeypatch.setattr(main.cli, "main", invoke)
