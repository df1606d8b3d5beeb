"""The data that a course holds about one person, as a zip to hand out: rows as JSON, files as handed in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import msgspec
from django.apps import apps
from django.db.models import Q, QuerySet
from django.forms.models import model_to_dict

from notegrad.messages import translate
from notegrad.records import Record
from notegrad.server.blobs import content_of
from notegrad.server.models import AuditEntry, Course, Enrolment, Extension, HandIn, Hold, ResultVersion, User
from notegrad.server.privacy.further_data import further_held
from notegrad.server.result_rows import unpacked

_ENROLMENT = ("role", "source", "number", "email", "login", "group", "is_active")


class Held(Record, frozen=True, kw_only=True):
    """What a course holds about a person, counted."""

    attempts: int
    results: int
    decisions: int


def hand_ins_of(course: Course, person: User) -> QuerySet[HandIn]:
    """The attempts of a person in a course."""
    return HandIn.objects.filter(assignment__course=course, user=person)


def decisions_on(course: Course, person: User) -> QuerySet[AuditEntry]:
    """The decisions in a course that a person made, or that concern them."""
    return AuditEntry.objects.filter(Q(about=person) | Q(by=person), course=course)


def held_about(course: Course, person: User) -> Held:
    """What a course holds about a person, counted."""
    return Held(
        attempts=hand_ins_of(course, person).count(),
        results=ResultVersion.objects.filter(hand_in__in=hand_ins_of(course, person)).count(),
        decisions=decisions_on(course, person).count(),
    )


def person_zip(course: Course, person: User) -> bytes:
    """The zip with all that a course holds about a person, their account included."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        said = translate("export_readme", course.language, course=course, person=person)
        archive.writestr(translate("export_readme_name", course.language), said)
        archive.writestr("person.json", _json(_account(course, person)))
        archive.writestr("decisions.json", _json([_decision(line) for line in decisions_on(course, person)]))
        related = ("assignment", "blob", "current")
        for hand_in in hand_ins_of(course, person).select_related(*related).order_by("pk"):
            folder = f"attempts/{hand_in.assignment.slug}/{hand_in.number}"
            archive.writestr(f"{folder}/attempt.json", _json(_attempt(hand_in)))
            name = PurePosixPath(hand_in.file_name).name.strip(". ") or "file"
            archive.writestr(f"{folder}/handed-in/{name}", content_of(hand_in.blob))
            for number, result in enumerate(_results(hand_in), 1):
                archive.writestr(f"{folder}/result-{number}.json", _json(result))
    return made.getvalue()


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


def _account(course: Course, person: User) -> dict[str, Any]:
    enrolments = Enrolment.objects.filter(course=course, user=person)
    extensions = Extension.objects.filter(assignment__course=course, user=person)
    holds = Hold.objects.filter(assignment__course=course, user=person)
    identities = person.remote_identities.values("provider", "subject")
    return {
        "username": person.get_username(),
        "name": person.name,
        "email": person.email,
        "identities": [*identities, *_provided(person)],
        "account_made": person.date_joined,
        "last_sign_in": person.last_login,
        **further_held(course, person),
        "course": {"slug": course.slug, "title": course.title},
        "enrolments": [model_to_dict(line, _ENROLMENT) for line in enrolments],
        "extensions": [
            {
                "assignment": line.assignment.slug,
                **model_to_dict(line, ("due_at", "late_until", "more_attempts", "reason")),
            }
            for line in extensions.select_related("assignment")
        ],
        "holds": [
            {"assignment": line.assignment.slug, "reason": line.reason, "at": line.created_at}
            for line in holds.select_related("assignment")
        ],
    }


def _provided(person: User) -> list[dict[str, Any]]:
    """The identities of a person at providers, where these are installed."""
    if not apps.is_installed("allauth.socialaccount"):
        return []
    accounts = apps.get_model("socialaccount", "SocialAccount").objects.filter(user=person)
    return [{"provider": line.provider, "subject": line.uid} for line in accounts]


def _decision(line: AuditEntry) -> dict[str, Any]:
    return {"at": line.at, **model_to_dict(line, ("action", "target", "facts", "reason", "address"))}


def _attempt(hand_in: HandIn) -> dict[str, Any]:
    fields = ("number", "file_name", "is_late", "via", "state", "reason", "sent_reason")
    problems = hand_in.problems.order_by("pk").values("text", "answer", "created_at", "answered_at")
    return {
        **model_to_dict(hand_in, fields),
        "received_at": hand_in.received_at,
        "sha256": hand_in.blob_id,
        "decided": [
            model_to_dict(line, ("question", "points", "reason")) for line in hand_in.overrides.all()
        ],
        "problems": list(problems),
    }


def _results(hand_in: HandIn) -> Iterator[dict[str, Any]]:
    """All results, whole: also what the person may not read on the page yet."""
    for row in hand_in.results.select_related("bundle").order_by("pk"):
        yield {
            "graded_at": row.created_at,
            "bundle_version": row.bundle.version,
            "counts": row.pk == hand_in.current_id,
            "result": msgspec.to_builtins(unpacked(row)),
        }
