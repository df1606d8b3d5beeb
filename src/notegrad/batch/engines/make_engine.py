"""Makes the engine that was chosen, ready to run."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import msgspec

from notegrad.batch.bundle_facts import BundleFacts
from notegrad.batch.engines.engine_choice import EngineOptions
from notegrad.batch.engines.grader_protocol import GraderSetup
from notegrad.batch.engines.ledger import Ledger
from notegrad.batch.engines.local import LocalEngine
from notegrad.grading import devices


class Engine(Protocol):
    """An engine grades all jobs of a ledger, whatever dies meanwhile."""

    def run(self) -> None:
        """Fill the ledger. Raises InputError or SandboxError where nothing can be graded."""


def make_engine(facts: BundleFacts, options: EngineOptions, ledger: Ledger, *, logs: Path) -> Engine:
    """The engine, ready to run; `logs` is a folder for what grader processes print.

    Raises InputError where what it needs is not installed, or where the device is not there.
    """
    device = facts.settings.device
    deadline_s = facts.deadline_s * max((job.submission.notebooks for job in ledger.jobs), default=1)
    setup = GraderSetup(
        bundle_path=str(facts.bundle_path),
        unsafe=options.unsafe,
        factory=options.factory,
        hidden_paths=options.hidden_paths,
        settings=facts.settings if facts.is_adjusted else None,
    )
    if options.engine.kind == "local":
        shares = () if device == "cpu" else devices.shares(device, options.graders)
        return LocalEngine(
            setup, ledger, graders=options.graders, deadline_s=deadline_s, logs=logs, device_shares=shares
        )
    if device != "cpu":  # each of the cluster's workers has one GPU to itself, by Dask's resources
        setup = msgspec.structs.replace(setup, device_share=devices.DeviceShare(device=device))
    from notegrad.batch.engines.cluster import ClusterEngine
    from notegrad.batch.engines.dask_crew import dask_crew, slurm_crew

    is_slurm = options.engine.kind == "slurm"
    crew = (
        slurm_crew(options.graders, device=device) if is_slurm else dask_crew(options.engine, device=device)
    )
    return ClusterEngine(setup, ledger, crew, graders=options.graders, deadline_s=deadline_s)
