"""Grades attacks at the level that this process has: `python -m tests.attacks.run LEVEL MODE ATTACK...`.

Prints one JSON object a line: what came of each attack, then what was left behind.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from notegrad.grading import Grader
from notegrad.records import GradingResult, Record
from notegrad.results.gradebooks.submission_gradebook import to_gradebook
from notegrad.results.gradescope_json import to_gradescope, to_json
from notegrad.results.report.report_page import to_html
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.walls import namespaces
from tests.attacks import harness


class Row(Record, frozen=True, kw_only=True):
    """What came of one attack at one level; `raw` is what the record holds, `shown` what anybody is shown."""

    attack: str
    status: str
    score: float
    won: tuple[str, ...]
    outcomes: tuple[str, ...]
    proofs: tuple[str, ...]
    successes: tuple[str, ...]
    raw: str
    shown: str
    duration_s: float


class End(Record, frozen=True, kw_only=True):
    """After all attacks: the tier, what was in force, how a blank and an honest notebook fared, what is left."""

    tier: str
    active: tuple[str, ...]
    blank_score: float
    honest_score: float
    max_score: float
    left_behind: tuple[str, ...]


def graded(grader: Grader, attack: str) -> Row:
    """Grade one attack on the fixture's questions."""
    started = time.monotonic()
    bundle = harness.fixture_bundle()
    result = grader.grade(harness.attack_submission(attack, bundle))
    texts = [case.message + case.detail for q in result.questions for case in q.test_cases]
    cells = result.run.cells if result.run else ()
    return Row(
        attack=attack,
        status=result.status,
        score=result.score,
        won=tuple(f"{name}.{number}" for name, number in sorted(harness.won_cases(result))),
        outcomes=tuple(sorted({case.outcome for q in result.questions for case in q.test_cases})),
        proofs=tuple(harness.said(result, harness.PROOF)),
        successes=tuple(harness.said(result, harness.SUCCESS)),
        raw="\n".join([*texts, *(f"{cell.error or ''}{cell.stdout_tail}" for cell in cells)]),
        shown=shown(result),
        duration_s=round(time.monotonic() - started, 2),
    )


def shown(result: GradingResult) -> str:
    """Everything that anybody is shown of a result."""
    files = (
        to_json(to_gradescope(result)),
        to_gradebook([result], "fr"),
        to_html([result], title="t", links={}),
    )
    return "\n".join(file.decode() for file in files)


def run(level: str, mode: str, attacks: Sequence[str]) -> Iterator[Row | End]:
    """Grade the attacks one after the other with one grader, then an honest and a blank notebook."""
    bundle = harness.fixture_bundle(tier=level, mode=mode)
    before = traces()
    with Grader(bundle) as grader:
        sandbox = grader._sandbox
        harness.refuse_unless_contained(sandbox.tier)
        for attack in attacks:
            yield graded(grader, attack)
        honest = grader.grade(harness.honest_submission(bundle))
        blank = grader.grade(harness.blank_submission(bundle))
        zygote = sandbox._process.pid
        tier, active = sandbox.tier, tuple(row.name for row in sandbox.protections if row.active)
    for server in harness.LISTENING:
        server.close()
    harness.LISTENING.clear()
    harness.target.cache_clear()
    yield End(
        tier=tier,
        active=active,
        blank_score=blank.score,
        honest_score=honest.score,
        max_score=honest.max_score,
        left_behind=tuple(sorted(what_stays(before, zygote))),
    )


def what_stays(before: set[str], zygote: int, patience_s: float = 5.0) -> set[str]:
    """What was not there before, once the kernel had time to end what was killed."""
    deadline = time.monotonic() + patience_s
    while (left := traces(zygote) - before) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def traces(zygote: int = 0) -> set[str]:
    """Processes of ours and of submissions of ours, files, mounts, control groups, open descriptors."""
    found = {f"file {path}" for path in Path(tempfile.gettempdir()).iterdir()}
    for box in Path("/tmp").glob("notegrad-box-*"):
        if not zygote or box.stat().st_uid in _uids(zygote):
            found.add(f"file {box}")
    found |= {f"mount {line.split()[4]}" for line in Path("/proc/self/mountinfo").read_text().splitlines()}
    found |= {f"descriptor {number} of {what}" for number, what in _descriptors()}
    parents = cgroups.find_parents()
    for folder in parents.folders if parents else ():
        found |= {f"group {path}" for path in Path(folder).glob(f"notegrad-{os.getpid()}-*")}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            own = parent == str(os.getpid()) or entry.stat().st_uid in _uids(zygote)
        except OSError:
            continue
        if own and state != "Z" and entry.name != str(os.getpid()):
            found.add(f"process {entry.name}")
    return found


def _descriptors() -> Iterator[tuple[str, str]]:
    for entry in os.scandir("/proc/self/fd"):
        try:
            what = os.readlink(entry.path)
        except OSError:
            continue
        # not this very listing, nor the fonts that the report's figures keep open
        if not what.startswith("/proc/") and "/mpl-data/" not in what:
            yield entry.name, what


def _uids(zygote: int) -> set[int]:
    """The uids that submissions of this zygote have, and ours where we are an ordinary user."""
    own = {os.geteuid()} - {0}
    slots = range(namespaces.SLOTS_PER_ZYGOTE)
    return own | {namespaces.slot_uid(zygote, slot) for slot in slots} if zygote and not own else own


def main() -> None:
    """Print the rows."""
    for row in run(sys.argv[1], sys.argv[2], sys.argv[3:]):
        kind = "row" if isinstance(row, Row) else "end"
        sys.stdout.write(msgspec.json.encode({kind: row}).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
