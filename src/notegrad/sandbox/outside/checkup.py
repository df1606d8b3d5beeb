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

from notegrad.messages import Message
from notegrad.records import Record
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.walls import landlock, tiers

MIN_FREE_MB = 1_000  # for results and temporary files of a class
MIN_MEMORY_MB = 2_000  # a zygote, a judge and one submission
_MIB = 1 << 20

Verdict = Literal["PASS", "CAUTION", "FAIL", "SKIPPED"]


class Check(Record, frozen=True, kw_only=True):
    """One row: what was tried, how it went, what that means, and the command that would mend it."""

    name: str
    verdict: Verdict
    meaning: Message
    fix: Message | None = None


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
    meaning = Message("doctor_required", said=row.meaning)
    return msgspec.structs.replace(row, verdict="FAIL", meaning=meaning)


def _tier(available: list[str], wanted: str) -> Check:
    weakest = "no-namespaces" if wanted == "auto" else wanted
    if wanted == "none":
        said, fix = Message("doctor_none"), Message("doctor_none_fix")
        return Check(name="tier", verdict="CAUTION", meaning=said, fix=fix)
    good = [tier for tier in available if tiers.TIERS.index(tier) <= tiers.TIERS.index(weakest)]
    if not good:
        return Check(
            name="tier",
            verdict="FAIL",
            meaning=Message("doctor_no_tier", wanted=wanted),
            fix=Message("doctor_no_tier_fix"),
        )
    if good[0] == "no-namespaces":
        return Check(
            name="tier",
            verdict="CAUTION",
            meaning=Message("doctor_no_namespaces"),
            fix=Message("doctor_no_namespaces_fix"),
        )
    return Check(name="tier", verdict="PASS", meaning=Message("doctor_tier", tier=good[0]))


def _protections(available: list[str]) -> list[Check]:
    """What the strongest tier has in force, row by row."""
    if not available:
        return [Check(name="protections", verdict="SKIPPED", meaning=Message("doctor_no_protections"))]
    return [
        Check(
            name=row.name,
            verdict="PASS" if row.active else "CAUTION",
            meaning=_of_protection(row.name) if row.active else _not_in_force(row.name),
            fix=None if row.active else Message(_FIXES.get(row.name, "doctor_fix_full")),
        )
        for row in tiers.protections(available[0])
    ]


_FIXES = {
    "landlock": "doctor_fix_landlock",
    "seccomp": "doctor_fix_seccomp",
    "own uid": "doctor_fix_own_uid",
}


def _of_protection(name: str) -> Message:
    return Message(f"protection_{name.replace(' ', '_')}", abi=landlock.version())


def _not_in_force(name: str) -> Message:
    return Message("doctor_not_in_force", said=_of_protection(name))


def _cgroup(available: list[str]) -> Check:
    if not available:
        return Check(name="cgroup", verdict="SKIPPED", meaning=Message("doctor_no_cgroup_tier"))
    parents = cgroups.find_parents()
    if parents is None:
        return Check(
            name="cgroup",
            verdict="CAUTION",
            meaning=Message("doctor_no_cgroup"),
            fix=Message("doctor_no_cgroup_fix"),
        )
    return Check(name="cgroup", verdict="PASS", meaning=Message("doctor_cgroup", version=parents.version))


def _memory() -> Check:
    lines = Path("/proc/meminfo").read_text("ascii", "replace").splitlines()
    free_mb = next((int(line.split()[1]) // 1024 for line in lines if line.startswith("MemAvailable")), 0)
    meaning = Message("doctor_memory", free_mb=free_mb)
    if free_mb < MIN_MEMORY_MB:
        return Check(name="memory", verdict="CAUTION", meaning=meaning, fix=Message("doctor_memory_fix"))
    return Check(name="memory", verdict="PASS", meaning=meaning)


def _disk() -> Check:
    place = tempfile.gettempdir()
    free_mb = shutil.disk_usage(place).free // _MIB
    meaning = Message("doctor_disk", free_mb=free_mb, place=place)
    if free_mb < MIN_FREE_MB:
        fix = Message("doctor_disk_fix", place=shlex.quote(place))
        return Check(name="disk", verdict="CAUTION", meaning=meaning, fix=fix)
    return Check(name="disk", verdict="PASS", meaning=meaning)


def _open_files() -> Check:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    cores = os.cpu_count() or 1
    meaning = Message("doctor_open_files", count=soft)
    if soft < 64 * (cores + 2):
        fix = Message("doctor_open_files_fix", hard=hard)
        return Check(name="open files", verdict="CAUTION", meaning=meaning, fix=fix)
    return Check(name="open files", verdict="PASS", meaning=meaning)
