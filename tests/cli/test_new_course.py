"""A new course: from an empty folder to a graded class with the commands that the page shows."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from notegrad.authoring.documentation import TOPICS
from notegrad.cli.main import run
from tests.programs.first_day import NAMES, session, unpacked_wheel
from tests.programs.first_day import follow as follow_apart


def follow(commands: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    for words in commands:
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
        else:
            assert run(words[1:]) == 0, words


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", NAMES)
def test_the_page_s_session_ends_with_a_graded_class(language, tmp_path, monkeypatch):
    """New, build, verify and grade succeed one after the other; right, wrong and missing answers are told apart."""
    monkeypatch.chdir(tmp_path)
    follow(session(language), monkeypatch)
    slug = NAMES[language][1]
    with Path(f"out/{slug}/gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=";" if language == "fr" else ",")
        scores = {row["id"]: row["score"] for row in rows}
    assert scores == {"ada": "4", "blaise": "0", "chloe": "2"}


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    """A folder that an ordinary user gets to, as pytest's own are root's alone where root runs it."""
    with tempfile.TemporaryDirectory(prefix="notegrad-day-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", NAMES)
def test_the_page_s_session_runs_from_the_wheel_alone(language, reachable_folder):
    """The same commands, each a process of its own, with nothing of this repository but what the wheel holds."""
    installed = unpacked_wheel(reachable_folder)
    start = reachable_folder / "empty"
    start.mkdir()
    told = list(follow_apart(session(language), start, installed))
    assert [command.split()[1] for command, _, _ in told] == ["new", "build", "verify", "grade"]
    course, slug = NAMES[language]
    assert (start / course / "out" / slug / "gradebook.csv").is_file()
    assert (start / course / "out" / slug / "results/ada/feedback.html").is_file()


@pytest.mark.parametrize("language", NAMES)
def test_a_new_course_and_one_more_assignment_are_built(language, tmp_path, monkeypatch, capsys):
    """Both assignments have bundles without a word of advice, and a second build changes nothing."""
    monkeypatch.chdir(tmp_path)
    follow(session(language)[:2], monkeypatch)
    assert run(["add", "suite"]) == 0
    capsys.readouterr()
    assert run(["build", "--no-check"]) == 0
    said = capsys.readouterr()
    assert said.out.count("2 questions, 4 test cases, 2 of them hidden") == 2
    assert said.err == ""
    assert run(["build", "--no-check", "--frozen"]) == 0


@pytest.mark.parametrize(
    ("locale", "expected"), [("fr_FR.UTF-8", "tp1"), ("fr", "tp1"), ("en_GB.UTF-8", "hw1"), ("C", "hw1")]
)
def test_the_language_is_the_locale_s(locale, expected, tmp_path, monkeypatch):
    """Who works in French gets a French course without an option."""
    monkeypatch.setenv("LC_ALL", locale)
    assert run(["new", str(tmp_path / "c")]) == 0
    assert os.listdir(tmp_path / "c/assignments") == [expected]


def test_nothing_that_is_there_is_written_over(tmp_path, monkeypatch, capsys):
    """A folder with something in it, an assignment that exists and a name for no folder are refused."""
    monkeypatch.chdir(tmp_path)
    assert run(["new", "c", "--lang", "en"]) == 0
    before = {p: p.read_bytes() for p in Path("c").rglob("*") if p.is_file()}
    assert run(["new", "c", "--lang", "en"]) == 2
    assert "not empty" in capsys.readouterr().err
    monkeypatch.chdir("c")
    assert run(["add", "hw1"]) == 2
    assert "is there already" in capsys.readouterr().err
    for name in ("../x", "Mon TP", "a/b", ""):
        assert run(["add", name]) == 2
        assert "cannot name an assignment" in capsys.readouterr().err
    monkeypatch.chdir("..")
    assert {p: p.read_bytes() for p in Path("c").rglob("*") if p.is_file()} == before


def test_pages_are_listed_and_printed(capsys):
    """Each topic has a title in the list and a page behind it; a misspelt one is suggested."""
    assert run(["docs"]) == 0
    listed = capsys.readouterr().out
    for topic in TOPICS:
        assert re.search(rf"^  {topic} +\S", listed, re.MULTILINE), topic
    assert run(["docs", "authoring"]) == 0
    assert "## What the build refuses" in capsys.readouterr().out
    assert run(["docs", "autoring"]) == 2
    assert "did you mean 'authoring'" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["md", "py"])
@pytest.mark.parametrize("language", NAMES)
def test_a_new_course_may_be_plain_text(language, form, tmp_path, monkeypatch):
    """Both assignments of a text course are text of that form, and are built as notebooks are."""
    monkeypatch.chdir(tmp_path)
    course, slug = NAMES[language]
    assert run(["new", course, "--lang", language, "--text", form]) == 0
    monkeypatch.chdir(course)
    assert run(["add", "suite", "--text", form]) == 0
    assert sorted(path.name for path in Path("assignments").glob("*/*.*")) == sorted(
        ["answers.yml", "answers.yml", f"{slug}.{form}", f"suite.{form}"]
    )
    assert run(["build"]) == 0
    assert Path(f"student/{slug}/{slug}.ipynb").is_file()
