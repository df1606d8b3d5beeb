"""The zygote is a warm process that forks one confined process tree per submission.

Theory of operation
-------------------
1. The client (outside/launch.py) starts `main` in a Python with an environment of our making. A first
   process, light, finds the tier (tiers.py) and enters a mount and a pid namespace (a user namespace too when
   we are not root); its child is the zygote, pid 1 in there. When the zygote ends, for whatever reason, the
   kernel kills everything below it. In tier `no-namespaces` the first process is the zygote itself.
2. The zygote imports torch, numpy, matplotlib and IPython, uses what is lazy once (warm.py; less where it is
   told so, optional_libraries.py), freezes the collector, and pivots into a minimal read-only root
   (rootfs.py). It has one thread, asserted before each fork: a fork copies no other thread, but copies the
   locks that it holds.
3. It serves `NewTree` requests over one socket. A request carries descriptors and limits, nothing else: no
   code, no inputs, no tests. So no submission can find anything of another one in the memory that it
   inherits.
4. Per submission it makes a process tree: it forks a supervisor (supervisor.py), pid 1 of nested namespaces,
   which forks the notebook process. That one confines itself (confine.py), makes its device ready where it
   has one (device_access.py), reads the notebook from its own socket (start.py) and runs the cells. In mode
   `fork` it is forked again per question (forked_notebook.py), in mode `stepped` asked itself
   (stepped_notebook.py). Killing the supervisor, by a pidfd that the client holds, kills the whole tree;
   where there is no pid namespace, the client closes its socket instead, and the supervisor hunts down the
   rest.
5. When its socket closes (the client closed it, or died) the zygote exits.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import msgspec

from notegrad.errors import SandboxUnavailableError
from notegrad.probes import garbage
from notegrad.records import Record
from notegrad.sandbox import protocol
from notegrad.sandbox.inside import supervisor
from notegrad.sandbox.protocol import BrokenError, NewTree, TreeStarted, ZygoteReady, ZygoteRefused
from notegrad.sandbox.walls import confine, device_access, namespaces, rootfs, seccomp, syscalls, tiers

Server = Callable[..., None]

_MAX_REQUEST_BYTES = 65_536
_FOREVER_S = 1e9
NO_PID = -1


class ZygoteSettings(Record, frozen=True):
    """The settings that the client passes: on the command line, as JSON, or over the socket to a fork."""

    tier: str
    unsafe: bool
    scratch: str  # a directory of the client's, private and empty
    package_parent: str
    server: str  # "module:function" that serves a fork
    server_path: str | None = None
    leave_out: tuple[str, ...] = ()  # of optional_libraries.PARTS: not warmed
    without: tuple[str, ...] = ()  # protections left off, so that tests can show what each of them stops
    device: str = "cpu"
    closed: tuple[str, ...] = ()  # places of the course and of its results


def main() -> NoReturn:
    """Entry point of the process that the client starts."""
    settings = msgspec.json.decode(sys.argv[1].encode(), type=ZygoteSettings)
    _become_zygote(settings, socket.socket(fileno=int(sys.argv[2])))


def main_of_fork(control: socket.socket) -> NoReturn:
    """Entry point of a fork of the client (outside/shared_start.py): its settings come over the socket."""
    try:
        body = protocol.receive(control, time.monotonic() + _FOREVER_S, _MAX_REQUEST_BYTES)
        _become_zygote(msgspec.msgpack.decode(body, type=ZygoteSettings), control)
    except BrokenError:
        os._exit(0)  # the client has gone


def _become_zygote(settings: ZygoteSettings, control: socket.socket) -> NoReturn:
    try:
        # a test that leaves the file system open leaves everything open: what confinement costs, and stops
        bare = "filesystem" in settings.without
        tier = "none" if bare else tiers.choose(settings.tier, settings.unsafe)
        if tier != "none":
            rootfs.refuse_what_cannot_be_hidden(settings.closed, settings.package_parent)
        if tier == "no-namespaces":
            rootfs.closed_to(rootfs.BOX, settings.package_parent, settings.device, settings.closed)
    except SandboxUnavailableError as error:
        protocol.send(control, _refusal(error))
        os._exit(0)
    launcher = os.getpid()
    if tier in ("full", "userns"):
        _become_pid_1(tier)
    try:
        with garbage.sparing():
            zygote = Zygote(settings, control, tier, launcher)
        zygote.serve()
    except BrokenError:
        os._exit(0)  # the client has gone


def _refusal(error: SandboxUnavailableError) -> ZygoteRefused:
    said = error.args[0]
    return ZygoteRefused(key=said.key, facts=said.facts, unavailable=True)


def _become_pid_1(tier: str) -> None:
    """Go on in a child that is pid 1 of a pid namespace; this process waits for it."""
    namespaces.enter_outer(user=tier == "userns")
    pid = os.fork()
    if pid:
        os.closerange(3, 1 << 30)
        os.waitpid(pid, 0)
        os._exit(0)
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)


class Zygote:
    """The warm process, which makes one process tree after the other."""

    def __init__(self, settings: ZygoteSettings, control: socket.socket, tier: str, launcher: int) -> None:
        # Imported here: the light process above must not pay for it, and no child again (70 ms each).
        from notegrad.probes import operations
        from notegrad.sandbox.inside import start, warm  # noqa: F401

        self._control = control
        self._tier = tier
        self._launcher = launcher
        self._without = settings.without
        self._slot = 0
        self._own_pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        self._own_uid = tier in ("full", "no-namespaces")
        self._protections = tiers.protections(tier, settings.without, hides=bool(settings.closed))
        self._package_parent = None if tier in ("full", "userns") else settings.package_parent
        active = {protection.name for protection in self._protections if protection.active}
        self._landlock = "landlock" in active
        self._device = settings.device
        self._closed = settings.closed
        self._system_calls = (
            seccomp.compile_filter(
                unix_sockets=tier != "no-namespaces", memory_nodes=device_access.is_cuda(settings.device)
            )
            if "seccomp" in active
            else None
        )
        # read before the environment is made anew, for student code too
        self._settings = {
            n: os.environ[n] for n in device_access.environment(settings.device) if n in os.environ
        }
        on_cpu = settings.device == device_access.CPU
        warms_autograd = on_cpu and not device_access.driver_is_here()
        self._shell = warm.warm_up(
            os.environ["IPYTHONDIR"], autograd=warms_autograd, leave_out=settings.leave_out
        )
        self._server = _load(settings.server, settings.server_path)
        operations.prepare()
        if tier == "userns":
            namespaces.forbid_nesting()
        if tier in ("full", "userns"):
            uid = namespaces.first_uid() if self._own_uid else namespaces.USERNS_UID
            root = str(Path(settings.scratch) / "root")
            rootfs.enter(root, settings.package_parent, uid, self._device, settings.closed)
        if tier != "none":
            syscalls.drop_bounding_set()
        os.environ.clear()
        os.environ.update(confine.environment(rootfs.BOX) | self._settings)
        tempfile.tempdir = None
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended submissions are reaped by the kernel
        warm.freeze()

    def serve(self) -> NoReturn:
        """Say that we are ready, then make process trees. Raises BrokenError when the client goes."""
        ready = ZygoteReady(tier=self._tier, protections=self._protections, own_uid=self._own_uid)
        protocol.send(self._control, ready)
        while True:
            deadline = time.monotonic() + _FOREVER_S
            body, descriptors = protocol.receive_with_descriptors(self._control, deadline, _MAX_REQUEST_BYTES)
            request = msgspec.msgpack.decode(body, type=NewTree)
            try:
                self._make_tree(request, descriptors)
            except OSError as error:
                refusal = ZygoteRefused(key="sandbox_tree_refused", facts={"reason": str(error)})
                protocol.send(self._control, refusal)

    def _make_tree(self, request: NewTree, descriptors: list[int]) -> None:
        job, report = (socket.socket(fileno=descriptor) for descriptor in descriptors[:2])
        groups = descriptors[2:]
        _assert_one_thread()
        self._slot += 1
        uid = namespaces.slot_uid(self._launcher, self._slot) if self._own_uid else None
        if self._tier in ("full", "userns") and "processes" not in self._without:
            namespaces.next_child_in_new_pid_namespace(self._own_pid_namespace)
        pid = os.fork()
        if pid == 0:
            self._control.close()
            os.close(self._own_pid_namespace)
            slot = supervisor.Slot(
                tier=self._tier,
                uid=uid,
                limits=request.limits,
                package_parent=self._package_parent,
                system_calls=self._system_calls,
                landlock=self._landlock,
                device=self._device,
                settings=self._settings,
                without=self._without,
                closed=self._closed,
            )
            supervisor.supervise(slot, job, report, groups, lambda: self._start_notebook(job))
        job.close()
        report.close()
        for descriptor in groups:
            os.close(descriptor)
        pidfd = os.pidfd_open(pid)
        try:
            protocol.send(self._control, TreeStarted(uid=NO_PID if uid is None else uid), (pidfd,))
        finally:
            os.close(pidfd)

    def _start_notebook(self, job: socket.socket) -> NoReturn:
        from notegrad.sandbox.inside.start import run_submission

        run_submission(job, self._shell, self._server, self._device)


def _assert_one_thread() -> None:
    threads = os.listdir("/proc/self/task")
    if len(threads) != 1:
        names = ", ".join(sorted(_thread_name(thread) for thread in threads))
        raise OSError(f"the zygote has {len(threads)} threads ({names}); forking it would not be safe")


def _thread_name(thread: str) -> str:
    """The name that a library gave its thread: it tells which one must not be imported here."""
    with open(f"/proc/self/task/{thread}/comm", encoding="utf-8", errors="replace") as file:
        return file.read().strip()


def _load(name: str, path: str | None) -> Server:
    """The function that serves a fork; imported now, so that no child imports it."""
    module, _, function = name.partition(":")
    if path is not None:
        sys.path.append(path)
    try:
        server: Server = getattr(importlib.import_module(module), function)
        return server
    finally:
        if path is not None:
            sys.path.remove(path)
