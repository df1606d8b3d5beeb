"""A grading worker: takes jobs of the queue until it is told to stop."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from pathlib import Path

from notegrad.batch.engines.grader_protocol import DEFAULT_FACTORY
from notegrad.errors import SandboxUnavailableError
from notegrad.server.commands.setting_up import hidden_places, require_tables, set_up
from notegrad.server.configuration import SECRET_VARIABLES, Deployment
from notegrad.server.logs.setting import set_log

JOIN_S = 5.0  # what is then unfinished comes back when its lease is over


def work(
    deployment: Deployment, queues: tuple[str, ...], *, factory: str = DEFAULT_FACTORY, unsafe: bool = False
) -> None:
    """Grade until SIGTERM or Ctrl-C, and give back what is then unfinished.

    Raises InputError where the database cannot be reached or has no tables, SandboxUnavailableError where
    this machine cannot grade.
    """
    set_log(deployment)
    set_up()
    require_tables()
    for name in SECRET_VARIABLES:  # graders start with this environment
        os.environ.pop(name, None)
    from notegrad.server import grade_job
    from notegrad.server.mail import letter_job
    from notegrad.server.privacy import upkeep_job
    from notegrad.server.queue.kinds import work_beside
    from notegrad.server.queue.loop import LoopOptions, UnfitWorkerError, run_loop
    from notegrad.server.staff import pages_job, rehearsal_job, report_job
    from notegrad.server.warm_graders import WarmGraders

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with tempfile.TemporaryDirectory(prefix="notegrad-worker-") as folder:
        graders = WarmGraders(
            Path(folder), hidden_paths=hidden_places(deployment), factory=factory, unsafe=unsafe
        )
        kinds = {
            grade_job.KIND: grade_job.grade_kind(graders),
            report_job.KIND: report_job.report_kind(),
            pages_job.KIND: pages_job.pages_kind(),
            rehearsal_job.KIND: rehearsal_job.rehearse_kind(graders),
            letter_job.KIND: letter_job.letter_kind(),
            upkeep_job.KIND: upkeep_job.upkeep_kind(),
        }
        upkeep_job.ensure_upkeep()
        beside = work_beside(deployment.lease_s, stop)
        try:
            run_loop(kinds, LoopOptions(queues=queues, lease_s=deployment.lease_s), stop)
        except UnfitWorkerError as error:
            raise SandboxUnavailableError(str(error)) from None
        finally:
            graders.close()
            for thread in beside:
                thread.join(JOIN_S)
