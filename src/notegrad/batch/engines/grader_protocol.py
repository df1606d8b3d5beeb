"""The messages between a grader process and its parent: msgspec's binary format, strictly typed."""

from __future__ import annotations

from typing import Any, Literal

from notegrad import messages
from notegrad.errors import NotegradError
from notegrad.grading.devices import DeviceShare
from notegrad.records import GradingResult, Record, Submission
from notegrad.settings import AssignmentSettings

DEFAULT_FACTORY = "notegrad.batch.engines.grader_main:open_grader"
MAX_LOG_CHARS = 4_000
MAX_ERROR_CHARS = 1_000  # of a sentence


class GraderSetup(Record, frozen=True, kw_only=True):
    """The setup of a grader process; `factory` is the `module:function` that it calls for its grader.

    `hidden_paths`: what student code must not find, besides the bundle; for the default factory.
    `settings`: instead of the bundle's, for the default factory; None: the bundle's own.
    `device_share` None: the bundle's device, and a factory that need not know of devices. `parent_pid`: the
    process whose main thread started it, and with which it is killed, however that one ends; 0: it ends
    when the pipe is closed, after the submission that it has.
    """

    bundle_path: str
    unsafe: bool = False
    factory: str = DEFAULT_FACTORY
    device_share: DeviceShare | None = None
    hidden_paths: tuple[str, ...] = ()
    parent_pid: int = 0
    settings: AssignmentSettings | None = None


class GradingJob(Record, frozen=True, kw_only=True):
    """One submission to grade; `only` names the questions to judge, None means all."""

    submission: Submission
    only: tuple[str, ...] | None = None


class GraderReady(Record, frozen=True, kw_only=True, tag=True):
    """The grader stands; `blank` is its result for a submission that cannot be read."""

    blank: GradingResult


class Graded(Record, frozen=True, kw_only=True, tag=True):
    """A submission's result."""

    result: GradingResult


class Sentence(Record, frozen=True, kw_only=True):
    """A sentence on its way to whoever has a language: a key with facts, or a text that is none of ours."""

    key: str = ""
    facts: dict[str, Sentence | str | int | float] = {}
    text: str = ""

    def said(self) -> messages.Message | str:
        """The sentence before its language is known."""
        if not self.key:
            return self.text
        facts = {name: f.said() if isinstance(f, Sentence) else f for name, f in self.facts.items()}
        return messages.Message(self.key, **facts)


class Failed(Record, frozen=True, kw_only=True, tag=True):
    """Our own failure; `final` says what has to be changed where trying again cannot help.

    `is_of_submission`: it may be the submission's doing, whose processes died in every run.
    """

    sentence: Sentence
    detail: str = ""
    is_of_submission: bool = False
    final: Literal["no", "input", "machine"] = "no"

    @property
    def said(self) -> messages.Message | str:
        """What happened, before its language is known."""
        return self.sentence.said()

    @property
    def error(self) -> str:
        """What happened, in English: for the journal and for logs."""
        return str(self.said)


Message = GraderReady | Graded | Failed


def failed(key: str, *, detail: str = "", **facts: object) -> Failed:
    """A failure that a key of the catalogues tells."""
    return Failed(sentence=sentence_of(messages.Message(key, **facts)), detail=detail)


def sentence_of(said: object) -> Sentence:
    """What travels of a message, of an error of ours, or of whatever else says something."""
    if isinstance(said, NotegradError):
        return sentence_of(said.args[0] if said.args else "")
    if isinstance(said, messages.Message):
        return Sentence(key=said.key, facts={name: _fact(fact) for name, fact in said.facts.items()})
    return Sentence(text=encodable(str(said))[:MAX_ERROR_CHARS])


def _fact(fact: Any) -> Sentence | str | int | float:
    if isinstance(fact, (messages.Message, NotegradError)):
        return sentence_of(fact)
    return fact if type(fact) in (int, float) else encodable(str(fact))[:MAX_ERROR_CHARS]


def encodable(text: str) -> str:
    """The text without what UTF-8 cannot carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
