"""A grader's failure travels as a key with facts, and is a sentence only where somebody reads it."""

from __future__ import annotations

import msgspec
import pytest

from notegrad.batch.engines.grader_protocol import Failed, Message, failed, sentence_of
from notegrad.errors import InputError, SandboxError
from notegrad.messages import Message as Said
from notegrad.messages import listed


def through_the_pipe(failure: Failed) -> Failed:
    return msgspec.msgpack.decode(msgspec.msgpack.encode(failure), type=Message)


def test_numbers_and_sentences_within_sentences_arrive() -> None:
    """A number keeps its form, a list of names and an error among the facts speak the language around them."""
    late = through_the_pipe(failed("grader_late", limit_s=12.5))
    assert late.said.text("fr") == "le correcteur n’a pas répondu en 12.5 s et a été arrêté"
    assert late.error == "the grader did not answer within 12.5 s and was stopped"
    inner = InputError(Said("set_aside", names=listed(f"n{i}" for i in range(8))))
    outer = through_the_pipe(failed("no_grader_starts", count=3, why=inner))
    assert "n4 et 3 autres" in outer.said.text("fr")
    assert "n4 and 3 more" in outer.error


@pytest.mark.parametrize("error", [SandboxError("the kernel says \udcff no"), "x" * 5_000])
def test_texts_of_others_arrive_as_they_can(error: object) -> None:
    """What is none of ours is carried as it is, without what UTF-8 cannot carry, and not without end."""
    arrived = through_the_pipe(Failed(sentence=sentence_of(error)))
    assert 0 < len(arrived.error) <= 1_000
    assert arrived.error[:5] == str(error)[:5]
