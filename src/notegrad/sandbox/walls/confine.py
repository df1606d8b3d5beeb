"""Confinement takes every right from the notebook process, in the one order that works.

It runs in the notebook process, between the fork and the first byte of the student's. The order matters:
limits before the uid (a limit on processes counts per uid), the uid before capabilities are dropped, and the
death signal after the uid, because setresuid clears it. Each line of `confine` says what it protects.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Mapping

from notegrad.records import Limits, Record
from notegrad.sandbox.walls import device_access, landlock, seccomp, syscalls

LIBRARY_SETTINGS = {
    # One thread per library: a process that ran a parallel region with more cannot be forked safely.
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    # Huge pages and the C allocator halve the cost of a fork (5.6 to 2.7 ms).
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
    "PYTHONMALLOC": "malloc",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # Agg, with a notebook's plt.show()
}
NICENESS = 5
"""How far student code stands behind us (nice(2)): it has a third of what a process of ours has.

No further: beside a busy stranger even right answers would have next to nothing.
"""

CPU_GRACE_S = 2  # between SIGXCPU and SIGKILL
_MIB = 1 << 20


class Confinement(Record, frozen=True):
    """The state that a process is to be in; `uid` None keeps the uid (it is the user namespace's own).

    `places` None: no Landlock here. `system_calls`: the compiled filter, None where there is none.
    """

    uid: int | None
    limits: Limits
    box: str
    places: landlock.OpenPaths | None
    system_calls: bytes | None
    device: str = "cpu"
    settings: dict[str, str] = {}


def confine(to: Confinement, keep: tuple[int, ...]) -> None:
    """Confine this process for good; `keep` lists the descriptors it may keep besides 0, 1 and 2.

    Raises OSError where the kernel refuses one of the steps: then no student code must run.
    """
    setup_standard_streams()  # stdin empty, output nowhere: nothing of the zygote's terminal or logs
    setup_descriptors(keep)  # no socket of the zygote's, no descriptor of another submission
    setup_priority()  # behind the judge, and whoever else works here; only root could take it back
    setup_limits(to.limits, to.device)  # while still root: hard limits can only be lowered later
    setup_uid(to.uid)  # a uid that owns nothing and is shared with nobody
    setup_capabilities()  # none left in any set; the bounding set was emptied in the zygote
    setup_no_new_privileges()  # set-uid programs and file capabilities give nothing
    setup_death_signal()  # dies with pid 1; after setresuid, which clears it
    setup_environment(
        to.box, to.settings
    )  # nothing of the grader's environment; its places made, by its own uid
    setup_landlock(to.places)  # no file but those places: after no_new_privs, and when the places are there
    setup_seccomp(to.system_calls)  # last, since it forbids what the lines above do


def setup_standard_streams() -> None:
    """Point 0, 1 and 2 at /dev/null. Raises OSError."""
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)


def setup_descriptors(keep: tuple[int, ...]) -> None:
    """Close every descriptor above 2 but `keep`."""
    low = 3
    for descriptor in sorted(keep):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, 1 << 30)


def setup_priority() -> None:
    """Run behind all processes of ours where there is not enough for all. Raises OSError."""
    os.nice(NICENESS)


def setup_limits(limits: Limits, device: str = "cpu") -> None:
    """Set the limits that hold for each process of the submission. Raises OSError, ValueError.

    CUDA reserves addresses for all memory of the machine and of its GPUs: there the control group limits.
    """
    # What torch and numpy already map is not the student's: the limit counts from there.
    memory = _address_space_bytes() + limits.memory_mb * _MIB
    cpu = max(1, int(limits.cpu_s))
    if not device_access.is_cuda(device):
        _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CPU, cpu, cpu + CPU_GRACE_S)
    _limit(resource.RLIMIT_NPROC, limits.processes)
    _limit(resource.RLIMIT_FSIZE, limits.file_mb * _MIB)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_MEMLOCK, 64 * 1024)
    _limit(resource.RLIMIT_MSGQUEUE, 0)


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    ceiling = resource.getrlimit(kind)[1]
    wanted = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        wanted = min(wanted, ceiling)
    resource.setrlimit(kind, (min(soft, wanted), wanted))


def _address_space_bytes() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def setup_uid(uid: int | None) -> None:
    """Become `uid`, its group of the same number, and no other group. Raises OSError."""
    if uid is None:
        return
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def setup_capabilities() -> None:
    """Hold no capability, and keep none over an exec. Raises OSError."""
    syscalls.keep_capabilities()


def setup_no_new_privileges() -> None:
    """Gain no right by an exec from now on. Raises OSError."""
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)


def setup_death_signal() -> None:
    """Die with the parent; and be readable to oneself in /proc, which setresuid took away. Raises OSError."""
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)


def setup_landlock(places: landlock.OpenPaths | None) -> None:
    """Close every file but those in `places`, TCP, and signals and abstract sockets that lead out of here.

    Raises OSError.
    """
    if places is not None:
        landlock.restrict(places)


def setup_seccomp(system_calls: bytes | None) -> None:
    """Refuse the system calls that no exercise needs (listed in seccomp.py). Raises OSError."""
    if system_calls is not None:
        seccomp.load(system_calls)


def setup_environment(box: str, settings: Mapping[str, str]) -> None:
    """Make the writable places below `box` and go there; a minimal environment; a notebook's sys.path.

    Raises OSError.
    """
    os.umask(0o022)
    for name in ("work", "home", "tmp", "shm"):
        os.makedirs(f"{box}/{name}", mode=0o700, exist_ok=True)
    os.chdir(f"{box}/work")
    os.environ.clear()
    os.environ.update(environment(box) | dict(settings))
    tempfile.tempdir = None  # the zygote's cached one does not exist here
    time.tzset()
    sys.path.insert(0, "")


def environment(box: str) -> dict[str, str]:
    """The environment of student code, and of the zygote, where libraries read it at their import."""
    return {
        "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": f"{box}/home",
        "USER": "student",
        "LOGNAME": "student",
        "SHELL": "/bin/sh",
        "TMPDIR": f"{box}/tmp",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "MPLCONFIGDIR": f"{box}/home/.matplotlib",
        "IPYTHONDIR": f"{box}/home/.ipython",
        "PIP_NO_INDEX": "1",  # there is no network: fail at once instead of retrying
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **LIBRARY_SETTINGS,
    }
