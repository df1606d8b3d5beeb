"""Takes in the zip of a bundle: what it says of itself is kept beside it; its tests are never loaded here."""

from __future__ import annotations

from pathlib import Path

from notegrad.batch.bundle_facts import facts_of
from notegrad.course.bundle import Bundle, parse_bundle
from notegrad.errors import InputError
from notegrad.server.blobs import keep
from notegrad.server.models import Assignment, BundleVersion, User


def read_upload(data: bytes, file_name: str) -> Bundle:
    """The bundle that an upload holds; raises InputError that says what is wrong with it."""
    if not data:
        raise InputError(f"{file_name} is empty")
    return parse_bundle(data, Path(Path(file_name or "bundle.zip").name))


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
        by=by,
    )
    assignment.bundle = version
    assignment.save(update_fields=["bundle"])
    return version
