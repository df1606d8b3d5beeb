"""A notebook process starts here: device, handshake, then the notebook in the mode that was asked for.

It reads code and inputs from its own socket, after the fork, so that the zygote never sees them.
"""

from __future__ import annotations

import os
import socket
from typing import NoReturn

import msgspec

from notegrad.sandbox import protocol
from notegrad.sandbox.inside import warm
from notegrad.sandbox.inside.forked_notebook import ForkedNotebook
from notegrad.sandbox.inside.running_notebook import RunningNotebook, Server, receive_forever
from notegrad.sandbox.inside.shell import NotebookShell
from notegrad.sandbox.inside.stepped_notebook import SteppedNotebook
from notegrad.sandbox.protocol import NotebookJob, SetUpFailed
from notegrad.sandbox.walls import device_access


def run_submission(
    sock: socket.socket, shell: NotebookShell, server: Server, device: str = device_access.CPU
) -> NoReturn:
    """Run the submission that comes over `sock`, once the device is ready; never returns."""
    try:
        _make_ready(sock, device)
        sock.sendall(protocol.HELLO_READY + bytes(4))
        body, descriptors = receive_forever(sock)
        job = msgspec.msgpack.decode(body, type=NotebookJob)
        notebook = RunningNotebook(sock, shell, server, job)
        if job.stepped:
            SteppedNotebook(notebook).run()
        else:
            ForkedNotebook(notebook, descriptors).run()
    except protocol.BrokenError:
        os._exit(0)
    finally:
        os._exit(1)


def _make_ready(sock: socket.socket, device: str) -> None:
    try:
        device_access.initialise(device)
        if device != device_access.CPU:  # what the zygote had to leave out
            warm.use_torch()
    except Exception as error:
        sock.sendall(protocol.HELLO_REFUSED + bytes(4))
        sock.sendall(protocol.pack(SetUpFailed(reason=f"{device}: {type(error).__name__}: {error}")))
        os._exit(1)
