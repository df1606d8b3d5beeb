"""A database with rows in every table of ours: a school whose people have done things, and made-up rows for the rest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.support import authorisation
from tests.support.server_world import School, make_school

APPLICATIONS = ("server", "lti")
# fields with words of their own, which are no choices of the database's
WORDS = {("AuditEntry", "action"): "publish", ("RosterRun", "state"): "done", ("Hold", "reason"): "plagiat ?"}
MOMENT = datetime(2026, 11, 27, 12, tzinfo=UTC)


def fill() -> School:
    """Make the school and all that hangs on it; the database is empty."""
    school = make_school()
    authorisation.things(school)
    waiting = [model for model in models() if not model._default_manager.exists()]
    while waiting:  # a table after those that it points at
        ready = [model for model in waiting if not any(f.related_model in waiting for f in pointers(model))]
        for model in ready:
            model._default_manager.create(**made_up(model))
            waiting.remove(model)
    return school


def models() -> list[Any]:
    """The tables of ours."""
    from django.apps import apps

    return [model for name in APPLICATIONS for model in apps.get_app_config(name).get_models()]


def pointers(model: Any) -> list[Any]:
    """The fields of a table that point at other tables."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is not model
    ]


def made_up(model: Any) -> dict[str, Any]:
    """Values for a row: every pointer at some row, every text, number and time something."""
    from django.db import models as kinds

    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key and isinstance(field, kinds.AutoField):
            continue
        if field.is_relation:
            values[field.name] = field.related_model._default_manager.order_by("pk").first()
        elif field.choices:
            values[field.name] = field.choices[0][0]
        elif isinstance(field, kinds.DateTimeField):
            values[field.name] = MOMENT
        elif isinstance(field, kinds.UUIDField):
            values[field.name] = uuid4()
        elif isinstance(field, kinds.BooleanField):
            values[field.name] = True
        elif isinstance(field, kinds.IntegerField | kinds.FloatField):
            values[field.name] = 1
        elif isinstance(field, kinds.CharField | kinds.TextField):
            values[field.name] = f"{field.name} é"[: field.max_length]
    return values | {name: word for (of, name), word in WORDS.items() if of == model.__name__}
