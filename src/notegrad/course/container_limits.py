"""Reads what the container that we are in allows, and fits the limits of a submission into it.

The smallest that Gradescope gives is half a core and 768 MB, for 10 minutes. Judge and zygote take some 480
MB of it; what a submission may take is what is left. Times are given for a whole core: with half a one they
count double.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from notegrad.records import Limits

OURS_MB = 480  # the judge and the zygote, measured, and room for what a test holds
MIN_SUBMISSION_MB = 192  # less, and an honest notebook fails where it would not elsewhere
MB_PER_PROCESS = 8  # what a fork costs before it does anything: page tables, and pages that Python touches
MIN_PROCESSES = 16
MAX_SLOWNESS = 4.0
SOFT_MARGIN_S = 90.0  # before the platform's limit no question is begun any more: one may take a minute
HARD_MARGIN_S = 20.0  # before the platform's limit the grader is stopped, and results.json says: not graded
NOTEBOOK_SHARE = 0.4  # of the time, for the cells of the notebook; a second run of them may take as much
_UNLIMITED_BYTES = 1 << 50  # version 1 says "no limit" with a number near 2**63
_MIB = 1 << 20
_CGROUPS = Path("/sys/fs/cgroup")


def soft_limit_s(timeout_minutes: float) -> float:
    """Seconds from the start of the grader after which it begins nothing more."""
    return max(30.0, timeout_minutes * 60.0 - SOFT_MARGIN_S)


def hard_limit_s(timeout_minutes: float) -> float:
    """Seconds after which `run_autograder` stops the grader, before the platform would write a 0."""
    return max(40.0, timeout_minutes * 60.0 - HARD_MARGIN_S)


def memory_mb(root: Path = _CGROUPS) -> float | None:
    """The container's memory limit, None where there is none to be seen."""
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        text = _read(root / name)
        if text.isdigit() and int(text) < _UNLIMITED_BYTES:
            return int(text) / _MIB
    return None


def cores(root: Path = _CGROUPS) -> float | None:
    """The number of cores that the container may use at once, None where it is not limited to a share."""
    quota, _, period = _read(root / "cpu.max").partition(" ")
    if not quota:
        quota, period = _read(root / "cpu/cpu.cfs_quota_us"), _read(root / "cpu/cpu.cfs_period_us")
    if quota.isdigit() and period.isdigit() and int(period) > 0 and int(quota) > 0:
        return int(quota) / int(period)
    return None


def fitting(
    limits: Limits, *, timeout_minutes: float, memory_mb: float | None, cores: float | None
) -> Limits:
    """The limits of a submission inside this container; `memory_mb` and `cores` None: not limited."""
    slowness = min(MAX_SLOWNESS, max(1.0, 1.0 / cores)) if cores else 1.0
    notebook_s = NOTEBOOK_SHARE * soft_limit_s(timeout_minutes)
    left_mb = limits.memory_mb if memory_mb is None else max(MIN_SUBMISSION_MB, int(memory_mb - OURS_MB))
    wall_s = min(limits.wall_s * slowness, notebook_s)
    return msgspec.structs.replace(
        limits,
        wall_s=wall_s,
        cell_wall_s=min(limits.cell_wall_s * slowness, wall_s),
        test_case_wall_s=limits.test_case_wall_s * slowness,
        memory_mb=min(limits.memory_mb, left_mb),
        processes=min(limits.processes, max(MIN_PROCESSES, left_mb // MB_PER_PROCESS)),
        files_mb=min(limits.files_mb, max(16, left_mb // 4)),
    )


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
