"""Reads `overrides.yml`: marks given by hand, entry by entry, so that one with a fault costs no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import yaml

from notegrad.intake.shallow_yaml import compose_shallow_yaml
from notegrad.marks.moments import time_of
from notegrad.messages import translate
from notegrad.records import Record

OVERRIDES_FILE = "overrides.yml"
MAX_OVERRIDES_BYTES = 16 << 20
WHOLE = "whole"

_KEYS = ("student", "question", "points", "why", "by", "when")
_NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?")
MAX_PROBLEM_CHARS = 200


class OverrideEntry(Record, frozen=True, kw_only=True):
    """A mark given by hand, for one question or (`whole`) for all; `student` is as the file calls them.

    `line` is where the entry begins in the file.
    """

    student: str
    question: str
    points: float
    why: str
    by: str
    when: str
    line: int = 0


class ReadOverrides(Record, frozen=True, kw_only=True):
    """The entries that can be used, and a sentence on each other; `is_unusable`: not one could be read."""

    overrides: tuple[OverrideEntry, ...] = ()
    problems: tuple[str, ...] = ()
    is_unusable: bool = False


class _EntryError(ValueError):
    """A fault of one entry, as a sentence."""


def read_overrides(data: bytes, path: str, language: str) -> ReadOverrides:
    """The entries of the file's bytes; `path` is its name in sentences."""

    def unusable(key: str, **facts: object) -> ReadOverrides:
        return ReadOverrides(problems=(translate(key, language, path=path, **facts),), is_unusable=True)

    if len(data) > MAX_OVERRIDES_BYTES:
        return unusable("marks_too_large", mib=MAX_OVERRIDES_BYTES >> 20)
    try:
        tree = compose_shallow_yaml(data.decode("utf-8-sig"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())[:MAX_PROBLEM_CHARS]
        return unusable("marks_yaml", line=line, problem=problem)
    if tree is None or (isinstance(tree, yaml.ScalarNode) and not tree.value):
        return ReadOverrides()
    if not isinstance(tree, yaml.SequenceNode):
        return unusable("marks_no_list")
    found, problems = [], []
    for node in tree.value:
        line = node.start_mark.line + 1
        try:
            found.append(_override(_texts(node, language), line, language))
        except _EntryError as error:
            problems.append(translate("marks_entry", language, path=path, line=line, problem=error))
    return ReadOverrides(overrides=tuple(found), problems=tuple(problems))


def _texts(node: yaml.Node, language: str) -> dict[str, str]:
    """The texts of an entry by their keys. Raises _EntryError."""
    if not isinstance(node, yaml.MappingNode):
        raise _EntryError(translate("marks_no_entry", language))
    texts: dict[str, str] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
        if name not in _KEYS:
            raise _EntryError(translate("marks_key_unknown", language, name=name[:MAX_PROBLEM_CHARS]))
        if name in texts:
            raise _EntryError(translate("marks_key_twice", language, name=name))
        if not isinstance(value, yaml.ScalarNode):
            raise _EntryError(translate("marks_key_no_text", language, name=name))
        texts[name] = " ".join(str(value.value).split())
    return texts


def _override(texts: Mapping[str, str], line: int, language: str) -> OverrideEntry:
    """The entry. Raises _EntryError."""
    for key in _KEYS:
        if not texts.get(key):
            raise _EntryError(translate("marks_key_missing", language, name=key))
    points, when = texts["points"], texts["when"]
    if _NUMBER.fullmatch(points) is None:
        raise _EntryError(translate("marks_points", language, text=points))
    if not _is_day(when):
        raise _EntryError(translate("marks_when", language, text=when))
    return OverrideEntry(
        student=texts["student"],
        question=texts["question"],
        points=float(points.replace(",", ".")),
        why=texts["why"],
        by=texts["by"],
        when=when,
        line=line,
    )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return time_of(text) is not None
    return True
