"""The floor: cells and tests in a fork of a process with torch loaded; no sandbox, no mirror, no limits.

Only for honest notebooks: nothing protects this process's tests, results or files. Reads paths of notebooks,
one a line, and answers each with one line of JSON: seconds from the fork to the scores, and the scores.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))


def main() -> None:
    """Warm up as the zygote does, load the tests, then serve."""
    import torch

    torch.set_num_threads(1)
    from notegrad.course.bundle import read_bundle
    from notegrad.intake.submissions import read_submissions
    from notegrad.judge.otter_tests import load_tests
    from notegrad.sandbox.inside import warm

    bundle = read_bundle(Path(sys.argv[1]))
    tests = load_tests(bundle.tests)
    answers, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: PTH123, SIM115 (warming up prints)
    shell = warm.warm_up(tempfile.mkdtemp(prefix="notegrad-floor-"))
    warm.freeze()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        submission = read_submissions([Path(line.rstrip("\n"))])[0]
        started = time.monotonic()
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            _grade(shell, submission.cells, tests, writer, bundle.settings.seed)
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            scores = json.loads(stream.read())
        os.waitpid(pid, 0)
        print(json.dumps({"wall_s": time.monotonic() - started, **scores}), file=answers, flush=True)


def _grade(shell: Any, cells: tuple[str, ...], tests: Any, writer: int, seed: int) -> NoReturn:
    try:
        from notegrad.sandbox.inside import otter_stub
        from notegrad.sandbox.inside.run_cells import seed_everything

        otter_stub.install()
        started = time.monotonic()
        sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: PTH123, SIM115
        sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115 (a cell may ask for input)
        os.chdir(tempfile.gettempdir())
        seed_everything(seed)
        for cell in cells:
            shell.run_cell(cell, store_history=True)
        ran = time.monotonic()
        scores = {}
        for test in tests:
            test.test_file.run(shell.user_ns)
            results = test.test_file.test_case_results
            scores[test.question.name] = sum(r.test_case.points for r in results if r.passed)
        parts = {"notebook_s": ran - started, "tests_s": time.monotonic() - ran}
        os.write(writer, json.dumps({"scores": scores, **parts}).encode())
    except BaseException as error:  # noqa: BLE001 (said, and then this child ends)
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
