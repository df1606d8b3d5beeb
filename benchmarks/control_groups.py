"""Processor time of a whole tree of processes, by the kernel's accounting for the control group it runs in.

A machine that others use as well costs wall time, and no processor time (kernel:
admin-guide/cgroup-v1/cpuacct.rst; admin-guide/cgroup-v2.rst, "cpu.stat").
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def control_group(name: str) -> Iterator[Path]:
    """A new control group below our own that counts processor time; a SystemExit where none can be made."""
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    own = {line.split(":")[1]: line.split(":")[2].lstrip("/") for line in lines}
    mount = Path("/sys/fs/cgroup")
    above = mount / "cpuacct" / own["cpuacct"] if "cpuacct" in own else mount / own.get("", "")
    group = above / f"notegrad-bench-{os.getpid()}-{name}"
    try:
        group.mkdir()
    except OSError as error:
        raise SystemExit(f"no control group can be made ({error}): run this as root") from None
    try:
        yield group
    finally:
        _remove(group)


def _remove(group: Path) -> None:
    for _ in range(100):  # processes that were killed leave it a little later
        with contextlib.suppress(OSError):
            group.rmdir()
            break
        time.sleep(0.1)


def in_group(group: Path, command: Sequence[str]) -> list[str]:
    """The command that runs another one, and all that this starts, in a group."""
    return ["sh", "-c", 'echo $$ > "$0" && exec "$@"', str(group / "cgroup.procs"), *command]


def spent_ms(group: Path) -> float:
    """Processor time of a group since it was made."""
    with contextlib.suppress(FileNotFoundError):
        return int((group / "cpuacct.usage").read_text()) / 1e6
    words = (group / "cpu.stat").read_text().split()
    return int(words[words.index("usage_usec") + 1]) / 1e3


def measured(command: Sequence[str], environment: Mapping[str, str], name: str) -> tuple[float, float]:
    """Processor and wall time, in ms, of a command and of all that it starts. A SystemExit where it fails."""
    with control_group(name) as group:
        started = time.monotonic()
        done = subprocess.run(
            in_group(group, command),
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        wall_ms = 1e3 * (time.monotonic() - started)
        if done.returncode != 0:
            raise SystemExit(
                f"{' '.join(command)} ended with status {done.returncode}: {done.stderr[-2000:]}"
            )
        return spent_ms(group), wall_ms
