"""An assignment is named by its slug, or by what a shell completes: its folder, its master, its zip."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notegrad.cli.main import run
from notegrad.cli.options import slug_of

SLUG = "tp1-tenseurs"


@pytest.mark.parametrize(
    "word",
    [
        SLUG,
        f"{SLUG}/",
        f"assignments/{SLUG}",
        f"assignments/{SLUG}/",
        f"./assignments/{SLUG}/{SLUG}.ipynb",
        f"assignments/{SLUG}/{SLUG}.md",
        f"student/{SLUG}",
        f"/somewhere/else/{SLUG}/",
    ],
)
def test_folder_and_master_name_the_assignment(word: str) -> None:
    """What Tab leaves on the line is the assignment that it leads to."""
    assert slug_of(word) == SLUG


def test_a_dot_is_the_folder_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who works in the folder of an assignment says so by a dot."""
    folder = tmp_path / "assignments" / SLUG
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert slug_of(".") == SLUG


@given(st.text(alphabet=string.printable + "éß/.", max_size=20))
def test_no_word_is_a_fault_of_ours(word: str) -> None:
    """Whatever stands there, a sentence names what was looked for, and nothing is unexpected."""
    slug = slug_of(word)
    assert "/" not in slug or slug == word


@pytest.mark.parametrize("command", ["build", "verify", "preview", "convert", "grade", "try"])
@pytest.mark.parametrize("word", ["/nowhere", "../x", "a/b", "", "."])
def test_an_assignment_that_is_not_there_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    word: str,
) -> None:
    """No command takes a path that leads nowhere for a fault of notegrad's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "otter_config.yml").write_text("language: fr\n", "utf-8")
    (tmp_path / "answer.py").write_text("x = 1\n", "utf-8")
    rest = {"grade": [".", "--out", "out"], "try": ["q1", "answer.py"]}.get(command, [])
    assert run([command, word, *rest, "--lang", "fr"]) == 2
    said = capsys.readouterr().err
    assert "assignments/" in said and "ValueError" not in said
