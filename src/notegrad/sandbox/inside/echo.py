"""The echo server answers each line with the repr of its value; for tests and measurements."""

from __future__ import annotations

import socket
from typing import Any

from notegrad.records import Limits
from notegrad.sandbox.inside.run_cells import describe

SERVER = "notegrad.sandbox.inside.echo:serve"


def serve(sock: socket.socket, namespace: dict[str, Any], *, limits: Limits) -> None:  # noqa: ARG001
    """Answer until the other side closes; has the signature of `notegrad.mirror.serve`. Raises OSError."""
    with sock.makefile("rwb", buffering=0) as lines:
        for line in lines:
            try:
                answer = repr(eval(line, namespace))  # noqa: S307 - inside the sandbox, as everything here
            except BaseException as error:
                answer = describe(error)
            lines.write(answer.encode() + b"\n")
