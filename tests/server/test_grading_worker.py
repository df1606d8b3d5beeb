"""Grading workers with real grader processes, warm, killed and stopped in the middle."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from tests.server.test_queue import kill
from tests.support.server_database import start_program, until
from tests.support.server_world import School, notebook

pytest.importorskip(
    "django", reason="skipped, because the extra is not installed: pip install 'notegrad[server]'"
)


@pytest.fixture
def start(school: School) -> Iterator[Callable[..., Popen[bytes]]]:
    workers: list[Popen[bytes]] = []

    def started(*arguments: str) -> Popen[bytes]:
        workers.append(start_program("grading_worker", *arguments))
        return workers[-1]

    yield started
    for worker in workers:
        kill(worker)


def is_graded(hand_in: Any) -> bool:
    hand_in.refresh_from_db()
    return hand_in.state == "graded"


def pid_of(hand_in: Any) -> str:
    from notegrad.server.result_rows import unpacked

    return unpacked(hand_in.current).versions["pid"]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def test_a_grader_stays_warm(start, school):
    """Two submissions with one bundle are graded by one process; the scores are those that it gave."""
    first, second = school.hand_in("ana", notebook("12")), school.hand_in("bob", notebook("7.5"))
    start()
    until(lambda: is_graded(first) and is_graded(second), "both are graded")
    assert (first.current.score, second.current.score) == (12.0, 7.5)
    assert pid_of(first) == pid_of(second)


def test_who_kills_graders_is_not_graded_and_harms_nobody(start, school):
    """A submission that ends its grader at every try has three, the last alone: no zero, its neighbour a result."""
    from notegrad.server.models import Job, ResultVersion

    bad, good = school.hand_in("ana", notebook("die")), school.hand_in("bob", notebook("7"))
    start()
    until(lambda: is_graded(good), "the neighbour is graded")
    until(lambda: bad.refresh_from_db() or bad.state == "not_graded", "the other is given up")
    job = Job.objects.get(pk=bad.job_id)
    assert (bad.current, job.tries, job.is_alone) == (None, 3, True)
    assert "SIGKILL" in bad.reason
    assert ResultVersion.objects.count() == 1


def test_the_attempt_of_a_killed_worker_is_graded_by_another(start, school, tmp_path):
    """A kill -9 in the middle of a grading costs a lease, no attempt and no try; the grader ends with its worker."""
    from notegrad.server.blobs import keep
    from notegrad.server.models import HandIn

    sign = tmp_path / "sign"
    hand_in = school.hand_in("ana", notebook(f"mark {sign}"))
    first = start()
    until(sign.exists, "the grading begins")
    until(lambda: sign.read_text(), "the grader has said its number")
    os.kill(first.pid, signal.SIGKILL)  # the worker alone: its grader leads a session of its own
    until(lambda: is_gone(int(sign.read_text())), "the grader ends in the middle of its submission")
    HandIn.objects.filter(pk=hand_in.pk).update(blob=keep(notebook("9")))
    start()
    until(lambda: is_graded(hand_in), "another worker grades it")
    assert hand_in.current.score == 9.0
    hand_in.job.refresh_from_db()
    assert (hand_in.job.tries, hand_in.job.starts) == (0, 2)


def test_a_worker_that_is_stopped_gives_back_and_cleans_up(start, school, tmp_path):
    """SIGTERM in the middle of a grading: the job waits again at once, and the grader process is gone."""
    from notegrad.server.models import GradingWorker, Job

    sign = tmp_path / "sign"
    school.hand_in("ana", notebook(f"mark {sign}"))
    worker = start()
    until(lambda: sign.exists() and sign.read_text(), "the grading begins")
    worker.terminate()
    assert worker.wait(60) == 0
    job = Job.objects.get(kind="grade")
    assert (job.state, job.starts, GradingWorker.objects.count()) == ("ready", 0, 0)
    until(lambda: is_gone(int(sign.read_text())), "the grader process ends")


def test_a_worker_that_cannot_grade_spoils_nothing(start, school):
    """A machine without the means of confinement ends its worker; the job waits for another, no try is counted."""
    from notegrad.server.models import Job

    hand_in = school.hand_in("ana", notebook("9"))
    assert start("tests.support.misbehaving_grader:make_refused").wait(60) != 0
    job = Job.objects.get(kind="grade")
    assert (job.state, job.tries) == ("ready", 0)
    start()
    until(lambda: is_graded(hand_in), "another worker grades it")


def test_a_grader_that_does_not_come_up_costs_no_try(start, school):
    """A fault before the grader has the submission is not the submission's; another worker grades it."""
    from notegrad.server.models import Job

    hand_in = school.hand_in("ana", notebook("9"))
    broken = start("tests.support.misbehaving_grader:make_broken")
    until(lambda: Job.objects.get(kind="grade").error, "the start has failed")
    job = Job.objects.get(kind="grade")
    assert (job.state, job.tries, job.starts) == ("ready", 0, 1)
    kill(broken)
    Job.objects.filter(pk=job.pk).update(run_after=job.created_at)
    start()
    until(lambda: is_graded(hand_in), "another worker grades it")


def test_a_worker_makes_the_report_of_a_class(start, school, browse):
    """The staff asks for it on the class's page; a worker draws it, and the page shows it under a policy of its own."""
    hand_in = school.hand_in("ana", notebook("12"))
    start()
    until(lambda: is_graded(hand_in), "the attempt is graded")
    client, page = browse("iris"), "/courses/tenseurs/assignments/tp0/"
    assert client.get(f"{page}report/").status_code == 404
    client.post(f"{page}report/make/")
    until(lambda: client.get(f"{page}report/").status_code == 200, "the report is made")
    answer = client.get(f"{page}report/")
    assert f"/attempts/{hand_in.pk}/" in answer.content.decode()
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert "Bilan d’une copie" in client.get(f"{page}class/").content.decode()


def test_a_hand_in_of_two_notebooks_has_the_time_of_two(school, tmp_path, monkeypatch):
    """Each notebook that is graded may take its time: the second one must not run into the first one's limit."""
    from notegrad.records import Candidate, Submission
    from notegrad.server.queue.loop import Control
    from notegrad.server.warm_graders import GraderBundle, WarmGraders
    from tests.support.server_graders import FACTORY
    from tests.support.server_world import bundle_zip

    waited = []
    hear = WarmGraders._hear

    def noted(self, name, process, deadline_s, control):
        waited.append(deadline_s)
        return hear(self, name, process, deadline_s, control)

    monkeypatch.setattr(WarmGraders, "_hear", noted)
    graders = WarmGraders(tmp_path, hidden_paths=(), factory=FACTORY)
    bundle = GraderBundle(sha256="0" * 64, data=bundle_zip(), slug="tp0", deadline_s=300.0)
    one = Submission(id="a", student="A", cells=("1",))
    two = Submission(id="b", student="B", cells=("1",), others=(Candidate(path="b.ipynb", cells=("2",)),))
    try:
        for submission in (one, two):
            assert graders.grade(bundle, submission, Control()).score == 1
    finally:
        graders.close()
    assert waited[1:] == [300.0, 600.0]  # the first is that of the start
