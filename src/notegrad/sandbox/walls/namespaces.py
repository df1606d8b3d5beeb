"""Namespaces separate the zygote from the machine, and each submission from the zygote.

The zygote lives in a mount and a pid namespace of its own (and a user namespace when we are not root): it
is pid 1 there, so that its death kills every submission, and it can put each submission into a nested pid
namespace.
"""

from __future__ import annotations

import contextlib
import os
import socket

from notegrad.sandbox.walls import rootfs
from notegrad.sandbox.walls.syscalls import (
    CLONE_NEWCGROUP,
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    MS_NODEV,
    MS_NOEXEC,
    MS_NOSUID,
    MS_PRIVATE,
    MS_RDONLY,
    MS_REC,
    mount,
    setns,
    unshare,
)  # fmt: skip

USERNS_UID = 1000  # what a uid that is not root's looks like inside a user namespace
SLOTS_PER_ZYGOTE = 64
# Above every range that systemd hands out (dynamic users, containers), below 2**31.
_WANTED_FIRST_UID, _WANTED_UIDS = 0x70000000, 0x10000000


def enter_outer(user: bool) -> None:
    """Give this process its own mount namespace, and its next child a pid namespace. One thread only.

    Raises OSError.
    """
    if user:
        uid, gid = os.geteuid(), os.getegid()
        unshare(CLONE_NEWUSER)
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{USERNS_UID} {uid} 1")
        _write("/proc/self/gid_map", f"{USERNS_UID} {gid} 1")
    unshare(CLONE_NEWNS | CLONE_NEWPID)
    mount("none", "/", None, MS_REC | MS_PRIVATE)


def forbid_nesting() -> None:
    """Forbid user namespaces below this one, in which student code would hold capabilities again."""
    try:
        _write("/proc/sys/user/max_user_namespaces", "0")
    except OSError:
        return  # /proc/sys may be read-only in a container; then it stays allowed


def next_child_in_new_pid_namespace(own_pid_namespace: int) -> None:
    """Let the next fork make a pid 1 of a new pid namespace nested in ours; the argument is a descriptor.

    unshare refuses a second time unless the first choice is taken back, which setns to our own namespace
    does. Raises OSError.
    """
    setns(own_pid_namespace, CLONE_NEWPID)
    unshare(CLONE_NEWPID)


def enter_submission(
    uid: int, gid: int, tmp_bytes: int, *, network: bool = False, writable_proc: bool = False
) -> None:
    """Give a submission's supervisor own mounts, ipc, host name, network, cgroup view, tmp and /proc.

    `network` keeps the machine's, so that tests can show what the namespace stops. `writable_proc` leaves
    /proc to the rights of its files: CUDA names its threads there, and does not start where it cannot.
    Raises OSError.
    """
    unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP | (0 if network else CLONE_NEWNET))
    with contextlib.suppress(OSError):  # podman's filter refuses it in a container; a name protects nothing
        socket.sethostname("notegrad")
    options = f"size={tmp_bytes},nr_inodes={rootfs.MAX_INODES},mode=0700,uid={uid},gid={gid}"
    mount("tmpfs", rootfs.BOX, "tmpfs", MS_NOSUID | MS_NODEV, options)
    rootfs.open_temporary_places(uid, gid)
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | (0 if writable_proc else MS_RDONLY)
    mount("proc", "/proc", "proc", flags, "hidepid=2")


def probe(user: bool) -> None:
    """Try all of it, in a throw-away process. Raises OSError where the machine refuses."""
    enter_outer(user)
    pid = os.fork()
    if pid == 0:
        try:
            _probe_in_new_pid_namespace()
        except BaseException:
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        raise OSError("mounts are refused in the new namespaces")


def _probe_in_new_pid_namespace() -> None:
    own = os.open("/proc/self/ns/pid", os.O_RDONLY)
    next_child_in_new_pid_namespace(own)
    unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET | CLONE_NEWCGROUP)
    mount("tmpfs", "/mnt", "tmpfs", MS_NOSUID | MS_NODEV, "size=4096")
    rootfs.probe("/mnt")
    pid = os.fork()
    if pid == 0:
        try:
            mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "hidepid=2")
        except BaseException:
            os._exit(1)
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        raise OSError("/proc cannot be mounted")


def first_uid() -> int:
    """The first kernel uid of the range that submissions get (as seen from this user namespace).

    Raises OSError where too few uids are mapped.
    """
    return _uid_range()[0]


def slot_uid(zygote: int, slot: int) -> int:
    """The uid of a submission: no two zygotes (told apart by their pid) and no two live slots share one.

    Raises OSError where too few uids are mapped.
    """
    first, count = _uid_range()
    return first + (zygote * SLOTS_PER_ZYGOTE + slot % SLOTS_PER_ZYGOTE) % count


def _uid_range() -> tuple[int, int]:
    extents: list[tuple[int, int]] = []
    with open("/proc/self/uid_map", encoding="ascii") as lines:
        for line in lines:
            inside, _, count = (int(word) for word in line.split())
            extents.append((inside, count))
    for inside, count in extents:
        if inside <= _WANTED_FIRST_UID and inside + count >= _WANTED_FIRST_UID + _WANTED_UIDS:
            return _WANTED_FIRST_UID, _WANTED_UIDS
    inside, count = max(extents, key=lambda extent: extent[1])
    if count < 4 * SLOTS_PER_ZYGOTE:
        raise OSError(f"only {count} uids are mapped here; submissions need some of their own")
    return inside + count // 2, count // 2  # the upper half: accounts have low numbers


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
