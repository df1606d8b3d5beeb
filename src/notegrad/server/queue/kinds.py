"""Kinds of jobs that other applications bring, on queues of their own: none of them waits for a grading."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from notegrad.server.queue.loop import Kind, LoopOptions, run_loop, worker_name

_BROUGHT: dict[str, dict[str, Kind]] = {}


def bring(queue_name: str, kinds: Mapping[str, Kind]) -> None:
    """Add kinds of jobs that every worker does, on a queue of that name."""
    _BROUGHT.setdefault(queue_name, {}).update(kinds)


def brought_kinds(queue_name: str) -> dict[str, Kind]:
    """The kinds that were brought for a queue."""
    return dict(_BROUGHT.get(queue_name, {}))


def work_beside(lease_s: float, stop: threading.Event) -> list[threading.Thread]:
    """Start a thread for each queue that was brought; it works until `stop` is set."""
    threads = []
    for name, kinds in _BROUGHT.items():
        options = LoopOptions(queues=(name,), lease_s=lease_s, name=f"{worker_name()}:{name}")
        threads.append(threading.Thread(target=run_loop, args=(kinds, options, stop), name=name, daemon=True))
        threads[-1].start()
    return threads
