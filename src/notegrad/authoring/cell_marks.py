"""Marks of otter assign: the lines that begin and end its blocks, as otter reads them and as authors err."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Literal

from notegrad.records import Record

BLOCKS = ("question", "prompt", "solution", "tests")
CLOSENESS_MIN = 0.75  # of difflib's ratio: BEGN, SOLTUION and TEST are close to a mark's word; AND is not
MAX_TAIL_CHARACTERS = 2  # a name or number behind a mark: `# BEGIN QUESTION q2`

_AS_OTTER = {
    (edge, block): re.compile(rf"#\s+{edge}\s+{block}\s*", re.IGNORECASE)
    for edge in ("begin", "end")
    for block in BLOCKS
}
_CONFIG_AS_OTTER = re.compile(r"#\s+assignment\s+config\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_EDGES = {"BEGIN": "begin", "END": "end"}
_OTHER_EDGES = {"START": "begin", "DEBUT": "begin", "FIN": "end"}
_BLOCK_WORDS = {"QUESTION": "question", "PROMPT": "prompt", "SOLUTION": "solution", "TESTS": "tests"}
_COMMENT = re.compile(r"[\s`*>]*#")


class CellMark(Record, frozen=True, kw_only=True):
    """One mark: the beginning or the end of a block, or the head of the assignment's configuration."""

    edge: Literal["begin", "end", "config"]
    block: str

    @property
    def text(self) -> str:
        """The mark as it is to be written."""
        return "# ASSIGNMENT CONFIG" if self.edge == "config" else f"# {self.edge} {self.block}".upper()


def read_mark(line: str) -> CellMark | None:
    """Return the mark that otter sees in the first line of a raw cell."""
    if _CONFIG_AS_OTTER.match(line):
        return CellMark(edge="config", block="assignment")
    for (edge, block), pattern in _AS_OTTER.items():
        if pattern.match(line):
            return CellMark(edge="begin" if edge == "begin" else "end", block=block)
    return None


def intended_mark(line: str, *, raw: bool) -> CellMark | None:
    """Return the mark that a line is, or was probably meant to be.

    In a raw cell, where nothing else is expected, more is taken for a mark than in prose and code: there it
    begins with `#`, or is in capitals.
    """
    if line.lstrip().startswith("<!--"):  # otter's own comments around manual questions
        return None
    loud = line == line.upper()
    if not (raw or loud or _COMMENT.match(line)):
        return None
    words = plain_words(line)
    if words[2:] == ["NO", "PROMPT"] or (len(words) == 3 and len(words[2]) <= MAX_TAIL_CHARACTERS):
        words = words[:2]
    if len(words) == 1:
        words = _split(words[0])
    if len(words) != 2:
        return None
    if is_close(words[0], ("ASSIGNMENT",)) and is_close(words[1], ("CONFIG", "CONFIGURATION")):
        return CellMark(edge="config", block="assignment")
    edges = {**_ENGLISH_EDGES, **_OTHER_EDGES} if raw or loud else _ENGLISH_EDGES
    edge, block = _closest(words[0], edges), _closest(words[1], _BLOCK_WORDS)
    if edge is None or block is None:
        return None
    return CellMark(edge="begin" if edge == "begin" else "end", block=block)


def is_test_config_mark(line: str, edge: Literal["begin", "end"]) -> bool:
    """Whether a line of a test cell is, or was meant to be, the mark around its configuration."""
    words = plain_words(line)
    if len(words) == 1:
        words = [word for word in re.split(r"(BEGIN|END|TEST)", words[0]) if word]
    if not 2 <= len(words) <= 3 or not is_close(words[-1], ("CONFIG", "CONFIGURATION")):
        return False
    edges = tuple(word for word, meant in {**_ENGLISH_EDGES, **_OTHER_EDGES}.items() if meant == edge)
    if is_close(words[0], edges):
        return len(words) == 2 or is_close(words[1], ("TEST", "TESTS"))
    return edge == "begin" and len(words) == 2 and is_close(words[0], ("TEST", "TESTS"))


def is_close(word: str, known: tuple[str, ...]) -> bool:
    """Whether a word is one of those known, or a misspelling of one."""
    return bool(difflib.get_close_matches(word, known, n=1, cutoff=CLOSENESS_MIN))


def _closest(word: str, known: dict[str, str]) -> str | None:
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=CLOSENESS_MIN)
    return known[found[0]] if found else None


def _split(word: str) -> list[str]:
    """Part two words that were written as one: BEGINQUESTION."""
    for edge in (*_ENGLISH_EDGES, "ASSIGNMENT"):
        if word.startswith(edge) and len(word) > len(edge):
            return [edge, word.removeprefix(edge)]
    return [word]


def plain_words(line: str) -> list[str]:
    """The words of a line in capitals and without accents; digits and signs do not count."""
    plain = unicodedata.normalize("NFKD", line.upper())
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
