"""The process that keeps a grader warm for `notegrad try`: it answers on a socket, and ends when idle."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

from notegrad.errors import InputError, NotegradError
from notegrad.verify.trying.case_trier import CaseTrier
from notegrad.verify.trying.private_socket import SocketRefusedError, receive, refuse_stranger, send
from notegrad.verify.trying.tried import TryReply, TryRequest

IDLE_S = 600.0
REQUEST_S = 10.0  # for a request to arrive whole


def serve(path: Path, idle_s: float = IDLE_S) -> None:
    """Answer requests on the socket at `path` until nobody has asked for `idle_s` seconds."""
    listening = socket.socket(socket.AF_UNIX)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listening.bind(str(path))
    own = path.stat().st_ino
    trier = CaseTrier()
    try:
        listening.listen()
        listening.settimeout(idle_s)
        while True:
            try:
                connected, _ = listening.accept()
            except TimeoutError:
                return
            with connected:
                trier = _answer(connected, trier)
    finally:
        with contextlib.suppress(OSError):
            if path.stat().st_ino == own:
                path.unlink()
        listening.close()
        trier.close()


def _answer(connected: socket.socket, trier: CaseTrier) -> CaseTrier:
    """Answer one request; a fault of ours costs all that was kept, so that the next starts anew."""
    try:
        refuse_stranger(connected)
        connected.settimeout(REQUEST_S)
        request = receive(connected, TryRequest)
    except (OSError, ValueError, SocketRefusedError):
        return trier
    if request is None:
        return trier
    try:
        reply = TryReply(tried=trier.run(request))
    except NotegradError as error:
        reply = TryReply(refusal=error.text(request.language), is_input=isinstance(error, InputError))
    except Exception as error:  # noqa: BLE001 - told to whoever asked
        reply = TryReply(refusal=f"{type(error).__name__}: {error}", is_input=False)
    if not reply.is_input:
        trier.close()
        trier = CaseTrier()
    with contextlib.suppress(OSError):
        send(connected, reply)
    return trier


def main() -> None:
    """Serve on the socket that the command line names; the standard streams are nobody's."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    serve(Path(sys.argv[1]), float(sys.argv[2]))


if __name__ == "__main__":
    main()
