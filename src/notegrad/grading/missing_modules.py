"""Modules that a submission imports and that are not installed here: whose fault that is.

What the bundle asks for, or the handout imports, ought to be here: a submission that stopped for want of it
is not graded. Whatever else a student imports is theirs, and is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from notegrad.course.bundle import Bundle
from notegrad.course.requirements import bring
from notegrad.judge import LoadedTest, imported_by
from notegrad.messages import MAX_NAMES_TOLD, listed, translate
from notegrad.probes.installed_modules import is_importable, missed_in, packages_with
from notegrad.records import GradingResult, Submission
from notegrad.ungraded import not_graded_result

MAX_SAID_CHARACTERS = 20_000
"""Of what one cell or test case said that is searched."""


class MissingModules:
    """Tells of the modules that submissions to one bundle missed."""

    def __init__(self, bundle: Bundle, tests: Sequence[LoadedTest]) -> None:
        """`tests` are the bundle's, loaded."""
        handout = bundle.settings.handout
        imported = handout.imports.values() if handout else ()
        self._given = {re.split("[:.]", what, maxsplit=1)[0] for what in imported}
        self._given.update(name for test in tests for name in imported_by(test))
        self._requirements = bundle.requirements
        self._files = [name for name, _ in bundle.files]
        self._language = bundle.settings.language

    def told(self, submission: Submission, result: GradingResult) -> GradingResult:
        """The result where it missed nothing; else one with a note, or one that is not graded."""
        missed = [name for name in dict.fromkeys(_missed(result)) if self._is_missed(name, submission)]
        ours = [name for name in missed if self._is_asked_for(name)]
        if ours:
            reason = translate("modules_lacking", self._language, **_facts(ours))
            return not_graded_result(submission, result.assignment, reason, result)
        if missed:
            note = translate("modules_of_theirs", self._language, count=len(missed), **_facts(missed))
            return msgspec.structs.replace(result, notes=(*result.notes, note))
        return result

    def _is_asked_for(self, name: str) -> bool:
        """Whether the handout or a test imports a module, or the bundle names a package that brings it."""
        return name in self._given or bring(self._requirements, name)

    def _is_missed(self, name: str, submission: Submission) -> bool:
        """Whether a module can only come from an installation: none is handed out, handed in, or written."""
        written = f"{name}.py"
        paths = (*self._files, *(path for path, _ in submission.files))
        if any(path.partition("/")[0] in (name, written) for path in paths):
            return False
        return not is_importable(name) and not any(written in cell for cell in submission.cells)


def _missed(result: GradingResult) -> Iterator[str]:
    """The top modules for want of which a cell or a test case stopped, by their own words."""
    said = [cell.error or "" for cell in (result.run.cells if result.run else ())]
    said += [
        text
        for question in result.questions
        for case in question.test_cases
        if case.outcome in ("failed", "errored")
        for text in (case.detail, case.message)
    ]
    for text in said:
        yield from missed_in(text[:MAX_SAID_CHARACTERS])


def _facts(modules: Sequence[str]) -> dict[str, object]:
    """The modules, and the packages that bring those that are named."""
    packages = " ".join(packages_with(name)[0] for name in modules[:MAX_NAMES_TOLD])
    return {"modules": listed(modules), "packages": packages}
