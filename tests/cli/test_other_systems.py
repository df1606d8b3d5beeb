"""On a system that is not Linux: what grades says so at once, what only reads and writes files works."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import msgspec
import pytest

from notegrad.batch.class_file import CLASS_FILE
from notegrad.cli.main import run
from notegrad.records import ClassList, GradingResult, Handed, RosterEntry
from notegrad.results.writer import record_path, write_atomically, write_result

FRENCH = (
    "notegrad: notegrad ne corrige que sous Linux, et ce système est {}\xa0: sous Windows servez-vous de WSL, "
    "ailleurs du conteneur de correction (docs/container.md)\n"
)
ENGLISH = (
    "notegrad: notegrad grades on Linux only, and this is {}: use WSL on Windows, or the grading container "
    "elsewhere (docs/container.md)\n"
)
GRADES = {
    "build": ["build"],
    "verify": ["verify", "tp0"],
    "grade": ["grade", "tp0", "copies", "--out", "out"],
    "regrade": ["regrade", "graded"],
    "gradescope": ["gradescope"],
    "doctor": ["doctor", "--json"],
}


@pytest.fixture
def on_system(course, monkeypatch, capsys):
    """Run a command in the course as if on that system; gives status and what stderr says."""
    monkeypatch.chdir(course.root)
    (course.root / "graded").mkdir()

    def call(system, arguments):
        monkeypatch.setattr(sys, "platform", system)
        status = run(arguments)
        captured = capsys.readouterr()
        assert captured.out == ""
        return status, captured.err

    return call


@pytest.mark.parametrize("arguments", [pytest.param(words, id=name) for name, words in GRADES.items()])
def test_what_grades_says_so_in_one_sentence_before_anything_else(on_system, course, arguments):
    """The sentence names the system and the way out; nothing is built, read or written first."""
    before = sorted(course.root.rglob("*"))
    assert on_system("darwin", arguments) == (2, FRENCH.format("macOS"))
    assert sorted(course.root.rglob("*")) == before


@pytest.mark.parametrize(
    ("text", "said"),
    [("language: en\n", ENGLISH), ("language: fr\n", FRENCH), ("langage: fr\n", ENGLISH)],
)
def test_sentence_is_in_the_language_of_the_course(on_system, course, text, said):
    """A configuration that cannot be read does not hide the sentence; the command line speaks English then."""
    course.config.write_text(text, encoding="utf-8")
    assert on_system("win32", ["doctor"]) == (2, said.format("Windows"))
    assert on_system("freebsd15", ["doctor", "--config", str(course.config)]) == (2, said.format("freebsd15"))


def test_help_is_there_on_every_system(monkeypatch, capsys):
    """Who reads the help of a command on another system is not sent away."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert run(["grade", "--help"]) == 0
    assert "notegrad grade" in capsys.readouterr().out


# Python's modules and functions of one system, taken from our modules; other libraries have their own ways.
ELSEWHERE = textwrap.dedent("""
    import builtins, json, os, sys
    import click, jupytext, msgspec, otter.assign, rich.console, yaml  # of which some import what is theirs on Linux

    LINUX_ONLY = {"fcntl", "grp", "pwd", "resource", "termios"}
    imports = builtins.__import__

    def without_linux(name, globals=None, locals=None, fromlist=(), level=0):
        if name in LINUX_ONLY and (globals or {}).get("__name__", "").startswith("notegrad"):
            raise ImportError(f"{globals['__name__']} needs {name}")
        return imports(name, globals, locals, fromlist, level)

    builtins.__import__ = without_linux
    for name in ("O_DIRECTORY", "memfd_create", "pidfd_open", "sched_getaffinity"):
        delattr(os, name)
    sys.platform = "darwin"
    from notegrad.cli.main import COMMANDS, run

    for name in COMMANDS:
        assert run([name, "--help"]) == 0, name
    statuses = {words[0]: run(words) for words in json.loads(sys.argv[1])}
    rooms = {module.split(".")[1] for module in sys.modules if module.startswith("notegrad.")}
    assert not rooms & {"grading", "judge", "mirror", "sandbox"}, rooms
    assert set(statuses.values()) <= {0, 4}, statuses  # 4: `explain` finds that versions differ
""")


def test_files_are_built_explained_and_given_back_on_every_system(course):
    """`build --no-check`, `gradebook` and `explain` need nothing that only Linux has."""
    out = course.root / "out"
    facts = {"submission": "zoé", "student": "Zoé", "assignment": "tp0", "status": "graded"}
    result = GradingResult(**facts, score=2.0, max_score=3.0, questions=(), versions={"notegrad": "0"})
    kept = {"fingerprint": "", "result": msgspec.to_builtins(result)}
    write_atomically(out / record_path("zoé"), msgspec.json.encode(kept))
    handed = Handed(submission="zoé", students=(RosterEntry(name="Zoé"),))
    class_list = ClassList(platform="folder", attempts="latest", handed=(handed,))
    write_atomically(out / CLASS_FILE, msgspec.json.encode(class_list))
    commands = [
        ["build", "--no-check"],
        ["gradebook", str(out), "--to", "csv"],
        ["explain", str(write_result(out, result))],
    ]
    ran = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, json.dumps(commands)],
        cwd=course.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert (course.root / "autograder" / "tp0.zip").is_file()
    assert "Zoé" in (out / "grades-csv.csv").read_text(encoding="utf-8-sig")
    assert "tp0 / zoé: graded" in ran.stdout
