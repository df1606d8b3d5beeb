"""Takes in the zip of a bundle: what it says of itself is kept beside it; its tests are never loaded here."""

from __future__ import annotations

import math
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from notegrad.batch.bundle_facts import facts_of
from notegrad.course.bundle import Bundle, parse_bundle
from notegrad.errors import InputError
from notegrad.marks.lateness import WHOLE_PERCENT, moment_of_due
from notegrad.marks.moments import zone_of
from notegrad.messages import Message, translate
from notegrad.server.blobs import keep
from notegrad.server.models import Assignment, BundleVersion, User
from notegrad.settings import LateSettings


def read_upload(data: bytes, file_name: str) -> Bundle:
    """The bundle that an upload holds; raises InputError that says what is wrong with it."""
    if not data:
        raise InputError(Message("file_is_empty", file_name=file_name))
    bundle = parse_bundle(data, Path(Path(file_name or "bundle.zip").name))
    zone = bundle.settings.late.timezone
    if zone and zone_of(zone) is None:
        raise InputError(translate("late_no_zone", bundle.settings.language, zone=repr(zone)))
    return bundle


def is_in_use(assignment: Assignment, bundle: Bundle) -> bool:
    """Whether these very bytes are the current version already."""
    return assignment.bundle is not None and assignment.bundle.blob_id == bundle.digest


def add_version(
    assignment: Assignment, bundle: Bundle, data: bytes, file_name: str, by: User
) -> BundleVersion:
    """Add a version of an assignment's bundle as the current one, within the caller's transaction."""
    facts = facts_of(bundle, Path(file_name))
    last = assignment.bundles.order_by("-version").first()
    version = BundleVersion.objects.create(
        assignment=assignment,
        version=last.version + 1 if last else 1,
        blob=keep(data),
        file_name=Path(file_name).name[-150:],
        language=bundle.settings.language,
        device=bundle.settings.device,
        hidden_visibility=bundle.settings.gradescope.hidden_visibility,
        deadline_s=facts.deadline_s,
        questions=list(facts.tests),
        late=msgspec.to_builtins(bundle.settings.late),
        by=by,
    )
    assignment.bundle = version
    taken = _dates_of(assignment, bundle.settings.late)
    for name, value in taken.items():
        setattr(assignment, name, value)
    assignment.save(update_fields=["bundle", *taken])
    return version


def _dates_of(assignment: Assignment, late: LateSettings) -> dict[str, Any]:
    """The dates of the configuration, for a draft that has no due date of its own yet.

    A version that is added later closes nothing that is open. Who is late without a cut-off may hand in
    until nothing is left of the score.
    """
    zoned = msgspec.structs.replace(late, timezone=late.timezone or assignment.course.time_zone)
    due = moment_of_due(late.due, zoned)
    if due is None or assignment.due_at is not None or assignment.state != "draft":
        return {}
    until = moment_of_due(late.cut_off, zoned) if late.cut_off else None
    if until is None and late.percent_per_day > 0:
        until = due + timedelta(days=math.ceil(WHOLE_PERCENT / late.percent_per_day))
    return {"due_at": due, "late_until": until, "tolerance_s": round(late.grace_minutes * 60)}
