"""The queue on both databases: nothing is lost, nothing is done twice, whoever is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.server_database import start_program, until

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)

LEASE_S = 2.0
Start = Callable[[], subprocess.Popen]


def kill(worker: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


@pytest.fixture
def starts(tmp_path: Path) -> Path:
    path = tmp_path / "starts"
    path.touch()
    return path


@pytest.fixture
def start(database: str, starts: Path) -> Iterator[Start]:
    """Starts workers on the database; what is left of them is killed at the end."""
    workers: list[subprocess.Popen] = []

    def started() -> subprocess.Popen:
        workers.append(start_program("queue_worker", str(LEASE_S), str(starts)))
        return workers[-1]

    yield started
    for worker in workers:
        kill(worker)


def put(name: str, kind: str = "sleep", **options):
    from notegrad.server.queue import queue

    payload = {"name": name, **{key: options.pop(key) for key in ("seconds", "drops") if key in options}}
    return queue.enqueue(kind, payload, **options)


def ended(action: str = "ended") -> list[str]:
    from notegrad.server.models import AuditEntry

    return list(AuditEntry.objects.filter(action=action).order_by("id").values_list("target", flat=True))


def begun(starts: Path) -> list[str]:
    return [line.split()[0] for line in starts.read_text().splitlines()]


def states() -> Counter:
    from notegrad.server.models import Job

    return Counter(Job.objects.values_list("state", flat=True))


def test_a_rolled_back_job_never_runs(start: Start, starts: Path):
    """An upload whose transaction fails leaves no job behind."""
    from django.db import transaction

    with contextlib.suppress(RuntimeError), transaction.atomic():
        put("never")
        raise RuntimeError
    put("after")
    start()
    until(lambda: ended() == ["after"], "the other job ends")
    assert begun(starts) == ["after"]


def test_the_job_of_a_killed_worker_comes_back(start: Start, starts: Path):
    """A worker that is killed in the middle costs a lease, and its job ends once."""
    put("long", seconds=1.0)
    first = start()
    until(lambda: begun(starts), "the job begins")
    kill(first)
    start()
    until(lambda: ended(), "the job comes back")
    assert (ended(), begun(starts), states()) == (["long"], ["long", "long"], {"done": 1})


def test_a_task_longer_than_its_lease_is_not_taken_away(start: Start, starts: Path):
    """A living worker renews its lease, and an idle one beside it gets nothing."""
    put("long", seconds=2.5 * LEASE_S)
    start()
    start()
    until(lambda: ended(), "the long job ends")
    assert begun(starts) == ["long"]


def test_the_late_result_of_a_lost_worker_loses(start: Start, starts: Path):
    """A worker that was frozen beyond its lease comes back with a result that nobody keeps."""
    from notegrad.server.models import AuditEntry, Job

    put("slow", seconds=0.5)
    first = start()
    until(lambda: begun(starts), "the job begins")
    os.killpg(first.pid, signal.SIGSTOP)
    second = start()
    until(lambda: ended(), "the second worker ends it")
    kill(
        second
    )  # not stopped: it might hold SQLite's only lock then; it is the first that comes to the next job
    put("next")
    os.killpg(first.pid, signal.SIGCONT)
    until(lambda: "next" in ended(), "the first goes on")
    assert ended() == ["slow", "next"]
    assert AuditEntry.objects.get(target="slow").reason.endswith(f":{second.pid}")
    assert Job.objects.get(payload__name="slow").worker.endswith(f":{second.pid}")


def test_workers_that_are_killed_are_not_the_jobs_fault(start: Start, starts: Path):
    """A job whose workers are killed more often than it may fail is done all the same, and has used no try."""
    from notegrad.grading.retries import MAX_JOB_TRIES
    from notegrad.server.models import Job

    put("innocent", seconds=0.5)
    for killed in range(1, MAX_JOB_TRIES + 2):
        worker = start()
        until(lambda killed=killed: len(begun(starts)) == killed, "the job begins")
        kill(worker)
    start()
    until(lambda: ended(), "the job ends")
    job = Job.objects.get()
    assert (job.state, job.tries, job.starts) == ("done", 0, MAX_JOB_TRIES + 2)


def test_the_last_try_is_made_alone(start: Start, starts: Path):
    """What is to run alone waits until its neighbours on the machine have ended."""
    from django.db import transaction

    from notegrad.server.models import GradingWorker, Job

    for _ in range(2):
        start()
    until(lambda: GradingWorker.objects.count() == 2, "both workers are there")
    put("neighbour", seconds=3.0)
    until(lambda: begun(starts), "the neighbour begins")
    with transaction.atomic():
        Job.objects.filter(pk=put("suspect", seconds=0.5).pk).update(is_alone=True)
    until(lambda: "suspect" in begun(starts), "the suspect begins")
    assert "neighbour" in ended()
    until(lambda: len(ended()) == 2, "the suspect ends")


def test_what_is_put_in_may_be_taken_at_once(database: str):
    """A job without delay is due in the millisecond in which it was put in, and one with a delay is not."""
    from notegrad.server.queue import queue

    for _ in range(200):
        put("now")
        held = queue.claim("here:1", ("cpu",), 60.0)
        assert held is not None
        queue.finish(held)
    put("later", delay_s=60.0)
    assert queue.claim("here:1", ("cpu",), 60.0) is None


def test_beside_a_job_that_runs_alone_nothing_is_begun(database: str):
    """Workers of that machine take nothing meanwhile, those of another machine do; two suspects wait in order."""
    from notegrad.server.database_time import after
    from notegrad.server.models import Job
    from notegrad.server.queue import queue

    def claim(worker: str) -> queue.Claim | None:
        return queue.claim(worker, ("cpu",), 60.0)

    put("neighbour")
    neighbour = claim("here:1")
    Job.objects.filter(pk=put("suspect").pk).update(is_alone=True)
    suspect = claim("here:2")
    put("next")
    assert suspect.is_alone
    assert queue.has_neighbours(suspect)
    assert claim("here:3") is None
    assert claim("elsewhere:3") is not None
    queue.finish(neighbour)
    assert not queue.has_neighbours(suspect)
    second = Job.objects.create(kind="sleep", state="running", worker="here:4", is_alone=True)
    Job.objects.filter(pk=second.pk).update(lease_until=after(60))
    assert not queue.has_neighbours(suspect)  # the older goes first, so that they do not wait for each other
    Job.objects.filter(pk=second.pk).delete()
    queue.finish(suspect)
    put("later")
    assert claim("here:3") is not None


def test_what_cannot_be_begun_has_used_no_try(database: str):
    """Where no grader comes up, the job waits, longer each time, and ends at the number of starts."""
    from notegrad.server.database_time import after
    from notegrad.server.models import AuditEntry, Job
    from notegrad.server.queue import queue

    put("early", max_starts=2)
    for expected in ("ready", "failed"):
        Job.objects.update(run_after=after(-1))
        held = queue.claim("w:1", ("cpu",), 60.0)
        queue.lose(held, "no grader", lambda payload, _: AuditEntry.objects.create(action=payload["name"]))
        job = Job.objects.get()
        assert (job.state, job.tries) == (expected, 0)
        assert queue.claim("w:1", ("cpu",), 60.0) is None
    assert AuditEntry.objects.get().action == "early"


@pytest.mark.parametrize("kind", ["raise", "die"])
def test_what_always_fails_ends_as_failed(start: Start, starts: Path, kind: str):
    """A job that raises, or that ends its worker, is begun as often as it may, and then given up once."""
    put("bad", kind, max_tries=2, max_starts=2)
    workers = [start()]
    while not ended("gave up"):
        if workers[-1].poll() is not None:
            workers.append(start())
        until(
            lambda: ended("gave up") or workers[-1].poll() is not None, "it is given up, or kills its worker"
        )
    assert (begun(starts), ended("gave up"), states()) == (["bad", "bad"], ["bad"], {"failed": 1})


def test_the_more_urgent_is_taken_first(start: Start, starts: Path):
    """Uploads before regrades, a student's newest upload before the earlier ones, else first come first served."""
    from notegrad.server.queue import queue

    put("regrade", priority=queue.REGRADE_PRIORITY)
    put("ana-1", owner_id=1)
    put("bob-1", owner_id=2)
    queue.let_earlier_wait(1, "sleep")
    put("ana-2", owner_id=1)
    start()
    until(lambda: len(ended()) == 4, "all end")
    assert begun(starts) == ["bob-1", "ana-2", "ana-1", "regrade"]


def test_the_place_in_the_queue_is_the_order_of_work(database: str):
    """The number that a student reads counts what really comes before, from the right end."""
    from notegrad.server.queue import queue

    jobs = [put("a"), put("b", priority=0), put("c"), put("g", queue="gpu")]
    for job in jobs:
        job.refresh_from_db()
    assert [queue.ahead_of(job) for job in jobs] == [0, 2, 1, 0]
    queue.claim("w", ("cpu",), LEASE_S)
    assert queue.ahead_of(jobs[1]) == 2


def test_a_queue_is_a_condition(start: Start, starts: Path):
    """A job for a device waits for a worker that has it."""
    put("gpu", queue="gpu")
    put("cpu")
    start()
    until(lambda: ended(), "the other ends")
    assert (begun(starts), states()) == (["cpu"], {"done": 1, "ready": 1})


def test_later_is_later(start: Start, starts: Path):
    """A job that is to wait lets others pass."""
    put("later", delay_s=3.0)
    put("now", priority=-100)
    start()
    until(lambda: len(ended()) == 2, "both end")
    assert begun(starts) == ["now", "later"]


def test_a_worker_that_is_asked_to_stop_gives_its_job_back(start: Start, starts: Path):
    """SIGTERM costs the job no try, and no lease: the next worker has it at once."""
    from notegrad.server.models import Job

    put("dropped", seconds=60.0, drops=True)
    worker = start()
    until(lambda: begun(starts), "the job begins")
    worker.terminate()
    assert worker.wait(30) == 0
    job = Job.objects.get()
    assert (job.state, job.tries, job.starts) == ("ready", 0, 0)


def test_one_job_has_one_taker(database: str):
    """Eight workers that claim at the same time never get the same job."""
    from django.db import connection

    from notegrad.server.queue import queue

    for number in range(20):
        put(str(number))
    taken: list[int] = []

    def take(name: str) -> None:
        while (held := queue.claim(name, ("cpu",), 60.0)) is not None:
            taken.append(held.job_id)
        connection.close()

    threads = [threading.Thread(target=take, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), len(set(taken))) == (20, 20)


@pytest.mark.slow
def test_a_storm_loses_nothing(start: Start, starts: Path):
    """Sixty jobs, three workers, six of which are killed in the middle: each job ends once."""
    for number in range(60):
        put(str(number), seconds=0.1, max_starts=20)
    workers = [start() for _ in range(3)]
    for kills in range(6):
        until(lambda: len(begun(starts)) > 8 * (kills + 1), "work goes on")
        kill(workers.pop(0))
        workers.append(start())
    until(lambda: states() == {"done": 60}, "all end", 120.0)
    assert sorted(map(int, ended())) == list(range(60))
