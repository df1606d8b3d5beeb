"""Makes the result of a submission from what the sandbox and the judge saw of it."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Sequence

import msgspec

from notegrad import __version__
from notegrad.course.bundle import Bundle
from notegrad.course.otter_options import as_otter_scores
from notegrad.grading.cell_sentences import explained
from notegrad.judge import LoadedTest
from notegrad.messages import translate
from notegrad.records import (
    GradingResult,
    Question,
    QuestionResult,
    RunReport,
    Submission,
    SubmissionStatus,
    Timings,
)
from notegrad.ungraded import skipped

_NO_TIME = Timings()
_STOPPED_BY = {
    "wall_s": "notebook_timeout",
    "cell_wall_s": "cell_timeout",
    "cpu_s": "cpu_exceeded",
    "memory_mb": "memory_exceeded",
    "files_mb": "disk_exceeded",
}


class ResultMaker:
    """Makes the results of one bundle, in its language."""

    def __init__(self, bundle: Bundle, tests: Sequence[LoadedTest]) -> None:
        """`tests` are the bundle's, loaded: what a whole result lists."""
        self._settings, self._digest, self._tests = bundle.settings, bundle.digest, tuple(tests)
        self._otter_config = bundle.otter_config if bundle.settings.handout is None else {}
        self._versions = {
            "notegrad": __version__,
            "torch": importlib.metadata.version("torch"),
            "numpy": importlib.metadata.version("numpy"),
            "otter-grader": importlib.metadata.version("otter-grader"),
            "python": platform.python_version(),
        }

    def refusal(self, submission: Submission) -> GradingResult | None:
        """The result of what is not to be run: a file that could not be read, or one with too many cells."""
        reason = submission.unreadable
        if reason is None and len(submission.cells) > self._settings.limits.cells:
            count, allowed = len(submission.cells), self._settings.limits.cells
            reason = translate("too_many_cells", self._settings.language, count=count, cells=allowed)
        if reason is None:
            return None
        questions = tuple(skipped(test.question, reason) for test in self._tests)
        return self._result(submission, questions, "unreadable", reason, None, _NO_TIME)

    def of_run(
        self,
        submission: Submission,
        questions: tuple[QuestionResult, ...],
        report: RunReport,
        timings: Timings,
    ) -> GradingResult:
        """The result of a notebook that was run and judged."""
        status: SubmissionStatus = "graded" if report.status == "ok" else report.status
        return self._result(submission, questions, status, self.reason(report), report, timings)

    def reason(self, report: RunReport) -> str | None:
        """Why the notebook did not come to its end, for the student; None where it did."""
        language, limits = self._settings.language, self._settings.limits
        if report.limit:
            return translate(_STOPPED_BY[report.limit], language, **msgspec.structs.asdict(limits))
        if report.status == "crashed":
            cause = next((cell.error for cell in reversed(report.cells) if cell.error), "?")
            return translate("notebook_crashed", language, cause=cause)
        return None

    def explained(self, report: RunReport) -> RunReport:
        """The report with a sentence on each cell that was ended, and on each limit that one met."""
        limits, language = self._settings.limits, self._settings.language
        cells = tuple(explained(cell, limits, language) for cell in report.cells)
        return msgspec.structs.replace(report, cells=cells)

    def out_of_time(self, question: Question) -> QuestionResult:
        """A question that was not begun: every test case of it is out of time."""
        return skipped(question, self._out_of_time_message())

    def is_cut_short(self, questions: Sequence[QuestionResult]) -> bool:
        """Whether a question was not begun for want of time."""
        said = self._out_of_time_message()
        return any(case.message == said for question in questions for case in question.test_cases)

    def _out_of_time_message(self) -> str:
        said = translate("platform_timeout", self._settings.language)
        return f"{said[0].upper()}{said[1:]}."

    def _notes(self, questions: Sequence[QuestionResult]) -> tuple[str, ...]:
        """A sentence on what was not judged, and one on what was judged inside."""
        every = [case for question in questions for case in question.test_cases]
        kinds = {
            "points_not_judged": [case for case in every if case.outcome == "not_judged"],
            "cases_inside": [case for case in every if case.judged == "inside"],
        }
        return tuple(
            translate(
                key, self._settings.language, count=len(found), points=sum(c.test_case.points for c in found)
            )
            for key, found in kinds.items()
            if found
        )

    def _result(
        self,
        submission: Submission,
        questions: tuple[QuestionResult, ...],
        status: SubmissionStatus,
        reason: str | None,
        report: RunReport | None,
        timings: Timings,
    ) -> GradingResult:
        score, max_score = as_otter_scores(
            sum(q.score for q in questions),
            sum(test.question.points for test in self._tests),
            self._otter_config,
        )
        return GradingResult(
            submission=submission.id,
            student=submission.student,
            assignment=self._settings.slug,
            score=score,
            max_score=max_score,
            questions=questions,
            status=status,
            reason=reason,
            run=report,
            timings=timings,
            versions=self._versions,
            bundle_sha256=self._digest,
            seed=self._settings.seed,
            notes=(*submission.notes, *self._notes(questions)),
        )


def agreement(result: GradingResult) -> tuple[object, ...]:
    """The part that two runs of one submission must share to be believed: how cells ended, what had points.

    Not how the rest failed: who lies at random to the judge fails now in this way and now in that.
    """
    cells = [cell.status for cell in result.run.cells] if result.run else []
    cases = [case for question in result.questions for case in question.test_cases]
    return result.status, cells, [case.outcome == "passed" for case in cases]


def ran_into_a_limit(questions: Sequence[QuestionResult], report: RunReport) -> bool:
    """Whether a submission met a limit of its own: in its notebook, or in a function that a test called."""
    slow = any(case.outcome == "timeout" for question in questions for case in question.test_cases)
    return slow or report.status != "ok" or any(cell.status == "timeout" for cell in report.cells)
