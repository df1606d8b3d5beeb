"""A container like Gradescope's, for one command: its share of a machine, no network, stock Docker's rights.

Started as a process of its own, because leaving namespaces is not possible. What it makes: control groups for
memory and processor, own mount, pid, network, ipc and host-name namespaces, a private /proc, control groups
that can be read and not written, and only the capabilities that Docker leaves to root; so student code meets
the tier `no-namespaces`, as it does there. What it does not make is another root: the machine's programs and
libraries are seen, where the platform has Ubuntu's.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import struct
import sys
import time
from pathlib import Path

import msgspec

import notegrad
from notegrad.records import Record
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.walls import syscalls

# CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT,
# MKNOD, AUDIT_WRITE, SETFCAP: what Docker grants a container by default
DOCKER_CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)
_CPU_PERIOD_US = 100_000
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_MIB = 1 << 20
_CGROUPS = "/sys/fs/cgroup"


class GroupFolders(Record, frozen=True, kw_only=True):
    """The folders of the container's control groups, by controller."""

    folders: dict[str, str] = {}


class CpuGroup:
    """Control groups with a limit on memory and a share of the processor; empty where none can be made."""

    def __init__(self, *, memory_mb: int, cores: float) -> None:
        self._folders: dict[str, Path] = {}
        parents = {name: cgroups.own_folder("cgroup", name) for name in ("memory", "cpu")}
        unique = f"gradescope-{os.getpid()}-{time.monotonic_ns()}"  # not one of a grader's own
        try:
            for controller, parent in parents.items():
                if parent is None:
                    self.remove()
                    return
                self._folders[controller] = parent / unique
                self._folders[controller].mkdir()
            memory, cpu = self._folders["memory"], self._folders["cpu"]
            (memory / "memory.limit_in_bytes").write_text(str(memory_mb * _MIB))
            with contextlib.suppress(OSError):  # a kernel without swap accounting
                (memory / "memory.memsw.limit_in_bytes").write_text(str(memory_mb * _MIB))
            (cpu / "cpu.cfs_period_us").write_text(str(_CPU_PERIOD_US))
            (cpu / "cpu.cfs_quota_us").write_text(str(int(cores * _CPU_PERIOD_US)))
        except OSError:
            self.remove()

    @property
    def folders(self) -> GroupFolders:
        """The folders, for the container to enter."""
        return GroupFolders(folders={name: str(folder) for name, folder in self._folders.items()})

    def peak_mb(self) -> float | None:
        """The most memory that everything in the container held at once; None where nobody counted."""
        try:
            return int((self._folders["memory"] / "memory.max_usage_in_bytes").read_text()) / _MIB
        except (KeyError, OSError, ValueError):
            return None

    def was_out_of_memory(self) -> bool:
        """Whether the kernel ended a process in the container because its memory was used up."""
        with contextlib.suppress(KeyError, OSError):
            return (
                "oom_kill 0" not in (self._folders["memory"] / "memory.oom_control").read_text().splitlines()
            )
        return False

    def remove(self) -> None:
        """Remove the groups, once the kernel has ended what was in them."""
        for _ in range(100):
            for name, folder in list(self._folders.items()):
                with contextlib.suppress(OSError):
                    for child in folder.glob("notegrad-*"):
                        child.rmdir()
                    folder.rmdir()
                    del self._folders[name]
            if not self._folders:
                return
            time.sleep(0.05)


def main(arguments: list[str]) -> None:
    """Become the container and run a command; the arguments are `GroupFolders` as JSON, then the command."""
    groups = msgspec.json.decode(arguments[0], type=GroupFolders)
    for folder in groups.folders.values():
        Path(folder, "cgroup.procs").write_text("0")
    syscalls.unshare(
        syscalls.CLONE_NEWNS | syscalls.CLONE_NEWPID | syscalls.CLONE_NEWNET
        | syscalls.CLONE_NEWIPC | syscalls.CLONE_NEWUTS
    )  # fmt: skip
    pid = os.fork()
    if pid == 0:
        _enter(groups)
        os.execvp(arguments[1], arguments[1:])  # noqa: S606 (the container's command, no shell)
    _, status = os.waitpid(pid, 0)
    sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _enter(groups: GroupFolders) -> None:
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, 9)
    syscalls.mount("none", "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    syscalls.mount("proc", "/proc", "proc", syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC)
    if groups.folders:
        found = {name: os.open(folder, os.O_PATH) for name, folder in groups.folders.items()}
        syscalls.mount("tmpfs", _CGROUPS, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "mode=0755")
        for name, descriptor in found.items():
            Path(_CGROUPS, name).mkdir()
            syscalls.bind(f"/proc/self/fd/{descriptor}", f"{_CGROUPS}/{name}")
            os.close(descriptor)
        syscalls.seal(_CGROUPS)
    _open_python()
    _raise_loopback()
    syscalls.drop_bounding_set(*DOCKER_CAPABILITIES)


def _open_python() -> None:
    """Python and the tree where everybody may read them; here they may lie below a closed home."""
    tree = Path(os.environ["NOTEGRAD_VENV"]).parents[1]
    own = {sys.prefix, sys.base_prefix, str(Path(notegrad.__file__).resolve().parents[1]), str(tree)}
    shut = {
        path: next((p for p in reversed(Path(path).parents) if not p.stat().st_mode & 1), None)
        for path in own
    }
    for closed in {folder for folder in shut.values() if folder is not None}:
        inside = {path: os.open(path, os.O_PATH) for path, folder in shut.items() if folder == closed}
        syscalls.mount("tmpfs", str(closed), "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, "mode=0755")
        for path, descriptor in sorted(inside.items()):
            Path(path).mkdir(parents=True, exist_ok=True)
            syscalls.bind(f"/proc/self/fd/{descriptor}", path)
            os.close(descriptor)


def _raise_loopback() -> None:
    """The one interface that a container without network has: netdevice(7), SIOCSIFFLAGS."""
    request = struct.pack("16sh14x", b"lo", _IFF_UP)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, request)
