"""Sentences say of a student's exception its type, its line, and its text where that may be shown."""

from __future__ import annotations

import re

from notegrad.judge.hidden_messages import UNSAID, is_repeatable
from notegrad.judge.limit_sentences import explain
from notegrad.judge.repeatable_errors import Code, names_of_libraries
from notegrad.messages import Message, translate
from notegrad.records import Limits

MAX_TEXT_CHARACTERS = 400
_NO_CODE = Code()
_ENDS = frozenset({"SystemExit", "KeyboardInterrupt", "GeneratorExit"})
"""Exceptions of Python that a judge does not raise as they are."""
_WHERE_IN_C = re.compile(r"(?:^|(?<=: ))\[enforce fail at [^\]]*\] [^.]{0,40}\. ")
"""What torch's allocator says before its sentence."""


def said_of_error(error: BaseException, limits: Limits, language: str, code: Code, *, hidden: bool) -> str:
    """The sentence on what the student's code raised; `hidden`: while a hidden test case ran."""
    name = type_name(error, code, hidden=hidden)
    where = getattr(error, "__notegrad_where__", "")
    where = where if not hidden or where in code.lines else ""
    own = str(error).removeprefix(f"{name}: ")
    is_shown = not hidden or is_repeatable(error, code) or where in _raising(name, own)
    text = shortened(own) if is_shown else None
    limit = explain(f"{type_name(error)}: {error}", limits, language)
    if text is None and not limit:  # the limit says more than the text that is not shown
        said = translate("student_error_unsaid", language, type=name)
    elif text:
        said = translate("student_error", language, type=name, text=text)
    else:
        said = translate("student_error_bare", language, type=name)
    if where:
        said = f"{said} [{where}]"
    return f"{said} ({limit})" if limit else said


def _raising(name: str, text: str) -> tuple[str, str]:
    """The lines that say nothing but the text: who reads such a line has read it."""
    return f'raise {name}("{text}")', f"raise {name}('{text}')"


def type_name(error: BaseException, code: Code = _NO_CODE, *, hidden: bool = False) -> str:
    """The type's name; of a type that the student made while a hidden test ran, nothing but that."""
    own = getattr(error, "type_name", None)
    if own and (not hidden or own in code.words or own in _ENDS):
        return str(own)
    name = type(error).__name__
    return "Exception" if name == "StudentError" else name


def without_own_words(said: Message, cause: BaseException | None, code: Code) -> Message:
    """The facts of a failed expectation without what a student's code chose to say in a hidden test."""
    facts = dict(said.facts)
    if isinstance(facts.get("error"), Message) and cause is not None and not is_repeatable(cause, code):
        facts["error"] = Message("error_unsaid", type=type_name(cause, code, hidden=True))
    if said.key in NAMED_BY_STUDENTS:
        known = code.words | names_of_libraries()
        for fact in ("function", "actual"):
            if str(facts.get(fact, "")) not in known:
                facts[fact] = UNSAID
        if said.key in ("expect_function", "expect_method") and facts["function"] == UNSAID:
            return Message("expect_some_function", name=facts["name"])
    return Message(said.key, **facts)


NAMED_BY_STUDENTS = frozenset({"expect_type", "expect_function", "expect_method", "expect_several"})


def shortened(text: str, limit: int = MAX_TEXT_CHARACTERS) -> str:
    """A text in one line, no sentence of it twice, and cut after a whole word."""
    text = without_place_in_c(text.strip())
    lines = dict.fromkeys(" ".join(line.split()) for line in text.splitlines())
    return cut_at_word(" ".join(line for line in lines if line), limit)


def without_place_in_c(text: str) -> str:
    """What torch's allocator says, without the place in torch's own source before it."""
    return _WHERE_IN_C.sub("", text, count=1)


def cut_at_word(text: str, limit: int) -> str:
    """A text of one line, cut after the last whole word before the limit."""
    if len(text) <= limit:
        return text
    head, _, _ = text[:limit].rpartition(" ")
    return f"{(head or text[:limit]).rstrip(' ,;:(')} {UNSAID}"
