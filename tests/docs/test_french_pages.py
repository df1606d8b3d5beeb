"""French pages say what is there: the commands, the words of the upload page, and French as it is printed."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shlex
from pathlib import Path

import click
import pytest

from notegrad import messages
from notegrad.cli.main import COMMANDS
from notegrad.messages.typography import ascii_spaces, faults

ROOT = Path(__file__).parents[2]
FRENCH = [
    Path("README.fr.md"),
    *sorted(path.relative_to(ROOT) for path in (ROOT / "docs" / "fr").glob("*.md")),
]
BY_HAND = [page for page in FRENCH if page.name != "retours.md"]  # it quotes students and torch
WITH_LABELS = [Path("docs/fr/depot.md"), Path("docs/fr/lms.md")]
WITH_COMMANDS = [Path("README.md"), *BY_HAND]

CODE = re.compile(r"^ *(`{3,}).*?^ *\1 *$|`[^`\n]+`|\]\([^)]*\)", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^ *(`{3,})\w*\n(.*?)^ *\1 *$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^ *(?:\$ )?(notegrad [^#\n]+)", re.MULTILINE)
LABEL = re.compile(r"(?<!\*)\*([^*\n]+)\*(?!\*)")


def prose(page: Path) -> str:
    return CODE.sub("`", (ROOT / page).read_text("utf-8"))


def sentences_of_the_pages() -> set[str]:
    modules = (
        importlib.import_module(found.name)
        for found in pkgutil.iter_modules(messages.__path__, "notegrad.messages.")
    )
    return {ascii_spaces(str(text)) for module in modules for text in getattr(module, "FRENCH", {}).values()}


def options_of(name: str) -> set[str]:
    assert name in COMMANDS, f"there is no command notegrad {name}"
    command: click.Command = importlib.import_module(f"notegrad.cli.{COMMANDS[name]}").command
    return {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}


@pytest.mark.parametrize("page", BY_HAND, ids=str)
def test_french_is_set_as_it_is_printed(page: Path):
    """A page for French teachers has no-break spaces before `: ; ! ? »`, and curved apostrophes."""
    assert faults(prose(page)) == []


@pytest.mark.parametrize("page", WITH_LABELS, ids=str)
def test_words_of_the_upload_page_are_its_own(page: Path):
    """What a page shows in italics is what a teacher finds on the screen, in the same letters."""
    labels = [ascii_spaces(label) for label in LABEL.findall(prose(page))]
    assert len(labels) > 10
    known = sentences_of_the_pages()
    shown = known | {sentence.split(" : ")[0] for sentence in known}
    assert [label for label in labels if label not in shown] == []


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=str)
def test_commands_are_there(page: Path):
    """A command that a page shows exists, with the options that are shown."""
    text = (ROOT / page).read_text("utf-8")
    shown = "\n".join(fenced or inline for _, fenced, inline in SHOWN.findall(text))
    for line in COMMAND.findall(shown):
        name, *words = shlex.split(line)[1:]
        if name.islower() and not name.startswith("-"):
            options = {word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)}
            assert options <= options_of(name), line
