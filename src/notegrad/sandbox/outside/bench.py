"""The benchmark prints costs in ms: `python -m notegrad.sandbox.outside.bench [TIER] [RUNS]`."""

from __future__ import annotations

import socket
import sys
import time
from collections import defaultdict
from pathlib import Path

from notegrad.records import Limits
from notegrad.sandbox.inside import echo
from notegrad.sandbox.outside.sandbox import Sandbox

QUESTIONS = ("q1", "q2", "q3", "q4")
CELLS = (
    "import torch, otter\ngrader = otter.Notebook('bench.ipynb')",
    "def q1(x): return x + 1\ngrader.check('q1')",
    "def q2(x): return (x * x).sum()\ngrader.check('q2')",
    "x = torch.ones(3, requires_grad=True); q2(x).backward()",
)


def measure(tier: str, runs: int) -> dict[str, list[float]]:
    """Milliseconds of each step, `runs` times. Raises SandboxError, RuntimeError."""
    took: dict[str, list[float]] = defaultdict(list)
    last = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal last
        now = time.perf_counter()
        took[name].append((now - last) * 1000)
        last = now

    bare = ("filesystem", "cgroup") if tier == "none" else ()
    with Sandbox.start(Limits(), tier, unsafe=True, server=echo.SERVER, without=bare) as sandbox:
        lap(f"start ({sandbox.tier})")
        for _ in range(runs):
            last = time.perf_counter()
            with sandbox.open(["1"]) as run:
                run.run_notebook()
                lap("open to the end of a cell `1`")
            last = begin = time.perf_counter()
            with sandbox.open(CELLS, questions=QUESTIONS) as run:
                lap("open")
                run.run_notebook()
                lap("4 cells, 2 of them with a check")
                for question in QUESTIONS:
                    kind = "snapshot to first answer" if question in ("q1", "q2") else "fork to first answer"
                    last = time.perf_counter()
                    sock = run.fork(question)
                    _ask(sock)
                    lap(kind)
                    run.discard(sock)
                    lap("discard")
            lap("close")
            took["all of it: 4 cells, 4 questions"].append((last - begin) * 1000)
    return took


def _ask(sock: socket.socket) -> None:
    sock.sendall(b"q1(torch.ones(2))\n")
    if not sock.recv(1000):
        raise RuntimeError("the fork does not answer")


def main() -> None:
    """Print the median and the 99th percentile of each step, and this process's and the zygote's memory."""
    tier = sys.argv[1] if len(sys.argv) > 1 else "auto"
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    for name, values in measure(tier, runs).items():
        values.sort()
        p50, p99 = values[len(values) // 2], values[min(len(values) - 1, round(0.99 * (len(values) - 1)))]
        sys.stdout.write(f"{name:40} p50 {p50:8.1f} ms   p99 {p99:8.1f} ms\n")
    peak = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    sys.stdout.write(f"memory of the trusted side: {' '.join(peak)}\n")


if __name__ == "__main__":
    main()
