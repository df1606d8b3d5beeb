"""The rate of requests: how many a person, or an address without a session, may make a minute.

Each web process counts for itself, so that no request costs a row: with n processes up to n times as many
pass. Uploads and wrong passwords have limits of their own, which the database counts.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from notegrad.server.faults import refusal_page

MINUTE_S = 60.0
MAX_KNOWN = 20_000
"""Persons and addresses that a process remembers; the one that was quiet longest is forgotten."""

UNCOUNTED = ("/health", "/metrics", "/style-", "/static/")


class RateBook:
    """The book of who has how many requests left; used by all threads of a process."""

    def __init__(self, max_known: int = MAX_KNOWN) -> None:
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._max_known = max_known
        self._lock = threading.Lock()

    def wait_s(self, who: Hashable, per_minute: int, now_s: float) -> float:
        """Count one request; the seconds until there will be another, 0 where this one passes."""
        with self._lock:
            left, then_s = self._left.pop(who, (float(per_minute), now_s))
            left = min(float(per_minute), left + (now_s - then_s) * per_minute / MINUTE_S)
            passes = left >= 1
            self._left[who] = (left - 1 if passes else left, now_s)
            if len(self._left) > self._max_known:
                self._left.popitem(last=False)
        return 0.0 if passes else (1 - left) * MINUTE_S / per_minute


def request_rates(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuses what comes too fast, with the time to wait; a whole class may sit behind one address."""
    book = RateBook()

    def answered(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(UNCOUNTED):
            return respond(request)
        if request.user.is_authenticated:
            who, per_minute = ("person", request.user.pk), settings.REQUESTS_PER_PERSON
        else:
            who, per_minute = ("address", request.META.get("REMOTE_ADDR", "")), settings.REQUESTS_PER_ADDRESS
        wait_s = book.wait_s(who, per_minute, time.monotonic())
        if wait_s:
            seconds = math.ceil(wait_s)
            response = refusal_page(request, 429, "refused_too_fast", seconds=seconds)
            response["Retry-After"] = str(seconds)
            return response
        return respond(request)

    return answered
