"""Reads hand-ins as their bundle asks for them: one notebook for the check, the grade, and the page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from notegrad.course.bundle import parse_bundle
from notegrad.course.wanted_of_bundle import wanted_of
from notegrad.intake.hand_in import read_submission
from notegrad.intake.wanted import Wanted
from notegrad.records import Submission
from notegrad.results.pages.receipt import Receipt
from notegrad.server.blobs import content_of
from notegrad.server.models import Blob, BundleVersion, HandIn

MAX_BUNDLES_KEPT = 64
"""Bundles of which a process remembers what they ask for: blobs never change."""


def read_hand_in(hand_in: HandIn, bundle: BundleVersion) -> Submission:
    """The submission of an attempt, as it is graded with a version of the bundle."""
    return read_upload_for(
        bundle,
        content_of(hand_in.blob),
        id=submission_id(hand_in),
        student=str(hand_in.user),
        file_name=hand_in.file_name,
    )


def read_upload_for(
    bundle: BundleVersion,
    data: bytes,
    *,
    id: str,  # noqa: A002 (the record's word)
    file_name: str,
    student: str = "",
) -> Submission:
    """The submission that uploaded bytes make, as a version of a bundle asks for it; never raises."""
    return read_submission(
        data, id=id, student=student, source=file_name, path=file_name, wanted=wanted_by(bundle)
    )


def submission_id(hand_in: HandIn) -> str:
    """The id of what is graded: a file name, and the same at every regrade."""
    return f"{hand_in.assignment.slug}-{hand_in.user_id}-{hand_in.number}"


def wanted_by(bundle: BundleVersion) -> Wanted:
    """What a version of a bundle asks for."""
    return _wanted(bundle.blob_id, bundle.file_name)


def prompts_of(bundle: BundleVersion) -> dict[str, str]:
    """The text of each question, as Markdown, as far as a version of a bundle tells it."""
    return _prompts(bundle.blob_id, bundle.file_name)


@lru_cache(maxsize=MAX_BUNDLES_KEPT)
def _prompts(sha256: str, file_name: str) -> dict[str, str]:
    data = content_of(Blob.objects.get(sha256=sha256))
    return parse_bundle(data, Path(Path(file_name).name)).settings.question_prompts


def receipt_for(hand_in: HandIn, submission: Submission) -> Receipt:
    """The receipt of an attempt: the file as it was uploaded, by its SHA-256, and when it came."""
    zone = ZoneInfo(hand_in.assignment.course.time_zone)
    received = hand_in.received_at.astimezone(zone).isoformat(sep=" ", timespec="seconds")
    due = hand_in.assignment.due_at
    return Receipt(
        file=hand_in.file_name,
        notebook=submission.path,
        received_at=received,
        fingerprint=hand_in.blob_id,
        attempt=hand_in.number,
        due=due.astimezone(zone).isoformat(sep=" ", timespec="minutes") if due else "",
    )


@lru_cache(maxsize=MAX_BUNDLES_KEPT)
def _wanted(sha256: str, file_name: str) -> Wanted:
    data = content_of(Blob.objects.get(sha256=sha256))
    return wanted_of(parse_bundle(data, Path(Path(file_name).name)))
