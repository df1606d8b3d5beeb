"""The check-up tries the protections of this machine: the rows of `notegrad doctor`."""

from __future__ import annotations

import os
import resource
import shlex
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Literal

import msgspec

from notegrad.records import Record
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.walls import tiers

MIN_FREE_MB = 1_000  # for results and temporary files of a class
MIN_MEMORY_MB = 2_000  # a zygote, a judge and one submission
_MIB = 1 << 20

Verdict = Literal["PASS", "CAUTION", "FAIL", "SKIPPED"]


class Check(Record, frozen=True, kw_only=True):
    """One row: what was tried, how it went, what that means, and the command that would mend it."""

    name: str
    verdict: Verdict
    meaning: str
    fix: str = ""


def check_machine(wanted_tier: str = "auto", require: Collection[str] = ()) -> tuple[Check, ...]:
    """All rows for a course that accepts `wanted_tier` at least, with the protections in `require`.

    For a process with one thread: it forks.
    """
    available = [tier for tier in tiers.TIERS if tier != "none" and tiers.is_available(tier)]
    rows = (
        _tier(available, wanted_tier),
        *_protections(available),
        _cgroup(available),
        _memory(),
        _disk(),
        _open_files(),
    )
    return tuple(_insisting(row) if row.name in require else row for row in rows)


def _insisting(row: Check) -> Check:
    """A row about what the course requires: not in force means that nothing is graded here."""
    if row.verdict == "PASS":
        return row
    meaning = f"{row.meaning}; the course requires it: nothing is graded here"
    return msgspec.structs.replace(row, verdict="FAIL", meaning=meaning)


def _tier(available: list[str], wanted: str) -> Check:
    weakest = "no-namespaces" if wanted == "auto" else wanted
    if wanted == "none":
        return Check(name="tier", verdict="CAUTION", meaning="the course confines student code in nothing",
                     fix="set sandbox.tier to auto in otter_config.yml")  # fmt: skip
    good = [tier for tier in available if tiers.TIERS.index(tier) <= tiers.TIERS.index(weakest)]
    if not good:
        return Check(
            name="tier",
            verdict="FAIL",
            meaning=f"no confinement that the course accepts ({wanted}): nothing is graded here",
            fix="run as root with a Python that everybody may read (not below /root), or allow user "
            "namespaces: sudo sysctl user.max_user_namespaces=15000 "
            "kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0",
        )
    if good[0] == "no-namespaces":
        return Check(
            name="tier",
            verdict="CAUTION",
            meaning="no-namespaces: own uid, Landlock and seccomp, but one tree of files and processes",
            fix="in a container: add --cap-add=SYS_ADMIN --security-opt unmask=ALL, or use a virtual machine",
        )
    return Check(name="tier", verdict="PASS", meaning=f"{good[0]}: the strongest that this machine has")


def _protections(available: list[str]) -> list[Check]:
    """What the strongest tier has in force, row by row."""
    if not available:
        return [Check(name="protections", verdict="SKIPPED", meaning="there is no tier to have them in")]
    fixes = {
        "landlock": "boot with lsm=landlock,... (see /sys/kernel/security/lsm), kernel 5.13 or later",
        "seccomp": "use a kernel with CONFIG_SECCOMP_FILTER, on x86_64 or aarch64",
        "own uid": "run as root, so that each submission has a uid of its own",
    }
    return [
        Check(
            name=row.name,
            verdict="PASS" if row.active else "CAUTION",
            meaning=row.detail if row.active else f"not in force: {row.detail}",
            fix="" if row.active else fixes.get(row.name, "run where the tier full can be had, as root"),
        )
        for row in tiers.protections(available[0])
    ]


def _cgroup(available: list[str]) -> Check:
    if not available:
        return Check(name="cgroup", verdict="SKIPPED", meaning="there is no tier to have it in")
    parents = cgroups.find_parents()
    if parents is None:
        return Check(
            name="cgroup",
            verdict="CAUTION",
            meaning="memory is limited for each process, not for a submission as a whole",
            fix="run as root where /sys/fs/cgroup is writable and the memory controller is handed down",
        )
    version = f"version {parents.version}"
    return Check(name="cgroup", verdict="PASS", meaning=f"{version}: one memory limit for a whole submission")


def _memory() -> Check:
    lines = Path("/proc/meminfo").read_text("ascii", "replace").splitlines()
    free_mb = next((int(line.split()[1]) // 1024 for line in lines if line.startswith("MemAvailable")), 0)
    meaning = f"{free_mb} MB free; a grader takes some 700 MB, and each submission what it takes"
    if free_mb < MIN_MEMORY_MB:
        return Check(name="memory", verdict="CAUTION", meaning=meaning, fix="grade with --workers 1")
    return Check(name="memory", verdict="PASS", meaning=meaning)


def _disk() -> Check:
    place = tempfile.gettempdir()
    free_mb = shutil.disk_usage(place).free // _MIB
    if free_mb < MIN_FREE_MB:
        return Check(name="disk", verdict="CAUTION", meaning=f"{free_mb} MB free in {place}",
                     fix=f"make room in {shlex.quote(place)}, or set TMPDIR to a larger place")  # fmt: skip
    return Check(name="disk", verdict="PASS", meaning=f"{free_mb} MB free in {place}")


def _open_files() -> Check:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    cores = os.cpu_count() or 1
    if soft < 64 * (cores + 2):
        return Check(name="open files", verdict="CAUTION", meaning=f"{soft} may be open at once",
                     fix=f"ulimit -n {hard}")  # fmt: skip
    return Check(name="open files", verdict="PASS", meaning=f"{soft} may be open at once")
