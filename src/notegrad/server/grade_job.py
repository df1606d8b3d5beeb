"""The job that grades one attempt: from the row to a warm grader process, and back behind the fence."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from notegrad.records import GradingResult, Submission
from notegrad.server.asked import read_hand_in
from notegrad.server.blobs import content_of
from notegrad.server.models import BundleVersion, HandIn, Job, Regrade, ResultVersion
from notegrad.server.queue import queue
from notegrad.server.queue.loop import Control, FinalFaultError, Kind
from notegrad.server.queue.queue import Claim
from notegrad.server.result_rows import packed
from notegrad.server.warm_graders import GraderBundle, WarmGraders

KIND = "grade"
MAX_REASON_CHARS = 500


def enqueue_grading(hand_in: HandIn, *, priority: int) -> Job:
    """Put the grading of an attempt into the queue, within the caller's transaction."""
    bundle = hand_in.assignment.bundle
    job = queue.enqueue(
        KIND,
        {"hand_in": hand_in.pk, "bundle": bundle.pk},
        queue=queue_of(bundle),
        priority=priority,
        owner_id=hand_in.user_id,
    )
    hand_in.job = job
    hand_in.save(update_fields=["job"])
    return job


def enqueue_regrade(hand_in: HandIn, regrade: Regrade) -> None:
    """Put the grading of an attempt with a regrade's bundle into the queue, after all uploads."""
    queue.enqueue(
        KIND,
        {"hand_in": hand_in.pk, "bundle": regrade.bundle_id, "regrade": regrade.pk},
        queue=queue_of(regrade.bundle),
        priority=queue.REGRADE_PRIORITY,
    )


def queue_of(bundle: BundleVersion) -> str:
    """The queue whose workers have what a bundle computes on."""
    return "gpu" if bundle.device.startswith("cuda") else "cpu"


def grade_kind(graders: WarmGraders) -> Kind:
    """The kind of job that grades, with the graders of this worker."""

    def work(held: Claim, control: Control) -> Callable[[], None]:
        started = time.monotonic()
        submission, grader_bundle = _read(held.payload)
        result = graders.grade(grader_bundle, submission, control, is_alone=held.is_alone)
        if result.status == "not_graded":
            raise FinalFaultError(result.reason or "not graded")
        duration_s = time.monotonic() - started
        return lambda: _write(held.payload, held.job_id, result, duration_s)

    return Kind(work, give_up)


def _read(payload: dict[str, Any]) -> tuple[Submission, GraderBundle]:
    hand_in = (
        HandIn.objects.select_related("blob", "user", "assignment").filter(pk=payload["hand_in"]).first()
    )
    bundle = BundleVersion.objects.select_related("blob", "assignment").filter(pk=payload["bundle"]).first()
    if hand_in is None or bundle is None:
        raise FinalFaultError("the attempt or the bundle was deleted")
    return read_hand_in(hand_in, bundle), grader_bundle_of(bundle)


def grader_bundle_of(bundle: BundleVersion) -> GraderBundle:
    """A version of a bundle as graders load it."""
    return GraderBundle(
        sha256=bundle.blob_id,
        data=content_of(bundle.blob),
        slug=bundle.assignment.slug,
        device=bundle.device,
        deadline_s=bundle.deadline_s,
    )


def _write(payload: dict[str, Any], job: int, result: GradingResult, duration_s: float) -> None:
    """Add the result; it becomes the current one unless a later job of the attempt has been asked for.

    That of a regrade that is being tried never does: a person decides.
    """
    row = ResultVersion.objects.create(
        hand_in_id=payload["hand_in"],
        bundle_id=payload["bundle"],
        regrade_id=payload.get("regrade"),
        data=packed(result),
        score=result.score,
        max_score=result.max_score,
        status=result.status,
        duration_s=duration_s,
    )
    if "regrade" not in payload:
        mine = HandIn.objects.filter(pk=payload["hand_in"], job_id=job)
        mine.update(current=row, state="graded", reason="")


def give_up(payload: dict[str, Any], error: str) -> None:
    """Book that an attempt could not be graded: no zero, no attempt used; an earlier result stays."""
    if "regrade" in payload:
        return
    HandIn.objects.filter(pk=payload["hand_in"], current=None).update(
        state="not_graded", reason=error[:MAX_REASON_CHARS]
    )
