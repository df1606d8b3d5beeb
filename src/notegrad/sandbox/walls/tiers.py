"""Tiers are levels of confinement; each is tried in a throw-away process, to know whether it can be had.

`full`: root, namespaces, a uid per submission. `userns`: the same through a user namespace, without root.
`no-namespaces`: root in a container that refuses namespaces; a uid per submission only. `none`: nothing but
limits, for `unsafe=True` alone. The tier found is compared with the tier configured: weaker is refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence

import msgspec

from notegrad.errors import SandboxUnavailableError, Unsaid
from notegrad.records import Protection
from notegrad.sandbox.walls import landlock, namespaces, seccomp

TIERS = ("full", "userns", "no-namespaces", "none")  # from the strongest to the weakest


def choose(wanted: str, unsafe: bool) -> str:
    """The tier to run: the strongest available one that is not weaker than `wanted`.

    `wanted` is a name of TIERS or "auto" (the strongest there is, but never `none`). `none` needs `unsafe`.
    Raises SandboxUnavailableError with the reason and what to do.
    """
    if wanted != "auto" and wanted not in TIERS:
        raise SandboxUnavailableError(Unsaid("sandbox_no_such_tier", wanted=wanted, tiers=", ".join(TIERS)))
    if wanted == "none" and not unsafe:
        raise SandboxUnavailableError(Unsaid("sandbox_unsafe"))
    weakest = "none" if unsafe else "no-namespaces"
    if wanted not in ("auto", "none"):
        weakest = wanted
    tried = TIERS[: TIERS.index(weakest) + 1]
    for tier in tried:
        if is_available(tier):
            return tier
    raise SandboxUnavailableError(Unsaid("sandbox_no_tier", wanted=wanted, tried=" ".join(tried)))


def is_available(tier: str) -> bool:
    """Whether the tier works here, tried in a forked process; only for processes with one thread."""
    if tier in ("full", "no-namespaces") and os.geteuid() != 0:
        return False
    if tier == "userns" and os.geteuid() == 0:
        return False  # it would map to the kernel's uid 0; root has `full`, or the next tier
    probes: dict[str, Callable[[], None]] = {
        "full": lambda: namespaces.probe(user=False),
        "userns": lambda: namespaces.probe(user=True),
        "no-namespaces": _probe_uid,
        "none": lambda: None,
    }
    return _works(probes[tier])


def _probe_uid() -> None:
    if not (seccomp.is_available() and landlock.version()):
        raise OSError("a uid alone leaves the network and what everybody may read open")
    uid = namespaces.first_uid()
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    for module in (os, msgspec):  # below a closed home, what is imported late would fail the student
        os.listdir(os.path.dirname(str(module.__file__)))


def _works(action: Callable[[], None]) -> bool:
    pid = os.fork()
    if pid == 0:
        try:
            action()
        except BaseException:
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    return status == 0


def missing(protections: Sequence[Protection], require: Collection[str]) -> list[str]:
    """The required protections that are not in force."""
    active = {protection.name for protection in protections if protection.active}
    return sorted(set(require) - active)


def protections(tier: str, without: Collection[str] = (), *, hides: bool = False) -> tuple[Protection, ...]:
    """The protections in force in `tier`, one line each, for results and for `notegrad doctor`.

    `without` names protections that are left off on purpose. `hides`: the places of the course
    are known, and were looked for in the root. The cgroup is the client's, which adds it.
    """
    spaces = tier in ("full", "userns")
    own_uid = tier in ("full", "no-namespaces")
    confined = tier != "none"
    abi = landlock.version()
    has_landlock = confined and abi > 0 and "landlock" not in without
    has_seccomp = confined and seccomp.is_available() and "seccomp" not in without
    sockets = "sockets but unix ones" if spaces else "all sockets but pairs"
    rows = (
        (
            "filesystem",
            spaces,
            "a read-only minimal root"
            + ("; the course, the tests and the results are not in it" if hides else ""),
        ),
        ("landlock", has_landlock, f"version {abi}: only Python, libraries and its own places can be opened"),
        ("private tmp", spaces, "one size-limited tmpfs holds every writable place"),
        ("network", spaces and "network" not in without, "a network namespace without interfaces"),
        (
            "processes",
            spaces and "processes" not in without,
            "a pid namespace; nothing outside it can be seen or signalled",
        ),
        ("ipc", spaces, "own System V, POSIX and host-name namespaces"),
        (
            "seccomp",
            has_seccomp,
            f"{sockets}, ptrace, bpf, io_uring, mounts, namespaces, keys, clocks refused",
        ),
        ("own uid", own_uid, "a kernel uid that no other submission has"),
        ("capabilities", confined, "none held, none to be gained"),
        ("no_new_privs", True, "set-uid programs gain nothing"),
        ("limits", True, "address space, CPU time, processes, file sizes, open files, no core files"),
    )
    return tuple(Protection(name=name, active=active, detail=detail) for name, active, detail in rows)
