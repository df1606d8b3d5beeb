"""A web worker of gunicorn's that gives up slow clients: a thread is worth more than a connection."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

HEAD_S = 15.0
REQUEST_S = 150.0
LOOK_S = 1.0
HEAD_VARIABLE, REQUEST_VARIABLE = "NOTEGRAD_SLOW_HEAD_S", "NOTEGRAD_SLOW_REQUEST_S"


@dataclass
class _Begun:
    """A connection on which a thread waits: since when, and whether the head of its request has come."""

    connection: Any
    since: float = field(default_factory=time.monotonic)
    has_head: bool = False


class DeadlineWorker(ThreadWorker):
    """A worker whose threads wait so long for the head of a request, and so long for the whole of it.

    gunicorn's own lets a client that sends a byte now and then keep a thread for ever.
    """

    def init_process(self) -> None:
        """Start the thread that looks at clocks; then serve."""
        self._begun: dict[int, _Begun] = {}
        self._head_s = float(os.environ.get(HEAD_VARIABLE, HEAD_S))
        self._request_s = float(os.environ.get(REQUEST_VARIABLE, REQUEST_S))
        threading.Thread(target=self._look, daemon=True).start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Serve one request of a connection, in a thread of the pool."""
        self._begun[id(conn)] = _Begun(conn)
        try:
            return super().handle(conn)
        finally:
            self._begun.pop(id(conn), None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head is there."""
        if begun := self._begun.get(id(conn)):
            begun.has_head = True
        return super().handle_request(req, conn)

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_S)
            now = time.monotonic()
            for begun in list(self._begun.values()):
                if now - begun.since > (self._request_s if begun.has_head else self._head_s):
                    with contextlib.suppress(OSError):
                        begun.connection.sock.shutdown(socket.SHUT_RDWR)
