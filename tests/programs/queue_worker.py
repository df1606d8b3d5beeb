"""A worker for the tests of the queue: its jobs sleep or raise, and leave a line for each start and each end.

    python -m tests.programs.queue_worker LEASE_S STARTS_FILE

A start is a line in the file, written at once; an end is a row in the database, written behind the fence.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path


def main() -> None:
    import django

    django.setup()
    from notegrad.server.models import AuditEntry
    from notegrad.server.queue.loop import DroppedError, Kind, LoopOptions, run_loop, worker_name

    lease_s, starts = float(sys.argv[1]), Path(sys.argv[2])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def note(held) -> None:
        with starts.open("a") as lines:
            lines.write(f"{held.payload['name']} {os.getpid()}\n")

    def sleeps(held, control):
        note(held)
        end = time.monotonic() + held.payload.get("seconds", 0)
        while time.monotonic() < end:
            if stop.is_set() and held.payload.get("drops"):
                raise DroppedError
            time.sleep(0.02)
        return lambda: AuditEntry.objects.create(
            action="ended", target=held.payload["name"], reason=worker_name()
        )

    def raises(held, control):
        note(held)
        raise RuntimeError("as \0 always")

    def dies(held, control):
        note(held)
        os.kill(os.getpid(), signal.SIGKILL)

    def gives_up(payload, error):
        AuditEntry.objects.create(action="gave up", target=payload["name"], reason=error[:300])

    kinds = {
        name: Kind(work, gives_up) for name, work in (("sleep", sleeps), ("raise", raises), ("die", dies))
    }
    run_loop(kinds, LoopOptions(lease_s=lease_s, idle_s=0.05), stop)


if __name__ == "__main__":
    main()
