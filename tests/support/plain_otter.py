"""Plain otter, as `otter run` grades: its own kernel, tests inside. Run it in a process of its own."""

from __future__ import annotations

import contextlib
import io
import os
import time
import warnings
from pathlib import Path

from notegrad.records import Record


class OtterScores(Record, frozen=True, kw_only=True):
    """What otter says of one notebook; no scores and an error where it says nothing."""

    scores: dict[str, float]
    wall_s: float
    error: str = ""


def grade_with_otter(submission: Path, autograder: Path) -> OtterScores:
    """The score of each question by `otter.run.main`; wall time includes the kernel that it starts."""
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    warnings.filterwarnings("ignore")
    # the kernel imports notegrad.expect from where this process does, installed or not
    import notegrad

    source = str(Path(notegrad.__file__).resolve().parents[1])
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    if source not in paths:
        os.environ["PYTHONPATH"] = os.pathsep.join([source, *filter(None, paths)])
    from otter.run import main

    started = time.monotonic()
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            results = main(str(submission), autograder=str(autograder), output_dir=None, no_logo=True)
    except Exception as error:
        return OtterScores(
            scores={}, wall_s=time.monotonic() - started, error=f"{type(error).__name__}: {error}"
        )
    wall_s = time.monotonic() - started
    failure = results.has_catastrophic_failure()
    scores = {name: float(results.get_score(name)) for name in results.results}
    return OtterScores(scores=scores, wall_s=wall_s, error=said.getvalue()[-500:] if failure else "")
