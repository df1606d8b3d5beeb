"""`python -m tests.fuzz.replay TARGET [FILE ...]`: checks kept inputs, and the seeds; needs no atheris."""

from __future__ import annotations

import resource
import sys
import time

from tests.fuzz import targets

MIB = 1024


def replay(name: str, only: list[str]) -> int:
    """How many inputs were checked; whatever one of them raises goes through."""
    target = targets.load(name)
    inputs = [(path.name, path.read_bytes()) for path in targets.kept(name) if not only or path.name in only]
    if not only:
        inputs += [("a seed", seed) for seed in target.seeds()]
    for label, data in inputs:
        print(label, flush=True)
        started = time.monotonic()
        target.check(data)
        assert time.monotonic() - started < targets.INPUT_LIMIT_S, f"{label} took too long"
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    assert peak_mb < targets.RSS_LIMIT_MB, f"{peak_mb:.0f} MB"
    return len(inputs)


if __name__ == "__main__":
    print(replay(sys.argv[1], sys.argv[2:]), "inputs")
