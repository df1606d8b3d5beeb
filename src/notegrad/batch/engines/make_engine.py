"""Makes the engine that was chosen, ready to run."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import msgspec

from notegrad.batch.engines.engine_choice import EngineChoice
from notegrad.batch.engines.grader_protocol import DeviceShare, GraderPlan
from notegrad.batch.engines.ledger import Ledger
from notegrad.batch.engines.local import LocalEngine


class Engine(Protocol):
    """What grades all jobs of a ledger, whatever dies meanwhile."""

    def run(self) -> None:
        """Fill the ledger. Raises InputError or SandboxError where nothing can be graded."""


def _places(device: str, workers: int) -> tuple[DeviceShare, ...]:
    """Where this machine's workers compute; none: on the CPU, as many as there are workers."""
    if device == "cpu":
        return ()
    from notegrad.grading import devices

    return tuple(
        DeviceShare(device=each, memory_fraction=part) for each, part in devices.slots(device, workers)
    )


def make_engine(
    choice: EngineChoice,
    plan: GraderPlan,
    ledger: Ledger,
    *,
    workers: int,
    deadline_s: float,
    logs: Path,
    device: str,
) -> Engine:
    """The engine, ready to run. Raises InputError where what it needs is not installed."""
    if choice.kind == "local":
        places = _places(device, workers)
        return LocalEngine(plan, ledger, workers=workers, deadline_s=deadline_s, logs=logs, places=places)
    if device != "cpu":  # each of the cluster's workers has one GPU to itself, by Dask's resources
        plan = msgspec.structs.replace(plan, place=DeviceShare(device=device))
    from notegrad.batch.engines.cluster import ClusterEngine
    from notegrad.batch.engines.dask_crew import dask_crew, slurm_crew

    crew = slurm_crew(workers, device=device) if choice.kind == "slurm" else dask_crew(choice, device=device)
    return ClusterEngine(plan, ledger, crew, workers=workers, deadline_s=deadline_s)
