"""A class of hostile submissions to one grader: `python -m tests.programs.hostile_class [COUNT]`.

Prints, for each tenth of the class, the memory of the grader, the largest judge so far, and how long a test case
took at most beyond its limit. Nothing is asserted: both should be flat, and no excess should come near 2 s.
"""

from __future__ import annotations

import itertools
import resource
import sys
import time
from collections.abc import Sequence

import msgspec
import psutil

from notegrad.grading import Grader
from tests.support.neighbours import HOSTILE, bundle, submissions


def main(arguments: Sequence[str]) -> int:
    """Grade so many hostile submissions, each with a cell of its own."""
    count = int(arguments[0]) if arguments else 300
    handed_in = itertools.cycle(submissions(HOSTILE))
    own, step = psutil.Process(), max(1, count // 10)
    print(f"{'after':>6} {'grader MB':>10} {'largest judge MB':>17} {'s each':>7} {'beyond limit s':>15}")
    with Grader(bundle()) as grader:
        limit_s = bundle().settings.limits.test_case_wall_s
        excess_s, began = 0.0, time.monotonic()
        for number in range(1, count + 1):
            plain = next(handed_in)
            result = grader.grade(msgspec.structs.replace(plain, cells=(*plain.cells, f"# {number}")))
            cases = [case for question in result.questions for case in question.test_cases]
            excess_s = max(excess_s, *(case.duration_s - limit_s for case in cases))
            if number % step == 0:
                judge_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
                each_s = (time.monotonic() - began) / step
                grader_mb = own.memory_info().rss / 1e6
                print(
                    f"{number:6} {grader_mb:10.1f} {judge_mb:17.1f} {each_s:7.2f} {excess_s:15.2f}",
                    flush=True,
                )
                excess_s, began = 0.0, time.monotonic()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
