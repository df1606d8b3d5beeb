"""Huge pages under the memory of a process that forks."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """
import os, re
from notegrad.probes import huge_pages

def huge_kb():
    return int(re.search(r"AnonHugePages: *(\\d+)", open("/proc/self/smaps_rollup").read())[1])

memory = bytearray(os.urandom(1 << 20) * 24)
objects = [str(number) for number in range(100_000)]
was = bytes(memory)
before = huge_kb()
huge_pages.gather()
after = huge_kb()
assert memory == was and objects == [str(number) for number in range(100_000)]
reader, writer = os.pipe()
pid = os.fork()
if pid == 0:
    memory[0] ^= 255
    os.write(writer, b"y" if memory[1:] == was[1:] else b"n")
    os._exit(0)
os.waitpid(pid, 0)
assert os.read(reader, 1) == b"y" and memory == was
print(before, after)
"""


def test_memory_on_huge_pages_is_the_same_memory() -> None:
    """Nothing that a process or its fork holds changes with the pages under it; they are really huge."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    before, after = map(int, done.stdout.split())
    if after == before:
        pytest.skip("this kernel gives no huge pages")
    assert after - before >= 16_000
