"""Sentences say why a name is missing: its cell stopped, it stands in a text, or it is written otherwise.

Asked when the notebook has run: only what happened to its cells tells a function that was never written from
one whose cell stopped before it was made.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence

import msgspec

from notegrad.intake.defined_names import defined_names
from notegrad.judge import verdict
from notegrad.judge.error_sentences import cut_at_word
from notegrad.messages import Message
from notegrad.messages.typography import sentence
from notegrad.records import CellRun, NameKind, QuestionResult, TestCaseResult

CLOSE = 0.75
"""How alike two names are, from 0 to 1, where the one is taken for a slip of the other."""

MAX_CHARACTERS = 400_000
"""Of code in which a name is looked for; a longer notebook gets the bare sentence."""

MAX_WHY_CHARACTERS = 200


class MissingNames:
    """The reasons why a notebook, as it ran, does not have the names that tests need."""

    def __init__(
        self,
        sources: Sequence[str],
        runs: Sequence[CellRun],
        *,
        in_text: Collection[str],
        asked: Collection[str],
        language: str,
    ) -> None:
        """`sources` of the code cells, and what became of them; `in_text`: names that cells of text define.

        `asked`: all names that the tests need.
        """
        self._sources = list(sources) if sum(map(len, sources)) <= MAX_CHARACTERS else []
        self._runs = {run.index: run for run in runs}
        self._in_text, self._asked, self._language = frozenset(in_text), frozenset(asked), language
        self._defined = defined_names(self._sources)

    def explained(self, question: QuestionResult) -> QuestionResult:
        """The same verdicts, in which each missing name has its reason."""
        if not any(case.missing for case in question.test_cases):
            return question
        cases = tuple(self._with_reasons(case) if case.missing else case for case in question.test_cases)
        return msgspec.structs.replace(question, test_cases=cases)

    def _with_reasons(self, case: TestCaseResult) -> TestCaseResult:
        said = [self._sentence(name, kind) for name, kind in case.missing.items()]
        return verdict.said_instead(case, " ".join(said))

    def _sentence(self, name: str, kind: NameKind) -> str:
        what = Message(f"missing_{kind}", name=name)
        key, facts = self._why(name)
        whole = Message(key, what=what, name=name, **facts) if key else Message("missing_bare", what=what)
        return sentence(whole.text(self._language))

    def _why(self, name: str) -> tuple[str, dict[str, object]]:
        """The key of the reason and its facts; no key where nothing is found."""
        for index in reversed(self._defined.get(name, [])):
            run = self._runs.get(index)
            if run is not None and run.status != "ok":
                return "missing_cell_stopped", {"number": index + 1, "why": _short(run.error or "")}
        if name in self._defined:
            return "missing_undone", {"number": self._defined[name][-1] + 1}
        indented = re.compile(rf"^[ \t]+(?:async[ \t]+)?def[ \t]+{re.escape(name)}\b", re.MULTILINE)
        for index, source in enumerate(self._sources):
            if indented.search(source):
                return "missing_inside", {"number": index + 1}
        if name in self._in_text:
            return "missing_in_text", {}
        close = self._close_to(name)
        return (
            ("missing_close", {"meant": close, "number": self._defined[close][-1] + 1}) if close else ("", {})
        )

    def _close_to(self, name: str) -> str:
        """The name that the notebook has, that nobody asks for, and that is written almost the same."""
        own = [other for other in self._defined if other not in self._asked]
        same = {_plain(other): other for other in own}.get(_plain(name))
        found = difflib.get_close_matches(name, own, n=1, cutoff=CLOSE)
        return same or (found[0] if found else "")


def _plain(name: str) -> str:
    return name.casefold().replace("_", "")


def _short(error: str) -> str:
    """The first line of what a cell's error says."""
    first = " ".join(error.strip().split("\n", 1)[0].split())
    return first if len(first) <= MAX_WHY_CHARACTERS else cut_at_word(first, MAX_WHY_CHARACTERS)
