"""A control group limits memory and processes of a whole submission, where one can be made.

Limits of a process do not add up: a hundred processes of a submission may each take what one may. A
control group counts them together, its peak is exact, and what lies in memory files counts too. The trusted
side makes the group and reads it; a submission's supervisor enters it by a descriptor before anything else.
Where the processor can be shared by groups too, each submission has one share, however many processes it
starts.

Both versions of the interface (kernel: admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst). Version 2 is used
where the controllers can be handed down from the group we are in, which has to hold no process itself. In
a container groups are read-only: its own limits hold there.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from pathlib import Path

from notegrad.records import Limits, Record

OWN_MB = 64  # pid 1, page tables and what forks dirty before any student code: not the student's
OWN_PROCESSES = 2
CPU_SHARES, CPU_WEIGHT = 512, 50  # half of what one process of ours has that is in no such group
ORPHAN_AGE_S = 60.0  # a grader with another /proc looks dead from here: its new group, still empty, must stay
_MIB = 1 << 20
_CONTROLLERS = ("memory", "pids")
_numbers = itertools.count(1)


class Parents(Record, frozen=True):
    """Folders for groups: one for all controllers (version 2), or one for each (version 1).

    `shares_cpu`: the processor is shared by groups; the folder for that is the second of three (version 1).
    """

    version: int
    folders: tuple[str, ...]
    shares_cpu: bool = False


class ControlGroup:
    """The control group of one submission; `descriptors` are what its first process writes "0" into."""

    def __init__(self, parents: Parents, limits: Limits) -> None:
        """Make it. Raises OSError."""
        name = f"notegrad-{os.getpid()}-{next(_numbers)}"
        self._version, self._shares_cpu = parents.version, parents.shares_cpu
        self._folders = [Path(folder) / name for folder in parents.folders]
        self.descriptors: list[int] = []
        try:
            for folder in self._folders:
                folder.mkdir()
            self._set_limits(limits)
            for folder in self._folders:
                self.descriptors.append(os.open(folder / "cgroup.procs", os.O_WRONLY | os.O_CLOEXEC))
        except OSError:
            self.close_descriptors()
            self.remove()
            raise

    def _set_limits(self, limits: Limits) -> None:
        # Files lie in memory and are charged as such. A process meets its own limit, a clean error, first.
        memory = (limits.memory_mb + limits.files_mb + OWN_MB) * _MIB
        memory_folder, pids_folder = self._folders[0], self._folders[-1]
        (pids_folder / "pids.max").write_text(str(limits.processes + OWN_PROCESSES))
        if self._version == 2:
            if self._shares_cpu:
                _try_write(memory_folder / "cpu.weight", str(CPU_WEIGHT))
            (memory_folder / "memory.max").write_text(str(memory))
            _try_write(memory_folder / "memory.swap.max", "0")
        else:
            if self._shares_cpu:
                _try_write(self._folders[1] / "cpu.shares", str(CPU_SHARES))
            (memory_folder / "memory.limit_in_bytes").write_text(str(memory))
            _try_write(memory_folder / "memory.memsw.limit_in_bytes", str(memory))

    def peak_mb(self) -> float:
        """The most memory that the submission ever held at once, files in memory included; 0 if unknown."""
        name = "memory.peak" if self._version == 2 else "memory.max_usage_in_bytes"
        try:
            return int((self._folders[0] / name).read_text()) / _MIB
        except (OSError, ValueError):
            return 0.0

    def was_out_of_memory(self) -> bool:
        """Whether the kernel killed a process of it because the limit was reached."""
        killed, reached = self._memory_events()
        return killed and reached

    def was_killed_for_others(self) -> bool:
        """Whether the kernel killed a process of it for want of memory elsewhere, below the limit."""
        killed, reached = self._memory_events()
        return killed and not reached

    def _memory_events(self) -> tuple[bool, bool]:
        """Whether a process was killed for want of memory, anybody's; whether the limit was ever reached.

        `oom_kill` counts also the kills for a group above and for the whole machine (the kernel's
        cgroup-v2.rst, "memory.events").
        """
        folder = self._folders[0]
        if self._version == 2:
            events = _counts(folder / "memory.events")
            return events.get("oom_kill", 0) > 0, events.get("oom", 0) > 0
        names = ("memory.failcnt", "memory.memsw.failcnt")
        reached = any(word not in ("", "0") for name in names for word in _words(folder / name))
        return _counts(folder / "memory.oom_control").get("oom_kill", 0) > 0, reached

    def close_descriptors(self) -> None:
        """After they were handed over."""
        while self.descriptors:
            os.close(self.descriptors.pop())

    def remove(self) -> bool:
        """Remove it; False while the kernel still ends its last processes."""
        self._folders = [folder for folder in self._folders if not _removed(folder)]
        return not self._folders


def find_parents() -> Parents | None:
    """The folders where this process can make groups with both limits, tried by making one; None without."""
    for parents in (*_version_2(), *_version_1()):
        _remove_orphans(parents)
        with contextlib.suppress(OSError):
            group = ControlGroup(parents, Limits())
            group.close_descriptors()
            group.remove()
            return parents
    return None


def _remove_orphans(parents: Parents) -> None:
    """Groups of graders that were killed before they could remove them."""
    for folder in parents.folders:
        for left in Path(folder).glob("notegrad-*-*"):
            if not Path(f"/proc/{left.name.split('-')[1]}").exists() and _age_s(left) > ORPHAN_AGE_S:
                _removed(left)


def _version_2() -> list[Parents]:
    folder = own_folder("cgroup2", "")
    if folder is None or not set(_CONTROLLERS) <= set(_words(folder / "cgroup.controllers")):
        return []
    if not set(_CONTROLLERS) <= set(_words(folder / "cgroup.subtree_control")):
        _try_write(folder / "cgroup.subtree_control", "+memory +pids")
    _try_write(folder / "cgroup.subtree_control", "+cpu")
    shares_cpu = "cpu" in _words(folder / "cgroup.subtree_control")
    return [Parents(version=2, folders=(str(folder),), shares_cpu=shares_cpu)]


def _version_1() -> list[Parents]:
    """Those that share the processor first; a container may let us have the others only."""
    folders = [own_folder("cgroup", controller) for controller in _CONTROLLERS]
    found = tuple(str(folder) for folder in folders if folder is not None)
    if len(found) != len(_CONTROLLERS):
        return []
    without = Parents(version=1, folders=found)
    cpu = own_folder("cgroup", "cpu")
    if cpu is None:
        return [without]
    return [Parents(version=1, folders=(found[0], str(cpu), found[1]), shares_cpu=True), without]


def own_folder(kind: str, controller: str) -> Path | None:
    """The folder of the group that this process is in (proc_pid_mountinfo(5), proc_pid_cgroup(5))."""
    own = None
    for line in _lines("/proc/self/cgroup"):
        number, controllers, path = line.split(":", 2)
        if (number == "0") if kind == "cgroup2" else (controller in controllers.split(",")):
            own = path
    if own is None:
        return None
    for line in _lines("/proc/self/mountinfo"):
        before, _, after = line.partition(" - ")
        root, point = before.split()[3:5]
        filesystem, _, options = after.split()[:3]
        if filesystem == kind and (kind == "cgroup2" or controller in options.split(",")):
            inside = os.path.relpath(own, root) if own.startswith(root) else "."
            folder = Path(point) / inside
            return folder if folder.is_dir() else None
    return None


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return []


def _words(path: Path) -> list[str]:
    try:
        return path.read_text().split()
    except OSError:
        return []


def _counts(path: Path) -> dict[str, int]:
    words = _words(path)
    return {name: int(count) for name, count in zip(words[::2], words[1::2], strict=False) if count.isdigit()}


def _try_write(path: Path, text: str) -> None:
    with contextlib.suppress(OSError):  # a kernel without swap accounting, or controllers that are not ours
        path.write_text(text)


def _age_s(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
