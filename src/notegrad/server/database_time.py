"""The database's time: workers' clocks differ, so that leases, dates and limits are measured by this one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Func
from django.db.models.functions import Now

from notegrad.server.models import Course


class _WrittenAsNow(Func):
    """An expression as SQLite's `Now()` is written, to the millisecond.

    SQLite keeps times as text and compares letters: a sum that Django writes to the microsecond would come
    after `Now()` of the same millisecond, and what is to be done at once would not be due yet.
    """

    template = "%(expressions)s"
    output_field = DateTimeField()

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        template = "STRFTIME('%%%%Y-%%%%m-%%%%d %%%%H:%%%%M:%%%%f', %(expressions)s)"
        return self.as_sql(compiler, connection, template=template)


def after(seconds: float) -> Any:
    """The database's time in so many seconds, as an expression."""
    return _WrittenAsNow(Now() + timedelta(seconds=seconds))


def database_now() -> datetime:
    """The time there by which dates are decided; raises LookupError where there is no course at all."""
    now = Course.objects.annotate(now=Now()).values_list("now", flat=True).first()
    if now is None:
        raise LookupError("a clock is asked for only where there is a course")
    return now
