"""Which machines grade: this one, or the workers of a Dask cluster, running already or submitted to Slurm."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Protocol

import msgspec

from notegrad.batch.engines.grader_protocol import Place, Plan
from notegrad.batch.engines.ledger import Ledger
from notegrad.batch.engines.local import LocalEngine
from notegrad.errors import InputError
from notegrad.messages import suggestion
from notegrad.records import Record

_FORMS = "give local, dask://HOST:PORT, dask+tls://HOST:PORT, or slurm"
_DASK = {"dask": "tcp", "dask+tls": "tls"}


class EngineChoice(Record, frozen=True, kw_only=True):
    """An engine, and for Dask the address of its scheduler as Dask writes it."""

    kind: Literal["local", "dask", "slurm"]
    address: str = ""


LOCAL = EngineChoice(kind="local")


def _places(device: str, workers: int) -> tuple[Place, ...]:
    """Where this machine's workers compute; none: on the CPU, as many as there are workers."""
    if device == "cpu":
        return ()
    from notegrad.grading import devices

    return tuple(Place(device=each, memory_fraction=part) for each, part in devices.slots(device, workers))


class Engine(Protocol):
    """What grades all jobs of a ledger, whatever dies meanwhile."""

    def run(self) -> None:
        """Fill the ledger. Raises InputError or SandboxError where nothing can be graded."""


def parse_engine(text: str) -> EngineChoice:
    """The engine that a command line names; raises InputError that says what can be given."""
    scheme, separator, place = text.partition("://")
    if not separator:
        if text == "local":
            return LOCAL
        if text == "slurm":
            return EngineChoice(kind="slurm")
        close = suggestion(text, ("local", "slurm", "dask://"))
        raise InputError(f"--engine {text!r} is not known: {_FORMS}{close}")
    host, colon, port = place.rpartition(":")
    if scheme not in _DASK or not (host and colon and port.isdigit()):
        raise InputError(f"--engine {text!r} is not known: {_FORMS}")
    return EngineChoice(kind="dask", address=f"{_DASK[scheme]}://{place}")


def make_engine(
    choice: EngineChoice,
    plan: Plan,
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
        plan = msgspec.structs.replace(plan, place=Place(device=device))
    from notegrad.batch.engines.cluster import ClusterEngine
    from notegrad.batch.engines.dask_crew import dask_crew, slurm_crew

    crew = slurm_crew(workers, device=device) if choice.kind == "slurm" else dask_crew(choice, device=device)
    return ClusterEngine(plan, ledger, crew, workers=workers, deadline_s=deadline_s)
