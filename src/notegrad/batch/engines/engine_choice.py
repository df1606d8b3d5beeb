"""The choice of an engine: this machine, or a Dask cluster, running already or submitted to Slurm."""

from __future__ import annotations

from typing import Literal

from notegrad.batch.engines.grader_protocol import DEFAULT_FACTORY
from notegrad.errors import InputError
from notegrad.messages import Message, suggestion
from notegrad.records import Record

_FORMS = "give local, dask://HOST:PORT, dask+tls://HOST:PORT, or slurm"
_DASK = {"dask": "tcp", "dask+tls": "tls"}


class EngineChoice(Record, frozen=True, kw_only=True):
    """An engine, and for Dask the address of its scheduler as Dask writes it."""

    kind: Literal["local", "dask", "slurm"]
    address: str = ""


LOCAL = EngineChoice(kind="local")


class EngineOptions(Record, frozen=True, kw_only=True):
    """The options of a run: its engine, how many graders at once, and who makes a grader.

    `factory` names a function `module:name` that a grader process calls with the bundle's path and `unsafe`
    to get its grader. `hidden_paths`: files and folders of the course, of the class and of its results.
    """

    graders: int
    engine: EngineChoice = LOCAL
    unsafe: bool = False
    factory: str = DEFAULT_FACTORY
    hidden_paths: tuple[str, ...] = ()


def parse_engine(text: str) -> EngineChoice:
    """The engine that a command line names; raises InputError that says what can be given."""
    scheme, separator, address = text.partition("://")
    if not separator:
        if text == "local":
            return LOCAL
        if text == "slurm":
            return EngineChoice(kind="slurm")
        close = suggestion(text, ("local", "slurm", "dask://"))
        raise InputError(Message("engine_unknown", text=text, forms=_FORMS, close=close))
    host, colon, port = address.rpartition(":")
    if scheme not in _DASK or not (host and colon and port.isdigit()):
        raise InputError(Message("engine_unknown_form", text=text, forms=_FORMS))
    return EngineChoice(kind="dask", address=f"{_DASK[scheme]}://{address}")
