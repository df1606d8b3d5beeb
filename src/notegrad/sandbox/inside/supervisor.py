"""The supervisor is pid 1 of a submission: it starts the notebook process, reaps, and reports its end.

It holds no capability but the one to kill, executes no program, and reads nothing that student code wrote.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Sequence
from typing import NoReturn

from notegrad.errors import SandboxError
from notegrad.records import Limits, Record
from notegrad.sandbox import protocol
from notegrad.sandbox.protocol import Death, SetUpFailed
from notegrad.sandbox.walls import confine, device_access, disk, namespaces, rootfs, syscalls

_MIB = 1 << 20


class Slot(Record, frozen=True):
    """The place where a submission runs; `device` and `settings`: its device, and the environment for that.

    `uid` None: it keeps the uid of the user namespace, or ours in tier `none`.

    `package_parent` None: we are in the minimal root. `system_calls`: the compiled filter.
    `without`: protections that a test left off. `closed`: places of the course and of its results.
    """

    tier: str
    uid: int | None
    limits: Limits
    package_parent: str | None
    system_calls: bytes | None
    landlock: bool
    device: str = "cpu"
    settings: dict[str, str] = {}
    without: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


def supervise(
    slot: Slot,
    job_socket: socket.socket,
    report: socket.socket,
    groups: Sequence[int],
    start_notebook: Callable[[], NoReturn],
) -> NoReturn:
    """Be the submission's supervisor until the last process of it has gone; never returns.

    `groups` are descriptors of the `cgroup.procs` of its control group.
    """
    try:
        _offer_to_be_killed()
        for descriptor in groups:
            os.write(descriptor, b"0")  # this process, and all that it will start
            os.close(descriptor)
        if slot.tier in ("full", "userns"):  # else it lives on to sweep, when the client's end closes
            syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)  # student code of the same uid cannot trace it
        box = _make_box(slot)
        pid = os.fork()
        if pid == 0:
            _become_notebook_process(slot, box, job_socket, start_notebook)
        job_socket.close()
        confine.setup_standard_streams()
        confine.setup_descriptors((report.fileno(),))
        syscalls.keep_capabilities(*_capabilities_needed(slot))
        confine.setup_no_new_privileges()
        unmounted = slot.tier in ("no-namespaces", "none")
        try:
            _wait_for_the_end(pid, report, (lambda: _is_disk_full(slot, box)) if unmounted else None)
        finally:  # also where the client had gone when we told it of a death
            if unmounted:
                _sweep(slot, box)
    except BaseException as error:
        with contextlib.suppress(BaseException):
            report.sendall(protocol.pack(SetUpFailed(reason=f"{type(error).__name__}: {error}")))
    finally:
        os._exit(0)


def _offer_to_be_killed() -> None:
    """Where memory runs out the kernel ends a process of the submission, not the judge or the zygote."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")


def _make_box(slot: Slot) -> str:
    if slot.tier in ("full", "userns"):
        uid = namespaces.USERNS_UID if slot.uid is None else slot.uid
        bytes_allowed = slot.limits.files_mb * _MIB
        namespaces.enter_submission(
            uid,
            uid,
            bytes_allowed,
            network="network" in slot.without,
            writable_proc=device_access.is_cuda(slot.device),
        )
        return rootfs.BOX
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    box = tempfile.mkdtemp(prefix="notegrad-box-", dir="/tmp")
    if slot.uid is not None:
        os.chown(box, slot.uid, slot.uid)
    return box


def _become_notebook_process(
    slot: Slot, box: str, job_socket: socket.socket, start_notebook: Callable[[], NoReturn]
) -> NoReturn:
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()  # its own process group: what it sends to that reaches neither us nor the zygote
        confinement = confine.Confinement(
            uid=slot.uid,
            limits=slot.limits,
            box=box,
            places=rootfs.closed_to(box, slot.package_parent, slot.device, slot.closed)
            if slot.landlock
            else None,
            system_calls=slot.system_calls,
            device=slot.device,
            settings=slot.settings,
        )
        confine.confine(confinement, keep=(job_socket.fileno(),))
    except BaseException as error:
        with contextlib.suppress(BaseException):
            job_socket.sendall(protocol.HELLO_REFUSED + bytes(4))
            job_socket.sendall(protocol.pack(SetUpFailed(reason=f"{type(error).__name__}: {error}")))
        os._exit(1)
    start_notebook()


def _capabilities_needed(slot: Slot) -> tuple[int, ...]:
    if slot.tier == "no-namespaces":
        return (syscalls.CAP_KILL, 6, 7)  # CAP_SETGID, CAP_SETUID: to sweep with the submission's uid
    return (syscalls.CAP_KILL,)  # to end orphans, of another uid; it reaches no further than this namespace


def _is_disk_full(slot: Slot, box: str) -> bool | None:
    return disk.is_over(box, slot.uid, slot.limits.files_mb * _MIB)


def _wait_for_the_end(
    notebook: int, report: socket.socket, is_disk_full: Callable[[], bool | None] | None = None
) -> None:
    """Reap everything, and report the death of the notebook process, `notebook` by its pid.

    Returns when nothing is left or the client has gone. A byte from the client asks to end the orphans.
    `is_disk_full` is asked now and then; the notebook process is killed where it says so, and where it says
    nothing again and again.
    """
    wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    poll = select.poll()
    poll.register(wake_read, select.POLLIN)
    poll.register(report, select.POLLIN)
    disk_full, silent = False, 0
    while True:
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                break
            if pid == notebook:
                report.sendall(protocol.pack(_death(status, usage, "files_mb" if disk_full else "")))
        ready = poll.poll(None if is_disk_full is None else disk.CHECK_EVERY_S * 1000)
        full = is_disk_full() if is_disk_full is not None and not disk_full else False
        silent = silent + 1 if full is None else 0
        if full or silent >= disk.MAX_SILENT:
            disk_full = bool(full)
            with contextlib.suppress(ProcessLookupError):
                os.kill(notebook, signal.SIGKILL)
        for descriptor, _ in ready:
            if descriptor == report.fileno():
                if not report.recv(1):
                    return
                _kill_children(spare=notebook)
                continue
            os.read(wake_read, 4096)


def _death(status: int, usage: resource.struct_rusage, limit: str) -> Death:
    cpu_s, peak_mb = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return Death(status=status, cpu_s=cpu_s, memory_peak_mb=peak_mb, limit=limit)


def _sweep(slot: Slot, box: str) -> None:
    """Where no pid namespace does it: kill all that the submission left, and remove its directory.

    In a child that has the submission's uid, so that nothing it wrote is touched with more rights than its
    own.
    """
    if slot.uid is None:
        if not _kill_children():
            raise SandboxError("A submission's processes keep coming back.")
        shutil.rmtree(box, ignore_errors=True)
        return
    pid = os.fork()
    if pid == 0:
        try:
            confine.setup_uid(slot.uid)
            for _ in range(100):  # until none is left: a fork bomb may be quicker once or twice
                os.kill(-1, signal.SIGKILL)
        except ProcessLookupError:
            pass
        finally:
            shutil.rmtree(box, ignore_errors=True)
            os._exit(0)
    with contextlib.suppress(ChildProcessError):
        while True:  # in a container whose pid 1 reaps nobody, they would stay in the table of processes
            os.waitpid(-1, 0)


def _kill_children(spare: int = 0) -> bool:
    """Kill our children but `spare` until there are none; whether there are none in the end.

    Every orphan becomes a child of ours, as we are pid 1 or a subreaper. With the notebook process
    spared, processes that its forks left running go, and snapshots, which are its children, stay.
    """
    own = str(os.getpid())
    for _ in range(100):
        with open(f"/proc/{own}/task/{own}/children", encoding="ascii") as file:
            children = [int(child) for child in file.read().split() if int(child) != spare]
        if not children:
            return True
        for child in children:
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
    return False
