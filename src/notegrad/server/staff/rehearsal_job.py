"""The job that grades a notebook of the staff's with a version of the bundle; it belongs to no student."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notegrad.messages import translate
from notegrad.records import GradingResult, Submission
from notegrad.results.text import clean
from notegrad.server.asked import read_upload_for
from notegrad.server.blobs import content_of
from notegrad.server.grade_job import MAX_REASON_CHARS, grader_bundle_of, queue_of
from notegrad.server.models import BundleVersion, Rehearsal
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, FinalFaultError, Kind
from notegrad.server.queue.queue import Claim
from notegrad.server.result_rows import packed
from notegrad.server.warm_graders import WarmGraders

KIND = "rehearse"


def enqueue_rehearsal(rehearsal: Rehearsal) -> None:
    """Put a rehearsal into the queue, within the caller's transaction: somebody waits for it."""
    bundle = rehearsal.bundle
    payload = {"rehearsal": rehearsal.pk}
    queue.enqueue(KIND, payload, queue=queue_of(bundle), priority=queue.UPLOAD_PRIORITY)


def rehearse_again(version: BundleVersion, before: BundleVersion | None) -> None:
    """Let a new version show what it asks, and grade the solutions that the version before it had."""
    empty = Rehearsal.objects.create(bundle=version, kind="empty", by=version.by)
    enqueue_rehearsal(empty)
    known = before.rehearsals.filter(kind="solution").order_by("pk") if before else ()
    for one in known:
        made = Rehearsal.objects.create(
            bundle=version, kind="solution", blob=one.blob, file_name=one.file_name, by=version.by
        )
        enqueue_rehearsal(made)


def rehearse_kind(graders: WarmGraders) -> Kind:
    """The kind of job that rehearses, with the graders of this worker."""

    def work(held: Claim, control: Control) -> Callable[[], None]:
        related = ("bundle__blob", "bundle__assignment", "blob")
        found = Rehearsal.objects.select_related(*related).filter(pk=held.payload["rehearsal"]).first()
        if found is None:
            raise FinalFaultError("the rehearsal was deleted")
        bundle, submission = grader_bundle_of(found.bundle), _submission(found)
        result = graders.grade(bundle, submission, control, is_alone=held.is_alone)
        if result.status == "not_graded":
            raise FinalFaultError(result.reason or "not graded")
        return lambda: _write(found.pk, result)

    return Kind(work, give_up)


def _submission(found: Rehearsal) -> Submission:
    name = f"{found.bundle.assignment.slug}-{found.kind}-{found.pk}"
    if found.blob is None:
        return Submission(id=name, student=translate("rehearsal_empty", found.bundle.language))
    data = content_of(found.blob)
    return read_upload_for(found.bundle, data, id=name, file_name=found.file_name, student=found.file_name)


def _write(number: int, result: GradingResult) -> None:
    Rehearsal.objects.filter(pk=number).update(
        state="graded",
        reason=clean(result.reason or "", MAX_REASON_CHARS),
        data=packed(result),
        score=result.score,
        max_score=result.max_score,
    )


def give_up(payload: dict[str, Any], error: str) -> None:
    """Book that a rehearsal could not be graded."""
    found = Rehearsal.objects.filter(pk=payload["rehearsal"])
    found.update(state="not_graded", reason=error[:MAX_REASON_CHARS])
