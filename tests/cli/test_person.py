"""The language of the terminal: the person's where it is known, else the course's."""

from __future__ import annotations

import pytest

from notegrad.cli.main import COMMANDS, run
from notegrad.cli.person import asked_language, locale_language, person_language, speak, terminal_language
from notegrad.messages.typography import ascii_spaces


@pytest.fixture(autouse=True)
def _without_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("asked", "locale", "course", "spoken"),
    [
        ("", "", "fr", "fr"),
        ("", "C.UTF-8", "fr", "fr"),
        ("", "POSIX", "en", "en"),
        ("", "fr_FR.UTF-8", "en", "fr"),
        ("", "en_GB.UTF-8", "fr", "en"),
        ("", "de_DE.UTF-8", "fr", "en"),
        ("fr", "en_GB.UTF-8", "en", "fr"),
        ("en", "", "fr", "en"),
    ],
)
def test_what_is_said_of_a_course(
    monkeypatch: pytest.MonkeyPatch, asked: str, locale: str, course: str, spoken: str
) -> None:
    """An option goes before the locale; a server without a language speaks as the course does, and so do its faults."""
    monkeypatch.setenv("LANG", locale)
    found = asked_language(["grade", "tp1", *(["--lang", asked] if asked else [])])
    speak(found or locale_language(), is_asked=bool(found))
    assert terminal_language(course) == spoken
    assert person_language() == spoken


@pytest.mark.parametrize("name", [*COMMANDS, ""])
def test_every_command_takes_a_language(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Before a command or behind it, `--lang` makes its help, and what it says, that of the person."""
    for language, usage in (("fr", "Usage : notegrad"), ("en", "Usage: notegrad")):
        for line in ([name, "--lang", language, "--help"], ["--lang", language, name, "--help"]):
            assert run([word for word in line if word]) == 0
            said = ascii_spaces(capsys.readouterr().out)
            assert said.startswith(usage)
            assert "--lang [fr|en]" in said or "--lang [en|fr]" in said


def test_a_fault_is_said_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """A command that has no course to speak its language speaks that of the line."""
    assert run(["verify", "--lang", "fr", "--config", "nowhere.yml"]) == 2
    assert "n’existe pas" in ascii_spaces(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["grade", "--workers", "abc", "tp", "x", "--out", "y"], "« abc » n’est pas un nombre"),
        (["grade", "--csv", "de", "tp", "x", "--out", "y"], "« de » n’est pas parmi 'fr', 'en'"),
        (["regrade", "/nowhere"], "« /nowhere » n’existe pas"),
        (["regrade", __file__], "est un fichier"),
        (["build", "--nothing"], "Il n’y a pas d’option « --nothing »"),
        (["build", "--frozen=1"], "L’option « --frozen » ne prend pas de valeur"),
        (["build", "--config"], "L’option « --config » demande une valeur"),
        (["explain"], "Il manque l’argument"),
        (["frobnicate"], "Il n’y a pas de commande « frobnicate »"),
    ],
)
def test_a_wrong_line_is_told_in_french(
    capsys: pytest.CaptureFixture[str], line: list[str], said: str
) -> None:
    """Click's own words are French where ours are, and none of them is left in English."""
    assert run([*line, "--lang", "fr"] if line[-1] != "--config" else ["--lang", "fr", *line]) == 2
    told = ascii_spaces(capsys.readouterr().err)
    assert said in told
    assert not any(word in told.split() for word in ("Directory", "File", "integer", "is", "not", "option:"))
