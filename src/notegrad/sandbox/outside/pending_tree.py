"""A pending tree is a process tree that the zygote was asked for, and makes while we do something else."""

from __future__ import annotations

import socket
import time

import msgspec

from notegrad.errors import SandboxError
from notegrad.messages import Message
from notegrad.records import Limits
from notegrad.sandbox import protocol
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.outside.handshake import credential_socketpair
from notegrad.sandbox.outside.process_tree import ProcessTree
from notegrad.sandbox.outside.said_of_sandbox import said_of_refusal
from notegrad.sandbox.protocol import BrokenError, NewTree, TreeStarted, ZygoteRefused
from notegrad.sandbox.walls import device_access

_MAX_REPLY_BYTES = 65_536


class PendingTree:
    """One process tree that was asked for."""

    def __init__(
        self,
        control: socket.socket,
        limits: Limits,
        parents: cgroups.Parents | None,
        device: str = device_access.CPU,
    ) -> None:
        """Send the request; the tree gets a control group below `parents`. Raises SandboxError.

        `device`: what it is to compute on, which takes time and memory of its own before any student code.
        """
        self.limits = limits
        self._hello_timeout_s = device_access.START_TIMEOUT_S[device_access.kind(device)]
        own_mb = device_access.CUDA_OWN_MB if device_access.is_cuda(device) else 0
        self.group = _make_group(
            parents, msgspec.structs.replace(limits, memory_mb=limits.memory_mb + own_mb)
        )
        self._control = control
        self._job, far_job = credential_socketpair()
        self._report, far_report = socket.socketpair()
        with far_job, far_report:
            try:
                groups = self.group.descriptors if self.group else []
                descriptors = (far_job.fileno(), far_report.fileno(), *groups)
                protocol.send(control, NewTree(limits=limits), descriptors)
            except BrokenError as error:
                self.abandon()
                raise SandboxError(Message("sandbox_gone", why=str(error))) from error
            finally:
                if self.group:
                    self.group.close_descriptors()

    def result(self, timeout_s: float) -> ProcessTree:
        """Wait for the zygote's reply; replies come in the order of the requests. Raises SandboxError."""
        descriptors: list[int] = []
        try:
            deadline = time.monotonic() + timeout_s
            body, descriptors = protocol.receive_with_descriptors(self._control, deadline, _MAX_REPLY_BYTES)
            reply = msgspec.msgpack.decode(body, type=TreeStarted | ZygoteRefused)
        except (BrokenError, msgspec.MsgspecError) as error:
            self.abandon()
            raise SandboxError(Message("sandbox_gone", why=str(error))) from error
        if isinstance(reply, ZygoteRefused) or not descriptors:
            self.abandon()
            if isinstance(reply, ZygoteRefused):
                raise SandboxError(said_of_refusal(reply))
            raise SandboxError(Message("sandbox_no_descriptor"))
        own_uid = None if reply.uid < 0 else reply.uid
        return ProcessTree(
            descriptors[0], own_uid, self._job, self._report, self.group, self._hello_timeout_s
        )

    def abandon(self) -> None:
        """Close our ends; a tree that is made nevertheless ends, since nobody speaks to it."""
        self._job.close()
        self._report.close()
        if self.group:
            self.group.remove()


def _make_group(parents: cgroups.Parents | None, limits: Limits) -> cgroups.ControlGroup | None:
    if parents is None:
        return None
    try:
        return cgroups.ControlGroup(parents, limits)
    except OSError as error:
        raise SandboxError(Message("sandbox_no_group", why=str(error))) from error
