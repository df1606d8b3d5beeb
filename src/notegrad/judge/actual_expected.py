"""Actual and expected of a failed expectation, apart, where the sentence on it tells both."""

from __future__ import annotations

import re

from notegrad.expect.sentences import Expectation
from notegrad.judge.error_sentences import NAMED_BY_STUDENTS
from notegrad.messages import Message
from notegrad.records import TestCase

NO_PAIR = ("", "")


def pair_told(case: TestCase, error: BaseException | None, fact: str, language: str) -> tuple[str, str]:
    """The pair of actual and expected that `fact`, a sentence for the student, tells; else two empty texts.

    Of a hidden test case the pair says nothing that the sentence withholds: each of the two stands in it as
    it is, and is no name that the student's code chose.
    """
    if not isinstance(error, Expectation) or (case.hidden and error.said.key in NAMED_BY_STUDENTS):
        return NO_PAIR
    facts = error.said.facts
    wanted = facts.get("expected", facts.get("former"))
    pair = (_text(facts.get("actual"), language), _text(wanted, language))
    return pair if all(_stands_in(text, fact) for text in pair) else NO_PAIR


def _text(fact: object, language: str) -> str:
    if fact is None:
        return ""
    return fact.text(language) if isinstance(fact, Message) else str(fact)


def _stands_in(text: str, fact: str) -> bool:
    return bool(text) and re.search(rf"(?<![\w.]){re.escape(text)}(?![\w])", fact) is not None
