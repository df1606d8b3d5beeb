"""A forked process that serves a namespace through the mirror, for tests."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import traceback

import torch

from notegrad.mirror import connect, serve
from notegrad.records import Limits


class Served:
    """A mirror, and the process behind it."""

    def __init__(self, pid, mirror):
        self.pid, self.mirror = pid, mirror

    def functions(self, names):
        return self.mirror.get(names)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)


@contextlib.contextmanager
def serving(namespace, *, limits=None, prepare=None, judge_limits=None, quiet=False):
    """Serve `namespace` from a fork; `prepare` runs in the fork first, as a student's notebook would have."""
    limits = limits or Limits()
    torch.set_num_threads(1)
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            ours.close()
            if prepare is not None:
                prepare()
            serve(theirs, namespace, limits=limits)
            status = 0
        except BaseException:
            if not quiet:
                traceback.print_exc()
        finally:
            os._exit(status)
    theirs.close()
    served = Served(pid, connect(ours, limits=judge_limits or limits))
    try:
        yield served
    finally:
        if served.mirror is not None:
            served.mirror.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        _restore()


def _restore():
    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
