"""The language of the person at the terminal, and the help and click's own words in it.

`--lang` on the line, else the locale's. A command's module names keys; what it says is put in when the
command is asked for, so that one process can speak to two people.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

import click
from click import core, decorators, exceptions, formatting, parser, types

LANGUAGES = ("fr", "en")
_LANGUAGE: ContextVar[str] = ContextVar("language of the person", default="")
_ASKED: ContextVar[str] = ContextVar("language that the command line asks for", default="")
_CLICK: tuple[Any, ...] = (core, decorators, exceptions, formatting, parser, types)


def asked_language(arguments: Sequence[str]) -> str:
    """The language that a command line asks for; empty where it asks for none."""
    for number, argument in enumerate(arguments):
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and number + 1 < len(arguments):
            value = arguments[number + 1]
        if value in LANGUAGES:
            return value
    return ""


def locale_language() -> str:
    """The language of the user's locale where we speak it, else English."""
    return _locale() or "en"


def _locale() -> str:
    """The language of the user's locale, English for one that we do not speak; empty where it has none."""
    value = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), "").lower()
    if value.partition(".")[0] in ("", "c", "posix"):
        return ""
    return "fr" if value.startswith("fr") else "en"


def speak(language: str, *, is_asked: bool = False) -> None:
    """Make `language` that of the person, who asked for it or has its locale, and click's too."""
    _LANGUAGE.set(language)
    _ASKED.set(language if is_asked else "")
    for module in _CLICK:
        if hasattr(module, "_"):
            module._ = word
        if hasattr(module, "ngettext"):
            module.ngettext = _words


def person_language() -> str:
    """The language of the person at the terminal."""
    return _LANGUAGE.get() or locale_language()


def terminal_language(course: str) -> str:
    """The language of what is said of a course: the person's, or where nothing tells it the course's.

    Servers often have a locale of no language, and a French teacher works there, too.
    """
    language = _ASKED.get() or _locale() or course
    _LANGUAGE.set(language)  # of what goes wrong later, too
    return language


def told(command: click.Command, name: str) -> click.Command:
    """A copy of a command that speaks the language of the person, and takes it; `name` is its module's."""
    from notegrad.messages import translate

    language = person_language()
    shown = copy.copy(command)
    shown.help = translate(f"about_{name}", language)
    params = command.params
    if not any("--lang" in param.opts for param in params):
        params = [*params, language_option()]
    shown.params = [_told_option(param, language) for param in params]
    return shown


def language_option() -> click.Option:
    """The option that says which language a person reads; `asked_language` read it from the line before."""
    return click.Option(["--lang"], type=click.Choice(LANGUAGES), expose_value=False, help="help_person_lang")


def _told_option(param: click.Parameter, language: str) -> click.Parameter:
    from notegrad.messages import ENGLISH, translate

    if not isinstance(param, click.Option) or param.help not in ENGLISH:
        return param
    shown = copy.copy(param)
    shown.help = translate(param.help, language)
    return shown


def word(english: str) -> str:
    """What click says, in the language of the person."""
    if person_language() == "en":
        return english
    from notegrad.messages import FRENCH
    from notegrad.messages.click_sentences import ENGLISH

    key = next((key for key, text in ENGLISH.items() if text == english), None)
    return FRENCH[key] if key else english


def _words(one: str, many: str, count: int) -> str:
    """What click says of one or many."""
    return word(one if count == 1 else many)
