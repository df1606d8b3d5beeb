"""`answers.yml`: the right and wrong answers that an assignment's tests are held against."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import msgspec

from notegrad.course.yaml_document import YamlDocument
from notegrad.errors import InputError
from notegrad.messages import Message, suggestion
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
    case: the number of the test case that was made for the misconception, 0 where the author does not say;
        it must fail also where the answer's other defects are mended.
    mended: the same misconception without other defects, where mending the result's form is not enough.
    """

    id: str
    misconception: str
    code: str
    fails: tuple[int, ...]
    sometimes: tuple[int, ...] = ()
    case: int = 0
    mended: str = ""


class Equivalent(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mutant of the reference solution that the prompt allows, and why."""

    code: str
    reason: str


class QuestionAnswers(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answers that are known to one question; `course` is its id in the course's own list.

    prompt: why a kind of property is announced and not tried, or tried and not announced, by kind.
    """

    course: str = ""
    prompt: dict[str, str] = {}
    accepted: tuple[Accepted, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    equivalent: tuple[Equivalent, ...] = ()


_KINDS: dict[str, type[Record]] = {"accepted": Accepted, "rejected": Rejected, "equivalent": Equivalent}


def read_answers(folder: Path, shown: Path | None = None) -> dict[str, QuestionAnswers]:
    """The answers of the assignment in `folder`, by question; none where it has no such file.

    Sentences call the file `shown`. Raises InputError that names the line and the entry that cannot be used.
    """
    path = folder / ANSWERS_NAME
    shown = shown or path
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Message("cannot_read", shown=shown, error=error)) from None
    document = YamlDocument(text, shown)
    for key in document.data:
        if key != "questions":
            document.fail([key], Message("yaml_no_key", meant=suggestion(str(key), ["questions"])))
    questions = document.data.get("questions", {})
    if not isinstance(questions, dict):
        document.fail(["questions"], Message("answers_list_questions"))
    answers = {name: _read_question(document, name, value) for name, value in questions.items()}
    _check(answers, document)
    return answers


def _read_question(document: YamlDocument, name: str, value: Any) -> QuestionAnswers:
    where = ["questions", name]
    if not isinstance(value, dict):
        document.fail(where, Message("answers_three_keys"))
    document.refuse_unknown(value, QuestionAnswers, where)
    for kind, record in _KINDS.items():
        items = value.get(kind, [])
        if not isinstance(items, list):
            document.fail([*where, kind], Message("answers_no_list"))
        for number, item in enumerate(items, 1):
            place = [*where, kind, str(number)]
            if not isinstance(item, dict):
                document.fail(place, Message("yaml_keys_such", record=_first_keys(record)))
            document.refuse_unknown(item, record, place)
            missing = [f.name for f in msgspec.structs.fields(record) if f.required and f.name not in item]
            if missing:
                document.fail(
                    place, Message("answers_key_missing", missing=missing[0], record=_first_keys(record))
                )
            document.convert(item, record, place)
    return document.convert(value, QuestionAnswers, where)


def _first_keys(record: type[Record]) -> str:
    return ", ".join(f.name for f in msgspec.structs.fields(record) if f.required)


def _check(questions: dict[str, QuestionAnswers], document: YamlDocument) -> None:
    seen: set[str] = set()
    for name, question in questions.items():
        ids = {
            "accepted": [answer.id for answer in question.accepted],
            "rejected": [answer.id for answer in question.rejected],
        }
        for kind, found in ids.items():
            for number, id_ in enumerate(found, 1):
                if id_ in seen:
                    where = ["questions", name, kind, str(number), "id"]
                    document.fail(where, Message("answers_same_id", id=id_))
                seen.add(id_)
        for number, rejected in enumerate(question.rejected, 1):
            _check_cases(rejected, ["questions", name, "rejected", str(number)], document)
        codes = {
            "accepted": [answer.code for answer in question.accepted],
            "equivalent": [answer.code for answer in question.equivalent],
        }
        for kind, listed in codes.items():
            for number, code in enumerate(listed, 1):
                try:
                    ast.parse(code)
                except SyntaxError as error:
                    where = ["questions", name, kind, str(number), "code"]
                    document.fail(where, Message("answers_no_python", msg=error.msg, text=error.text))


def _check_cases(rejected: Rejected, where: list[str], document: YamlDocument) -> None:
    if not rejected.fails:
        document.fail([*where, "fails"], Message("answers_no_fails"))
    if rejected.case and rejected.case not in rejected.fails:
        document.fail([*where, "case"], Message("answers_case_not_failing", case=rejected.case))
