"""A worker of the platforms' queue alone, with short pauses: `python -m tests.programs.platform_worker`, to be killed."""

from __future__ import annotations

import os
import signal
import threading


def work() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notegrad.server.django_settings")
    import django

    django.setup()
    from django.conf import settings

    settings.LTI_PRIVATE_HOSTS = ("127.0.0.1",)
    from notegrad.lti import back_off, line_items, scores
    from notegrad.lti.wishes import QUEUE
    from notegrad.server.queue.kinds import brought_kinds
    from notegrad.server.queue.loop import LoopOptions, run_loop

    back_off.BACK_OFF_S = (0.2,) * 40
    back_off.MAX_PASSBACK_TRIES = 40
    scores.AFTER_OUR_FAULT_S = 0.5
    line_items.MAKING_S, line_items.PAUSE_S = 2.0, 0.2
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    run_loop(brought_kinds(QUEUE), LoopOptions(queues=(QUEUE,), lease_s=1.5, idle_s=0.05), stop)


if __name__ == "__main__":
    work()
