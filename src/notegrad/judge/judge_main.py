"""The judge's process: judges the questions of one submission, and ends with it.

It is forked from a grader that never ran a test against a student's answer. So whatever an answer did to the
objects of a test, or to a library, is gone with the process and can reach no other submission.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

from notegrad.judge import judge_protocol as protocol
from notegrad.judge.asked_fork import GoneError
from notegrad.judge.case_run import CasesOfQuestion, has_what_it_needs
from notegrad.judge.judge_settings import JudgeSettings
from notegrad.judge.otter_tests import LoadedTest
from notegrad.judge.test_faults import TestFaultError
from notegrad.mirror import Mirror, connect
from notegrad.records import Limits


class ForksOfGrader:
    """Forks of the notebook, asked of the grader (the protocol `Forks`)."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock, self._limits = sock, limits

    def open(self, question: str | None) -> Mirror:
        """A fork behind a mirror. Raises GoneError, and JudgeGoneError where the grader is gone."""
        protocol.send(self._sock, protocol.OpenFork(question=question))
        reply, descriptors = protocol.receive_for_judge(self._sock)
        if isinstance(reply, protocol.ForkGone):
            raise GoneError(reply.reason)
        if not isinstance(reply, protocol.ForkOpened) or len(descriptors) != 1:
            raise protocol.JudgeGoneError(f"an unexpected {type(reply).__name__}")
        return connect(socket.socket(fileno=descriptors[0]), limits=self._limits, pid=reply.pid)

    def discard(self, mirror: Mirror) -> None:
        """Close our end of the fork; the grader kills it. Raises JudgeGoneError."""
        is_spoilt = mirror.channel.broken is not None
        mirror.close()
        protocol.send(self._sock, protocol.DiscardFork(is_spoilt=is_spoilt))


def serve(sock: socket.socket, tests: Mapping[str, LoadedTest], make_ready: Callable[[], object]) -> None:
    """Judge what the grader asks for over `sock` until it closes. Raises JudgeGoneError then.

    `make_ready` makes the device ready in this process.
    """
    try:
        make_ready()
    except Exception as error:  # a driver's errors are of any type
        protocol.send(sock, protocol.BeginFailed(reason=f"{type(error).__name__}: {error}"))
        return
    begin, _ = protocol.receive_for_judge(sock)
    if not isinstance(begin, protocol.BeginSubmission):
        raise protocol.JudgeGoneError(f"an unexpected {type(begin).__name__}")
    protocol.send(sock, protocol.Begun())
    _answer(sock, tests, begin.settings)


def _judged(
    asked: CasesOfQuestion, message: protocol.AskCase
) -> protocol.CaseJudged | protocol.CaseNotJudged:
    try:
        found = asked.judge(message.index, message.patience_s, inside=message.inside, again=message.again)
        return protocol.CaseJudged(verdict=found)
    except TestFaultError as error:
        return protocol.CaseNotJudged(reason=str(error))


def _answer(sock: socket.socket, tests: Mapping[str, LoadedTest], settings: JudgeSettings) -> None:
    forks = ForksOfGrader(sock, settings.assignment.limits)
    asked: CasesOfQuestion | None = None
    while True:
        match protocol.receive_for_judge(sock)[0]:
            case protocol.AskNames(question=name, patience_s=patience_s):
                complete = has_what_it_needs(tests[name], forks, settings, patience_s)
                protocol.send(sock, protocol.NamesFound(complete=complete))
            case protocol.AskCase(question=name) as message:
                asked = asked or CasesOfQuestion(tests[name], forks, settings)
                protocol.send(sock, _judged(asked, message))
            case protocol.EndQuestion():
                if asked is not None:
                    asked.end()
                    asked = None
                protocol.send(sock, protocol.QuestionEnded())
            case message:
                raise protocol.JudgeGoneError(f"an unexpected {type(message).__name__}")
