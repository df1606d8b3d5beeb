"""`answers.yml`: the right and wrong answers that an assignment's tests are held against."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import msgspec
import yaml

from notegrad.errors import InputError
from notegrad.records import Record

ANSWERS_NAME = "answers.yml"


class Accepted(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A right answer: it must pass every test case of its question."""

    id: str
    code: str


class Rejected(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wrong answer; `fails` are the numbers of the test cases that fail, and the only ones.

    sometimes: those that may fail as well, by what lies in uninitialised memory or by
        where tests run (otter's own run in the student's process).
    """

    id: str
    misconception: str
    code: str
    fails: tuple[int, ...]
    sometimes: tuple[int, ...] = ()


class Equivalent(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mutant of the reference solution that the prompt allows, and why."""

    code: str
    reason: str


class QuestionAnswers(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers that are known to one question; `course` is its id in the course's own list."""

    course: str = ""
    accepted: tuple[Accepted, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    equivalent: tuple[Equivalent, ...] = ()


class _Document(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    questions: dict[str, QuestionAnswers]


def read_answers(folder: Path) -> dict[str, QuestionAnswers]:
    """The answers of the assignment in `folder`, by question.

    Raises InputError that says which entry cannot be used.
    """
    path = folder / ANSWERS_NAME
    try:
        document: Any = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: list there the answers to accept and to reject") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    try:
        questions = msgspec.convert(document, _Document).questions
    except msgspec.ValidationError as error:
        raise InputError(f"{path}: {error}") from None
    _check(questions, path)
    return questions


def _check(questions: dict[str, QuestionAnswers], path: Path) -> None:
    seen: set[str] = set()
    for name, question in questions.items():
        for id_ in [*(a.id for a in question.accepted), *(r.id for r in question.rejected)]:
            if id_ in seen:
                raise InputError(f"{path}: {name}: two answers are called {id_!r}; give each its own id")
            seen.add(id_)
        for rejected in question.rejected:
            if not rejected.fails:
                raise InputError(
                    f"{path}: {rejected.id}: `fails` is empty; name the test cases that must fail"
                )
        for code in [*(a.code for a in question.accepted), *(e.code for e in question.equivalent)]:
            try:
                ast.parse(code)
            except SyntaxError as error:
                raise InputError(
                    f"{path}: {name}: an accepted answer is no Python ({error.msg}): {error.text}"
                ) from None
