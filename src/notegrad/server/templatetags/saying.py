"""Template tags: sentences by key, dates in the course's zone, time left, numbers with a decimal mark."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils.dateformat import format as format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString

from notegrad.messages import translate
from notegrad.results.pages.page import decimal

register = template.Library()

_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60
_LONG = {"fr": "l j F Y à H:i", "en": "l j F Y, H:i"}
_SHORT = {"fr": "j N Y H:i", "en": "j M Y H:i"}


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **facts: Any) -> str:
    """The sentence of that key in the page's language."""
    return translate(key, context["language"], **facts)


@register.simple_tag(takes_context=True)
def moment(context: Context, at: datetime | None, zone: str = "UTC", form: str = "long") -> SafeString:
    """A date in the course's zone, which the long form names."""
    if at is None:
        return SafeString("—")
    there = at.astimezone(ZoneInfo(zone))
    forms = _SHORT if form == "short" else _LONG
    said = format_date(there, forms.get(context["language"], forms["fr"]))
    named = said if form == "short" else f"{said} ({zone.replace('_', ' ')})"
    return format_html('<time datetime="{}">{}</time>', there.isoformat(timespec="seconds"), named)


@register.simple_tag(takes_context=True)
def time_left(context: Context, until: datetime | None, now: datetime) -> str:
    """The time left, in the two largest units that say something; empty where it is past."""
    if until is None or until <= now:
        return ""
    left_s = int((until - now).total_seconds())
    days, hours, minutes = left_s // _DAY_S, left_s % _DAY_S // _HOUR_S, left_s % _HOUR_S // _MINUTE_S
    if days:
        key, facts = "left_days", {"days": days, "hours": hours}
    elif hours:
        key, facts = "left_hours", {"hours": hours, "minutes": minutes}
    else:
        key, facts = "left_minutes", {"minutes": max(1, minutes)}
    return translate(key, context["language"], **facts)


@register.simple_tag(takes_context=True)
def number(context: Context, value: float | None) -> str:
    """A number with two digits at most and the language's decimal mark; a dash where there is none."""
    return "—" if value is None else decimal(float(value), context["language"])
