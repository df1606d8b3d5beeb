"""Grades a folder of results again after its bundle was changed: only what the change can affect.

What is graded is what lies in the folder, as it was handed in. Each result is replaced when its new one is
there, so a regrade that was cut off goes on with the same command; the student's page from before stays
beside it as `results.before.json`, and the journal says who moved.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from notegrad.batch.affected import Affected, Move, affected, merged, moves
from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.class_file import CLASS_FILE, read_stored
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.engines.grader_protocol import Failed, GradingJob
from notegrad.batch.engines.ledger import Event
from notegrad.batch.folder_marks import bring_up_to_date, class_of_results
from notegrad.batch.jobs import run_jobs
from notegrad.batch.journal import JOURNAL_FILE, Journal, last_run
from notegrad.batch.record_file import StoredResult, read_record, read_submission
from notegrad.batch.results_folder import write_class_files, write_submission_files
from notegrad.errors import InputError
from notegrad.marks.mark_book import NO_MARKS, MarkBook
from notegrad.messages import Message
from notegrad.records import ClassList, GradingResult, Record, Submission
from notegrad.results.writer import RESULTS_FOLDER, record_path, result_path

BEFORE_FILE = "results.before.json"


class RegradeItem(Record, frozen=True, kw_only=True):
    """One result of the folder, and what is to be done with it; None where it stays."""

    stored: StoredResult
    affected: Affected | None


class RegradePlan(Record, frozen=True, kw_only=True):
    """The plan of a regrade; `missing` are ids whose record or submission is not there any more."""

    items: tuple[RegradeItem, ...]
    missing: tuple[str, ...] = ()
    unfinished: bool = False


class Regraded(Record, frozen=True, kw_only=True):
    """One submission that was graded again: its score before and after, and the test cases that moved."""

    submission: str
    student: str
    score_before: float | None
    score_after: float | None
    moves: tuple[Move, ...]


def plan_regrade(out: Path, facts: BundleFacts, *, everything: bool = False) -> RegradePlan:
    """The plan: what the bundle of `facts` changes in the results under `out`.

    Raises InputError where there are none, or where they are those of another assignment.
    """
    run = last_run(out / JOURNAL_FILE)
    ids = run.ids or sorted(path.parent.name for path in (out / RESULTS_FOLDER).glob("*/record.json"))
    slug = facts.settings.slug
    items, missing = [], []
    for name in ids:
        stored = read_record(out / record_path(name))
        submission = read_submission(out, name)
        if stored is None or submission is None:
            missing.append(name)
            continue
        if stored.result.assignment != slug:
            raise InputError(
                Message("regrade_other_bundle", out=out, assignment=stored.result.assignment, slug=slug)
            )
        todo = Affected(only=None, because=("--all",)) if everything else affected(stored, facts)
        if todo and todo.only and submission.others:  # which of its notebooks is the best may change
            todo = Affected(only=None, because=todo.only)
        items.append(RegradeItem(stored=stored, affected=todo))
    if not items:
        raise InputError(Message("regrade_no_results", out=out))
    return RegradePlan(items=tuple(items), missing=tuple(missing), unfinished=not run.complete)


def assignment_of(out: Path) -> str:
    """The assignment that the results under `out` are of; raises InputError where there are none."""
    name = last_run(out / JOURNAL_FILE).assignment
    if not name:
        raise InputError(Message("regrade_no_run", out=out / JOURNAL_FILE))
    return name


def class_list_of(out: Path, plan: RegradePlan) -> ClassList:
    """The class list of the folder, or one that is made of its results where it has none."""
    if (out / CLASS_FILE).is_file():
        return read_stored(out)[0]
    return class_of_results([item.stored.result for item in plan.items])


def results_in(out: Path, plan: RegradePlan) -> tuple[GradingResult, ...]:
    """The results of the plan as they lie in the folder now."""
    found = (read_record(out / record_path(item.stored.result.submission)) for item in plan.items)
    return tuple(stored.result for stored in found if stored is not None)


def regrade(
    out: Path,
    facts: BundleFacts,
    plan: RegradePlan,
    options: EngineOptions,
    *,
    on_event: Callable[[Event], None],
    on_start_failure: Callable[[Failed], None] | None = None,
    marks: MarkBook = NO_MARKS,
    class_list: ClassList | None = None,
) -> tuple[Regraded, ...]:
    """Grade again what the plan says; rewrite results, gradebook and report, with the marks of `marks`.

    Returns those graded again, also by an earlier regrade with the same bundle that was cut off. Raises as
    `grade_all` does.
    """
    with Journal(out) as journal:
        run = _RegradeRun(out, facts, plan, journal, marks)
        journal.write(
            "regrade_started",
            assignment=facts.settings.slug,
            bundle_sha256=facts.digest,
            submissions=len(plan.items),
            affected=len(run.todo),
            because=sorted(_reasons(plan)),
        )

        def start_failed(failure: Failed) -> None:
            journal.start_failed(failure)
            if on_start_failure is not None:
                on_start_failure(failure)

        earlier = _moves_of_a_regrade_cut_off(out / JOURNAL_FILE, facts.digest)
        ended = "failed"
        try:
            _show_as_the_bundle_says(out, facts, plan, marks)
            for partial in (True, False):
                run.grade(options, on_event, start_failed, partial=partial)
            ended = "complete"
        except KeyboardInterrupt:
            ended = "interrupted"
            raise
        finally:
            results = [run.results[item.stored.result.submission] for item in plan.items]
            shown = marks.marked_class(results)
            bring_up_to_date(out, shown, facts.settings)
            write_class_files(out, shown, _submissions(out, results), facts, class_list)
            journal.write("regrade_finished", bundle_sha256=facts.digest, ended=ended, moved=len(run.found))
        mine = {entry.submission for entry in run.found}
        return (*(entry for entry in earlier if entry.submission not in mine), *run.found)


def _show_as_the_bundle_says(out: Path, facts: BundleFacts, plan: RegradePlan, marks: MarkBook) -> None:
    """Write what stays anew where the bundle is another: its title, or who sees hidden test cases when."""
    for item in plan.items:
        name = item.stored.result.submission
        if item.affected is None and item.stored.bundle != facts.digest:
            submission = read_submission(out, name)
            if submission is not None:
                write_submission_files(out, submission, item.stored.result, facts, marks)


class _RegradeRun:
    """One regrade: first the affected questions alone, then whole notebooks, where that is what it takes."""

    def __init__(
        self, out: Path, facts: BundleFacts, plan: RegradePlan, journal: Journal, marks: MarkBook
    ) -> None:
        self._out, self._facts, self._journal, self._marks = out, facts, journal, marks
        self.results = {item.stored.result.submission: item.stored.result for item in plan.items}
        self.todo = {
            item.stored.result.submission: item.affected for item in plan.items if item.affected is not None
        }
        self._whole = {name for name, todo in self.todo.items() if todo.only is None}
        self._total = len(self.todo)
        self.found: list[Regraded] = []

    def grade(
        self,
        options: EngineOptions,
        on_event: Callable[[Event], None],
        on_start_failure: Callable[[Failed], None],
        *,
        partial: bool,
    ) -> None:
        """Grade those whose questions are to be judged alone, or those that are graded whole."""
        jobs = []
        for name, todo in self.todo.items():
            if partial == (name in self._whole):
                continue
            submission = read_submission(self._out, name)
            if submission is None:
                raise InputError(Message("regrade_gone", name=name, out=self._out))
            jobs.append(GradingJob(submission=submission, only=todo.only if partial else None))
        if partial:
            self._keep_what_only_lost_questions(jobs)
            jobs = [job for job in jobs if job.only]
        if not jobs:
            return
        run_jobs(
            self._facts,
            jobs,
            options,
            results=[None] * len(jobs),
            on_event=lambda event: self._heard(event, on_event, partial=partial),
            on_start_failure=on_start_failure,
        )

    def _keep_what_only_lost_questions(self, jobs: Sequence[GradingJob]) -> None:
        """Settle without a run where questions were only taken away or put in another order."""
        for job in jobs:
            if not job.only:
                before = self.results[job.submission.id]
                self._settle(job, merged(before, before, tuple(self._facts.tests)) or before)

    def _heard(self, event: Event, on_event: Callable[[Event], None], *, partial: bool) -> None:
        fresh, name = event.result, event.submission.id
        if fresh is not None and fresh.status != "not_graded":
            before = self.results[name]
            whole = merged(before, fresh, tuple(self._facts.tests)) if partial else fresh
            if whole is None:
                self._whole.add(name)
            else:
                event = msgspec.structs.replace(event, result=whole)
                self._settle(GradingJob(submission=event.submission), whole)
        event = msgspec.structs.replace(event, done=len(self.found), total=self._total)
        self._journal.submission_event(event)
        on_event(event)

    def _settle(self, job: GradingJob, after: GradingResult) -> None:
        """Put the new result in the place of the old one, whose page stays."""
        name, before = job.submission.id, self.results[job.submission.id]
        page = self._out / result_path(name)
        changed = moves(before, after)
        entry = Regraded(
            submission=name,
            student=after.student,
            score_before=None if before.status == "not_graded" else before.score,
            score_after=after.score,
            moves=changed,
        )
        if changed and page.is_file() and not page.with_name(BEFORE_FILE).exists():
            shutil.copyfile(page, page.with_name(BEFORE_FILE))
        self._journal.write(
            "submission_regraded", bundle_sha256=self._facts.digest, **msgspec.to_builtins(entry)
        )
        write_submission_files(self._out, job.submission, after, self._facts, self._marks)
        self.results[name] = after
        self.todo.pop(name, None)
        self.found.append(entry)


def _submissions(out: Path, results: Sequence[GradingResult]) -> tuple[Submission, ...]:
    """The submissions, as far as they lie in the folder: for the report's hints."""
    found = (read_submission(out, result.submission) for result in results)
    return tuple(submission for submission in found if submission is not None)


def _reasons(plan: RegradePlan) -> Counter[str]:
    """The number of submissions that each condition, or question, has to be graded again for."""
    reasons: Counter[str] = Counter()
    for item in plan.items:
        if item.affected is not None:
            reasons.update(item.affected.because or item.affected.only or ())
    return reasons


def _moves_of_a_regrade_cut_off(journal: Path, digest: str) -> tuple[Regraded, ...]:
    """The submissions that a regrade with this bundle, which did not reach its end, had graded already."""
    found: dict[str, Regraded] = {}
    with journal.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if '"submission_regraded"' in line and digest in line:
                try:
                    entry = msgspec.json.decode(line, type=Regraded)
                except msgspec.MsgspecError:
                    continue
                found[entry.submission] = entry
            elif '"run_started"' in line or ('"regrade_finished"' in line and '"complete"' in line):
                found.clear()
    return tuple(found.values())
