"""The loop of a worker takes one job after the other, keeps its lease, and takes back what others dropped."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import (
    DatabaseError,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.db.models.functions import Now

from notegrad.records import Record
from notegrad.server.database_time import after
from notegrad.server.logs.lines import facts
from notegrad.server.models import GradingWorker
from notegrad.server.queue import queue
from notegrad.server.queue.queue import Claim, GiveUp, LostJobError

IDLE_S = 0.5
DATABASE_PAUSE_S = 1.5
ALONE_PATIENCE_S = 900.0
SIGNS_PER_LEASE = 3
MAX_SIGN_PAUSE_S = 20.0
FORGET_WORKERS_S = 24 * 3600.0

log = logging.getLogger("notegrad.server.worker")


class FinalFaultError(Exception):
    """A fault that no further try can mend."""


class NoGraderError(Exception):
    """The job could not be begun, since no grader came up: no fault of the job's."""


class UnfitWorkerError(Exception):
    """This worker, or its machine, can do no such job; another may."""


@dataclass
class Control:
    """The signs that a job must look at while it works: `lost` and `stop` are set from outside."""

    lost: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Whether the job is to be dropped."""
        return self.lost.is_set() or self.stop.is_set()


class DroppedError(Exception):
    """The work was dropped because `Control` said so."""


Work = Callable[[Claim, Control], Callable[[], None]]
"""Does a job outside any transaction, and returns what writes its result."""


@dataclass(frozen=True)
class Kind:
    """A kind of job: its work, and what follows where it fails for good."""

    work: Work
    give_up: GiveUp


class LoopOptions(Record, frozen=True, kw_only=True):
    """The options of a worker's loop."""

    queues: tuple[str, ...] = ("cpu",)
    lease_s: float = 30.0
    idle_s: float = IDLE_S
    name: str = ""


def worker_name() -> str:
    """A name that no other living worker has."""
    return f"{socket.gethostname()}:{os.getpid()}"


def run_loop(kinds: Mapping[str, Kind], options: LoopOptions, stop: threading.Event) -> None:
    """Work until `stop` is set; a database that is away is waited for.

    Raises UnfitWorkerError where a job showed that this worker cannot do its work; the job waits for
    another one.
    """
    name = options.name or worker_name()
    give_ups = {kind: known.give_up for kind, known in kinds.items()}
    current: list[tuple[Claim, Control]] = []
    signs = threading.Thread(target=_give_signs, args=(name, options, give_ups, current, stop), daemon=True)
    signs.start()
    try:
        while not stop.is_set():
            with _patience("worker", stop):
                held = queue.claim(name, options.queues, options.lease_s)
                if held is None:
                    stop.wait(options.idle_s)
                    continue
                control = Control(stop=stop)
                current.append((held, control))
                try:
                    _do(held, kinds, control)
                finally:
                    current.clear()
    finally:
        stop.set()
        signs.join(options.lease_s)
        with contextlib.suppress(DatabaseError):
            GradingWorker.objects.filter(name=name).delete()


def _do(held: Claim, kinds: Mapping[str, Kind], control: Control) -> None:
    kind = kinds.get(held.kind)
    started = time.monotonic()
    try:
        if held.is_alone:
            _wait_until_alone(held, control)
        write = kind.work(held, control) if kind else _refuse(held)
        _write(held, write, control)
        took_s = round(time.monotonic() - started, 2)
        about = facts(job=held.job_id, kind=held.kind, took_s=took_s)
        log.info("job %s (%s) done in %.2f s", held.job_id, held.kind, took_s, extra=about)
    except DroppedError:
        queue.give_back(held)
        log.info("job %s dropped", held.job_id)
    except UnfitWorkerError:
        queue.give_back(held)
        raise
    except LostJobError as lost:
        log.warning("%s; what was done here is thrown away", lost)
    except (OperationalError, InterfaceError):
        raise  # the lease runs out, and the job comes back
    except Exception as error:  # noqa: BLE001 (whatever it is, the job must not stay "running")
        about = facts(job=held.job_id, kind=held.kind)
        log.warning("job %s failed: %s", held.job_id, error, extra=about)
        give_up = kind.give_up if kind else _nothing
        with contextlib.suppress(LostJobError):
            if isinstance(error, NoGraderError):
                queue.lose(held, str(error), give_up)
            else:
                queue.fail(held, str(error), give_up, is_final=isinstance(error, FinalFaultError))


def _wait_until_alone(held: Claim, control: Control) -> None:
    """Wait until nothing else runs on this machine, where nothing new is begun meanwhile; not for ever."""
    end = time.monotonic() + ALONE_PATIENCE_S
    while queue.has_neighbours(held) and time.monotonic() < end:
        time.sleep(IDLE_S)
        if control.is_over:
            raise DroppedError


def _write(held: Claim, write: Callable[[], None], control: Control) -> None:
    """Write the result behind the fence; a database that is away for a moment costs no second grading."""
    while True:
        try:
            with transaction.atomic():
                queue.finish(held)
                write()
            return
        except (OperationalError, InterfaceError):
            if control.lost.wait(DATABASE_PAUSE_S):
                raise
            connection.close()


def _refuse(held: Claim) -> Callable[[], None]:
    raise FinalFaultError(f"no worker knows jobs of the kind {held.kind!r}")


def _nothing(_payload: dict[str, Any], _error: str) -> None:
    return None


def _give_signs(
    name: str,
    options: LoopOptions,
    give_ups: Mapping[str, GiveUp],
    current: Sequence[tuple[Claim, Control]],
    stop: threading.Event,
) -> None:
    """Renew the lease, say that this worker lives, and take back what silent ones hold."""
    pause_s = min(options.lease_s / SIGNS_PER_LEASE, MAX_SIGN_PAUSE_S)
    while True:
        with _patience("signs", stop):
            for held, control in list(current):
                if not queue.renew(held, options.lease_s) and (held, control) in list(current):
                    control.lost.set()
            GradingWorker.objects.update_or_create(
                name=name, defaults={"queues": list(options.queues), "seen_at": Now()}
            )
            GradingWorker.objects.filter(seen_at__lt=after(-FORGET_WORKERS_S)).delete()
            queue.reap(give_ups)
        if stop.wait(pause_s):
            break
    connection.close()


@contextlib.contextmanager
def _patience(who: str, stop: threading.Event) -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        log.warning("%s: the database does not answer (%s); trying again", who, error)
        connection.close()
        stop.wait(DATABASE_PAUSE_S)
    finally:
        close_old_connections()
