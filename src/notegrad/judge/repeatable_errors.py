"""A hidden test case repeats the text of a student's exception only where a library wrote it.

Student code sees the inputs of hidden test cases, and an exception may say anything: repeated word for word
it would carry them out. What Python, NumPy and torch say themselves is repeated, with a few small numbers
(sizes, axes) and with names that stand in the student's own code; of all else only the type. Staff read
everything.
"""

from __future__ import annotations

import builtins
import functools
import re
from collections.abc import Collection, Iterable
from importlib import resources

import numpy as np
import torch

from notegrad.records import Record

MAX_NUMBERS = 16
MAX_TEXT_CHARS = 600
MAX_FREE_CHARS = 300
MAX_FREE_WORDS = 40
MAX_FREE_NUMBERS = 8
MAX_FREE_DIGITS = 4
_FREE = re.compile(r"[ -~\n]*")
MAX_LINE_CHARS = 200  # as the mirror cuts them
_NUMBER = r"-?\d{1,4}"
_NODE_END = re.compile(r"Backward[0-9]$")
_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
WORD = re.compile(r"\b[^\W\d]\w*")

_PARTS = {
    "N": _NUMBER,
    "SIZE": rf"(?:torch\.Size\()?[\[(]?(?:{_NUMBER}(?:(?:, ?| ?x ?){_NUMBER}){{0,8}},?)?[\])]?\)?",
    "NAME": r"[^\W\d]\w{0,40}",
    "CALL": r"(?:[^\W\d]\w{0,40}\.(?:<locals>\.)?)*(?:[^\W\d]\w{0,40}|<lambda>)\(\)",
    "TYPE": r"(?:[^\W\d]\w{0,30}\.){0,3}[^\W\d]\w{0,30}",
    "NAMES": r"'[^\W\d]\w{0,40}'(?:,? (?:and )?'[^\W\d]\w{0,40}'){0,5}",
    "OP": r"[-+*/%@&|^<>=!~]{1,3}(?: or \w{3,4}\(\))?|\*\* or pow\(\)",
}


def _compiled(known: Iterable[str]) -> re.Pattern[str]:
    parts = re.compile(r"\b(" + "|".join(sorted(_PARTS, key=len, reverse=True)) + r")(?=\b|D\b)")
    return re.compile("|".join(f"(?:{parts.sub(lambda m: f'(?:{_PARTS[m[1]]})', text)})" for text in known))


_LINES = (resources.files("notegrad.judge") / "library_errors.txt").read_text("utf-8").splitlines()
_KNOWN = [line for line in _LINES if line and line[0] not in "#="]
_PATTERN = _compiled(_KNOWN)
_WORDS = (resources.files("notegrad.judge") / "library_words.txt").read_text("utf-8").splitlines()
VOCABULARY = frozenset(WORD.findall(" ".join(line for line in (*_LINES, *_WORDS) if line[:1] != "#")))


class Code(Record, frozen=True, kw_only=True):
    """The words and lines of a notebook's code cells, which no message can give away."""

    words: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()


def code_of(cells: Collection[str]) -> Code:
    """The words and the lines of these cells."""
    lines = frozenset(line.strip()[:MAX_LINE_CHARS] for cell in cells for line in cell.splitlines())
    return Code(words=frozenset(word for cell in cells for word in WORD.findall(cell)), lines=lines)


def repeatable(text: str, code: Code, *, is_of_library: bool = False) -> str | None:
    """The text where a library wrote it about this student's code; None where it may say something else.

    Of what the notebook's process says that a library raised (`is_of_library`), which may be a lie, a text in
    few words that libraries use and few small numbers is repeated, too.
    """
    text = text.strip()
    if not text:
        return ""
    if is_of_library and _says_little(text, code):
        return text
    if len(text) > MAX_TEXT_CHARS or not _PATTERN.fullmatch(text):
        return None
    if len(re.findall(r"\d+", text)) > MAX_NUMBERS:
        return None
    said = {word for word in WORD.findall(text) if len(word) > 1 and not _is_node(word)}
    return text if said <= code.words | VOCABULARY else None


def _says_little(text: str, code: Code) -> bool:
    """Whether a text could carry no more out than the known ones: words that are known, and few numbers."""
    words = WORD.findall(text)
    numbers = re.findall(r"\d+", text)
    known = code.words | VOCABULARY | names_of_libraries()
    return (
        len(text) <= MAX_FREE_CHARS
        and len(words) <= MAX_FREE_WORDS
        and len(numbers) <= MAX_FREE_NUMBERS
        and all(len(number) <= MAX_FREE_DIGITS for number in numbers)
        and _FREE.fullmatch(text) is not None
        and all(len(word) == 1 or _is_node(word) or word in known for word in words)
    )


@functools.cache
def names_of_libraries() -> frozenset[str]:
    """Names of Python, torch and NumPy: types, functions, dtypes, devices."""
    kinds = (builtins, torch, np, torch.nn, torch.return_types, torch.Tensor, np.ndarray)
    return frozenset(name for kind in kinds for name in dir(kind)) | {
        *("NoneType", "Stub", "StudentError", "module", "cpu", "cuda", "meta", "sim", "nan", "inf"),
    }


@functools.lru_cache(maxsize=1_000)
def _is_node(word: str) -> bool:
    """Whether it is a node of torch's graph, such as MulBackward0, or AsStrided where it is a view's."""
    name = _NODE_END.sub("", word)
    words = _INNER_CAPITAL.sub(" ", name).lower().split()
    is_so_written = "".join(map(str.capitalize, words)) == name
    return is_so_written and any(hasattr(kind, "_".join(words)) for kind in (torch, torch.Tensor))
