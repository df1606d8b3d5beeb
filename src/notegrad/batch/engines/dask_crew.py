"""The workers of a Dask cluster: one that is running, or one whose jobs are submitted to Slurm here.

Whoever can reach a Dask scheduler can run code on its workers: the cluster is trusted, and its network is.
Students' code is not, and runs in the sandbox there as it does here. Work for a GPU goes to workers that were
started with `--resources "GPU=1"`.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from notegrad.batch.engines.cluster import SCHEDULER_GONE
from notegrad.batch.engines.engine_choice import EngineChoice
from notegrad.batch.engines.remote import close_graders
from notegrad.errors import InputError, SandboxError
from notegrad.messages import Message

if TYPE_CHECKING:
    from dask_jobqueue import SLURMCluster
    from distributed import Client

CONNECT_S = 10.0
FIRST_WORKER_S = 60.0  # of a cluster that is said to be running
FIRST_JOB_S = 24 * 3600.0  # in Slurm's queue
NOBODY_LEFT_S = 300.0
CLOSE_S = 10.0
GPU = "GPU"

# What a job asks Slurm for where Dask's configuration says nothing (`jobqueue.slurm` in jobqueue.yaml).
SLURM_CORES = 2
SLURM_GB_PER_CORE = 4


class DaskCrew:
    """A crew over a Dask client, which it closes."""

    def __init__(self, client: Client, *, device: str, first_worker_s: float, cluster: Any = None) -> None:
        """Waits for the first worker. Raises InputError where none comes, or none has what is asked for."""
        self._client, self._cluster = client, cluster
        self._resource = GPU if device.startswith("cuda") else ""
        try:
            self._wait_for_workers(first_worker_s)
        except BaseException:
            self._close_client()
            raise
        resources = {GPU: 1} if self._resource else {}
        # Not pure: the same submission is graded again after a fault
        self.executor = client.get_executor(pure=False, resources=resources)
        self._names = frozenset(self._workers())
        self._last_seen = time.monotonic()

    def share(self, bundle: bytes) -> Any:
        """The bundle as a task of its own, made again where the worker that held it is lost."""
        return self._client.submit(bytes, bundle)

    def capacity(self) -> int:
        """Threads of all workers, or their GPUs: each runs one grader."""
        workers = self._workers().values()
        if self._resource:
            return int(sum(worker["resources"].get(self._resource, 0) for worker in workers))
        return sum(worker["nthreads"] for worker in workers)

    def lost(self) -> Iterator[str]:
        """Names of workers that have left. Raises SandboxError where nobody has been there for minutes."""
        names = frozenset(self._workers())
        gone, self._names = self._names - names, names
        if names:
            self._last_seen = time.monotonic()
        elif time.monotonic() - self._last_seen > NOBODY_LEFT_S:
            raise SandboxError(Message("cluster_nobody_left", limit_s=NOBODY_LEFT_S))
        yield from sorted(gone)

    def is_suspect(self, error: BaseException) -> bool:
        """Whether workers died with the task as often as the scheduler allows, it being theirs to do."""
        from distributed.scheduler import KilledWorker

        return isinstance(error, KilledWorker)

    def close(self, *, finished: bool) -> None:
        """End what is waiting, the graders, and what was started for us."""
        self.executor.shutdown(wait=False)
        if finished:
            with contextlib.suppress(Exception):
                self._client.run(close_graders, on_error="ignore")
        self._close_client()

    def _workers(self) -> dict[str, Any]:
        try:
            workers: dict[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        except Exception as error:
            # A client that connects anew finds nothing of what it had asked for: there is no use in waiting.
            raise SandboxError(SCHEDULER_GONE) from error
        return workers

    def _wait_for_workers(self, timeout_s: float) -> None:
        try:
            self._client.wait_for_workers(1, timeout=timeout_s)
        except TimeoutError:
            raise InputError(Message("dask_no_worker", timeout_s=timeout_s)) from None
        if self._resource and not self.capacity():
            raise InputError(Message("dask_no_gpu"))

    def _close_client(self) -> None:
        with contextlib.suppress(Exception):
            self._client.close(timeout=CLOSE_S)
        if self._cluster is not None:
            with contextlib.suppress(Exception):
                self._cluster.close(timeout=CLOSE_S)


def dask_crew(choice: EngineChoice, *, device: str) -> DaskCrew:
    """The crew of a running scheduler. Raises InputError where it cannot be reached or has no workers."""
    _require("distributed")
    from distributed import Client

    try:
        client = Client(choice.address, timeout=CONNECT_S, set_as_default=False, name="notegrad")
    except (OSError, TimeoutError, ValueError) as error:
        why = " ".join(str(error).split()) or type(error).__name__
        raise InputError(Message("dask_unreachable", address=choice.address, why=why)) from None
    return DaskCrew(client, device=device, first_worker_s=FIRST_WORKER_S)


def slurm_crew(graders: int, *, device: str) -> DaskCrew:
    """A crew of jobs submitted to Slurm, as many as give `graders` graders; they end with it.

    Raises InputError where Slurm does not take the jobs, or what is needed is not installed.
    """
    _require("dask_jobqueue")
    from distributed import Client

    cluster = slurm_cluster(device=device)
    try:
        cluster.scale(n=graders)
        client = Client(cluster, set_as_default=False, name="notegrad")
    except (OSError, RuntimeError, ValueError) as error:
        cluster.close()
        raise InputError(Message("slurm_refused", split=" ".join(str(error).split()))) from None
    return DaskCrew(client, device=device, first_worker_s=FIRST_JOB_S, cluster=cluster)


def slurm_cluster(*, device: str) -> SLURMCluster:
    """A cluster without jobs yet; its `job_script()` is what Slurm is given.

    Queue, account, time and the rest are those of Dask's configuration, `jobqueue.slurm`. One grader a core.
    """
    import dask
    from dask_jobqueue import SLURMCluster

    configured = dask.config.get("jobqueue.slurm", {})
    cores = configured.get("cores") or SLURM_CORES
    options: dict[str, Any] = {}
    # Nothing but the workers' port for others to see; the site's own options come after.
    scheduler = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
    scheduler |= configured.get("scheduler-options") or {}
    if device.startswith("cuda"):
        options["worker_extra_args"] = [*(configured.get("worker-extra-args") or ()), "--resources", "GPU=1"]
        options["job_extra_directives"] = [*(configured.get("job-extra-directives") or ()), "--gres=gpu:1"]
        cores = 1
    return SLURMCluster(
        cores=cores,
        processes=cores,
        memory=configured.get("memory") or f"{cores * SLURM_GB_PER_CORE}GB",
        scheduler_options=scheduler,
        **options,
    )


def _require(module: str) -> None:
    import importlib.util

    if importlib.util.find_spec(module) is None:
        raise InputError(Message("engine_needs", x=module.replace("_", "-")))
