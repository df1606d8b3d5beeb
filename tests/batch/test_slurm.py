"""Jobs of Slurm: the script that it is given, and a run whose jobs a stand-in for it starts."""

from __future__ import annotations

import os
import stat
import sys
import textwrap
from pathlib import Path

import pytest

from notegrad.batch.bundle_facts import facts_of
from notegrad.batch.class_run import grade_all
from notegrad.batch.engines.engine_choice import EngineOptions, parse_engine
from notegrad.course.bundle import read_bundle
from notegrad.records import Submission
from tests.support.fake_questions import FACTORY, write_bundle

pytest.importorskip("distributed")
pytest.importorskip("dask_jobqueue")
pytestmark = pytest.mark.slow  # each starts a scheduler


def test_slurm_is_given_a_script_of_one_grader_per_core() -> None:
    """What would be submitted: the site's queue and time, a process per core, a GPU where the work needs one."""
    import dask

    from notegrad.batch.engines.dask_crew import slurm_cluster

    site = {
        "jobqueue.slurm.queue": "teaching",
        "jobqueue.slurm.walltime": "02:00:00",
        "jobqueue.slurm.cores": 4,
    }
    with dask.config.set(site), slurm_cluster(device="cpu") as cluster:
        script = cluster.job_script()
    for line in (
        "#SBATCH -p teaching",
        "#SBATCH -t 02:00:00",
        "#SBATCH --cpus-per-task=4",
        "#SBATCH --mem=15G",
    ):
        assert line in script
    assert "--nthreads 1 " in script
    assert "--nworkers 4 " in script
    assert "GPU" not in script
    with slurm_cluster(device="cuda") as cluster:
        script = cluster.job_script()
    assert "#SBATCH --gres=gpu:1" in script
    assert "--resources GPU=1" in script


def test_jobs_of_slurm_grade_and_are_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a stand-in for sbatch that runs the very script it is given: results, and no job left behind."""
    import dask

    programs = tmp_path / "bin"
    programs.mkdir()
    _program(
        programs / "sbatch",
        f"""
        cp "$1" {tmp_path}/job.sh  # Dask removes its own as soon as we return
        setsid bash {tmp_path}/job.sh >{tmp_path}/job.log 2>&1 </dev/null &
        echo $! >>{tmp_path}/jobs
        echo "Submitted batch job $!"
        """,
    )
    _program(programs / "scancel", f'echo "$@" >>{tmp_path}/cancelled; kill -- "-$1"')
    monkeypatch.setenv("FAKE_MARKS", str(tmp_path / "marks"))
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    site = {"jobqueue.slurm.cores": 1, "jobqueue.slurm.local-directory": str(tmp_path)}
    with dask.config.set(site):
        bundle = write_bundle(tmp_path / "tp.zip", {"q1": "alpha", "q2": "beta"})
        results = grade_all(
            facts_of(read_bundle(bundle), bundle),
            [
                Submission(id="a", student="A", cells=("alpha",)),
                Submission(id="b", student="B", cells=("alpha", "beta")),
            ],
            EngineOptions(graders=1, engine=parse_engine("slurm"), factory=FACTORY),
            out=tmp_path / "out",
            on_event=lambda _: None,
        )
    assert [r.score for r in results] == [2.0, 4.0]
    assert (tmp_path / "cancelled").read_text().split() == (tmp_path / "jobs").read_text().split()


def _program(path: Path, body: str) -> None:
    path.write_text("#!/bin/bash\n" + textwrap.dedent(body))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
