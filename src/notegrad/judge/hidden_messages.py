"""Messages on hidden test cases, of which nothing is what the student’s own code chose to say while it ran.

Student code sees the inputs of hidden test cases, and chooses the names of types, the text of errors and of
results and the sizes of shapes, which messages repeat. Of these a message keeps words of the student's
notebook, of libraries, of the test and of `notegrad.expect`, texts that stand in the notebook, and short
shapes and numbers. The name of a type is never a word of the test alone: it may be a hidden input.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

from notegrad.judge.parsed_tests import nodes_of, once_a_source
from notegrad.judge.repeatable_errors import VOCABULARY, WORD, Code, names_of_libraries, repeatable
from notegrad.messages import expect_sentences
from notegrad.messages.typography import french
from notegrad.mirror.objects.exceptions import is_of_library, is_remote

UNSAID = "…"
MAX_DIMENSIONS = 8
MAX_SIZE_DIGITS = 6
MAX_DIGITS = 17
MAX_NUMBERS = 24
_QUOTED = re.compile(r"(?<!\w)'[^'\n]*'(?!\w)|(?<!\w)\"[^\"\n]*\"(?!\w)")
_TYPE = re.compile(r"(?:(?<=est de type )|(?<=is of type ))(\w+)")
_SHAPE = re.compile(r"([(\[])(-?\d+(?:, -?\d+)*)(,?[)\]])")
_DIGITS = re.compile(r"\d+")
_FEW_DIGITS = re.compile(r"\d{1,2}$")


def said_of_hidden(text: str, error: BaseException | None, code: Code, source: str) -> str:
    """What may be said of a hidden test case of the test file `source`; `error` is what it raised."""
    text = _without_errors(text, error, code)
    texts = f"{_texts(source)}\n{_texts_of_sentences()}"
    text = _QUOTED.sub(lambda m: m[0] if m[0] in texts or _stands_in(m[0][1:-1], code) else UNSAID, text)
    of_types = code.words | names_of_libraries()
    text = _TYPE.sub(lambda m: m[0] if m[1] in of_types else m[0].replace(m[1], UNSAID), text)
    known = of_types | VOCABULARY | _words_of("notegrad.expect") | _words_of_sentences() | _words(source)
    text = WORD.sub(lambda m: m[0] if _is_known(m[0], known) else UNSAID, text)
    text = _SHAPE.sub(_short_shape, text)
    return _few_numbers(text)


def _without_errors(text: str, error: BaseException | None, code: Code) -> str:
    """The text without what the student's errors, from which the test's own comes, say in their own words."""
    for cause in _causes(error):
        if is_remote(cause) and not is_repeatable(cause, code):
            for said in {str(cause), *str(cause).splitlines()}:
                text = text.replace(said[:200], UNSAID) if said.strip() else text
    return text


def is_repeatable(error: BaseException, code: Code) -> bool:
    """Whether what a student's error says may be repeated of a hidden test case."""
    return repeatable(str(error), code, is_of_library=is_of_library(error)) is not None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(16):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


@once_a_source
def _texts(source: str) -> str:
    """The texts in a test file, a line each: what its sentences are made of."""
    return "\n".join(
        node.value
        for node in nodes_of(source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _stands_in(text: str, code: Code) -> bool:
    return text in code.words or any(text in line for line in code.lines)


def _is_known(word: str, known: frozenset[str]) -> bool:
    """Whether a word is known, or one that is with a small number after it, as tests name what they count."""
    return len(word) == 1 or word in known or _FEW_DIGITS.sub("", word) in known


def _short_shape(found: re.Match[str]) -> str:
    sizes = found[2].split(", ")
    shown = [size if len(size) <= MAX_SIZE_DIGITS else UNSAID for size in sizes[:MAX_DIMENSIONS]]
    return found[1] + ", ".join([*shown, *([UNSAID] if len(sizes) > MAX_DIMENSIONS else [])]) + found[3]


def _few_numbers(text: str) -> str:
    seen = 0

    def short(found: re.Match[str]) -> str:
        nonlocal seen
        seen += 1
        if seen > MAX_NUMBERS:
            return UNSAID
        return found[0] if len(found[0]) <= MAX_DIGITS else found[0][:MAX_DIGITS] + UNSAID

    return _DIGITS.sub(short, text)


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text))


def _sources(folder: Traversable) -> Iterator[str]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _sources(item)
        elif item.name.endswith(".py"):
            yield item.read_text("utf-8")


@functools.cache
def _words_of(package: str) -> frozenset[str]:
    return frozenset[str]().union(*map(_words, _sources(resources.files(package))))


@functools.cache
def _texts_of_sentences() -> str:
    """The sentences of `notegrad.expect` in all languages, a line each."""
    return "\n".join(
        french(text)
        for catalogue in (expect_sentences.FRENCH, expect_sentences.ENGLISH)
        for text in catalogue.values()
    )


@functools.cache
def _words_of_sentences() -> frozenset[str]:
    return _words(_texts_of_sentences())


def load() -> None:
    """Read once what the messages of every submission are compared with."""
    names_of_libraries(), _words_of_sentences(), _words_of("notegrad.expect")
