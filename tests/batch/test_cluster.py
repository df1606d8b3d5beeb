"""Grading on a Dask cluster: bytes go out, results come back, whatever dies on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notegrad.batch.bundle_facts import facts_of
from notegrad.batch.class_run import grade_all
from notegrad.batch.engines.engine_choice import EngineOptions, parse_engine
from notegrad.batch.engines.grader_protocol import Failed
from notegrad.batch.engines.ledger import Event
from notegrad.course.bundle import read_bundle
from notegrad.errors import InputError, SandboxError
from notegrad.records import GradingResult, Submission
from tests.support.fake_questions import FACTORY, read_marks, write_bundle

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow  # each starts a cluster

WORDS = {"q1": "alpha", "q2": "beta"}


@pytest.fixture(scope="module")
def shared_marks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("marks") / "marks"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAKE_MARKS", str(path))
        yield path


@pytest.fixture
def marks(shared_marks: Path) -> Path:
    """What the fake graders did in this test; the workers learn its place when they start."""
    shared_marks.unlink(missing_ok=True)
    return shared_marks


def two_workers() -> Any:
    """A cluster of two workers, processes of their own, on this machine's loopback."""
    return distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        host="127.0.0.1",
        silence_logs="CRITICAL",
    )


@pytest.fixture(scope="module")
def cluster(shared_marks: Path) -> Iterator[Any]:
    """A cluster that is as it was after each test that uses it."""
    with two_workers() as made:
        yield made


def on_cluster(address: str, *, graders: int) -> EngineOptions:
    engine = parse_engine(address.replace("tcp:", "dask:"))
    return EngineOptions(graders=graders, engine=engine, factory=FACTORY)


def grade(
    folder: Path, address: str, *submissions: Submission, **options: Any
) -> tuple[tuple[GradingResult, ...], list[Event], list[Failed]]:
    events: list[Event] = []
    troubles: list[Failed] = []
    bundle = options.pop("bundle", None) or write_bundle(folder / "tp.zip", WORDS)
    results = grade_all(
        facts_of(read_bundle(bundle), bundle, device=options.pop("device", None)),
        submissions,
        on_cluster(address, graders=10),
        out=folder / "out",
        on_event=events.append,
        on_start_failure=troubles.append,
        **options,
    )
    return results, events, troubles


def submission(name: str, *cells: str) -> Submission:
    return Submission(id=name, student=name.title(), cells=(*cells, f"# {name}"))


def test_graded_on_a_cluster_as_here(tmp_path: Path, cluster: Any, marks: Path) -> None:
    """Order, scores, retries, unreadable submissions and files are those of the local engine."""
    results, events, _ = grade(
        tmp_path,
        cluster.scheduler_address,
        submission("a", "alpha", "sleep 0.2"),
        submission("b", "alpha", "beta"),
        submission("c", "fault once"),
        submission("d", "die"),
        Submission(id="u", student="U", unreadable="Vide."),
        submission("e", "alpha"),
    )
    assert [r.status for r in results] == [*["graded"] * 3, "not_graded", "unreadable", "graded"]
    assert [r.score for r in results] == [2.0, 4.0, 0.0, 0.0, 0.0, 2.0]
    assert "SIGKILL" in str(results[3].reason)
    assert [q.question.name for q in results[3].questions] == ["q1", "q2"]
    kinds = {name: [e.kind for e in events if e.submission.id == name] for name in "abcd"}
    assert kinds["c"] == ["started", "retried", "started", "graded"]
    assert kinds["d"][-1] == "not_graded"
    assert (tmp_path / "out/gradebook.csv").read_text().count("\n") == 7
    # Neither the client nor a Dask worker judges: each grader is a process below a Dask worker, and is gone.
    pids = {int(line.split()[-1]) for line in read_marks(marks)}
    assert os.getpid() not in pids
    for pid in pids:
        _wait_until(lambda pid=pid: not Path(f"/proc/{pid}").exists())


def test_what_is_not_graded_lists_its_questions_though_no_other_was_graded(
    tmp_path: Path, cluster: Any, marks: Path
) -> None:
    """A grader that dies has said which questions there are: a class's first failure is not a row of blanks."""
    (result,), _, _ = grade(tmp_path, cluster.scheduler_address, submission("d", "die"))
    assert (result.status, result.max_score) == ("not_graded", 4.0)
    assert [q.question.name for q in result.questions] == ["q1", "q2"]


def test_a_lost_worker_s_tasks_run_elsewhere(tmp_path: Path, cluster: Any, marks: Path) -> None:
    """A Dask worker that is killed in the middle costs nobody anything."""
    results, _, troubles = grade(
        tmp_path,
        cluster.scheduler_address,
        submission("a", "alpha", "kill parent once"),
        *(submission(f"s{number}", "alpha", "sleep 0.1") for number in range(12)),
    )
    assert [r.status for r in results] == ["graded"] * 13
    assert [r.score for r in results] == [2.0] * 13
    assert sum(line.split()[0] == "a" for line in read_marks(marks)) == 2
    assert any("has left" in trouble.error for trouble in troubles)


def test_a_task_that_kills_its_workers_is_given_up(tmp_path: Path, marks: Path) -> None:
    """The scheduler tries it a few times; then it is not graded, with a reason, and the others are."""
    with two_workers() as doomed:  # Dask starts nobody again who was killed too often
        results, _, _ = grade(
            tmp_path, doomed.scheduler_address, submission("a", "kill parent"), submission("b", "alpha")
        )
    assert [r.status for r in results] == ["not_graded", "graded"]
    assert "KilledWorker" in str(results[0].reason)


def test_a_bundle_that_cannot_be_used_ends_the_run(tmp_path: Path, cluster: Any) -> None:
    """What the graders of the cluster refuse is said in the same sentence as here."""
    broken = write_bundle(tmp_path / "tp.zip", {"q1": "broken"})
    with pytest.raises(InputError, match="The bundle has no tests"):
        grade(tmp_path, cluster.scheduler_address, submission("a"), bundle=broken)


def test_other_versions_on_the_workers_are_refused(
    tmp_path: Path, cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cluster with another torch would give other results: one sentence, and nothing is graded."""
    monkeypatch.setattr(
        "notegrad.batch.engines.cluster.versions", lambda: {"notegrad": "9.9", "torch": "9.9.9"}
    )
    with pytest.raises(InputError, match=r"has \S+ .*, this machine has .*: results would differ"):
        grade(tmp_path, cluster.scheduler_address, submission("a"))


def test_work_for_a_gpu_asks_for_a_worker_that_has_one(tmp_path: Path, cluster: Any) -> None:
    """Without the resource on any worker nothing would ever run: one sentence says how to start them."""
    cuda = write_bundle(tmp_path / "tp.zip", WORDS, '{"slug": "tp", "title": "TP", "device": "cuda"}')
    with pytest.raises(InputError, match='--resources "GPU=1"'):
        grade(tmp_path, cluster.scheduler_address, submission("a"), bundle=cuda)


def test_work_for_a_gpu_runs_where_the_gpu_is(tmp_path: Path, marks: Path) -> None:
    """Of two workers, only the one that says it has a GPU is given work for it."""
    bundle = write_bundle(tmp_path / "tp.zip", WORDS, '{"slug": "tp", "title": "TP", "device": "cuda"}')
    workers = {
        name: {"cls": distributed.Nanny, "options": {"nthreads": 1, "resources": resources}}
        for name, resources in (("plain", {}), ("gpu", {"GPU": 1}))
    }
    scheduler = {
        "cls": distributed.Scheduler,
        "options": {"host": "127.0.0.1", "port": 0, "dashboard_address": None},
    }
    with distributed.SpecCluster(workers=workers, scheduler=scheduler, silence_logs="CRITICAL") as made:
        submissions = [submission(f"s{n}", "alpha") for n in range(4)]
        results, _, _ = grade(tmp_path, made.scheduler_address, *submissions, bundle=bundle)
    assert [r.score for r in results] == [2.0] * 4
    assert len({line.split()[-1] for line in read_marks(marks)}) == 1


def test_a_scheduler_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong address, or a cluster without workers, ends the command with what to do."""
    monkeypatch.setattr("notegrad.batch.engines.dask_crew.CONNECT_S", 1.0)
    with pytest.raises(InputError, match="cannot be reached"):
        grade(tmp_path, "dask://127.0.0.1:1", submission("a"))
    monkeypatch.setattr("notegrad.batch.engines.dask_crew.FIRST_WORKER_S", 1.0)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None, host="127.0.0.1") as empty,
        pytest.raises(InputError, match="has no worker"),
    ):
        grade(tmp_path, empty.scheduler_address, submission("a"))


def test_a_scheduler_that_dies_leaves_what_is_graded(
    tmp_path: Path, marks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run ends with one sentence; the results until then are written, and the same command goes on."""
    code = (
        "from distributed import LocalCluster; import sys\n"
        "if __name__ == '__main__':\n"
        "    c = LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, host='127.0.0.1')\n"
        "    print(c.scheduler_address, flush=True); sys.stdin.read()\n"
    )
    script = tmp_path / "cluster.py"
    script.write_text(code)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    monkeypatch.setattr("notegrad.batch.engines.dask_crew.NOBODY_LEFT_S", 5.0)

    graded: list[str] = []

    def kill_after_one(event: Event) -> None:
        if event.kind == "graded":
            graded.append(event.submission.id)
            process.kill()

    bundle = write_bundle(tmp_path / "tp.zip", WORDS)
    with pytest.raises(SandboxError, match="same command again"):
        grade_all(
            facts_of(read_bundle(bundle), bundle),
            # Dask may begin with any of them: whichever is done first, a slow one is left
            [submission("a", "alpha"), submission("b", "sleep 10"), submission("c", "sleep 10")],
            on_cluster(address, graders=2),
            out=tmp_path / "out",
            on_event=kill_after_one,
        )
    process.wait()
    assert graded and all((tmp_path / f"out/results/{name}/results.json").exists() for name in graded)
    assert '"ended": "failed"' in (tmp_path / "out/run.jsonl").read_text()


def _wait_until(condition: Any, timeout_s: float = 60.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
