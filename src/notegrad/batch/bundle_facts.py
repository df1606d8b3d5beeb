"""The facts of a bundle that decide a result, piece by piece, without loading the bundle's tests."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import msgspec

from notegrad.batch.versions import versions
from notegrad.course.bundle import Bundle
from notegrad.course.otter_options import changes_scores
from notegrad.probes.fair_deadline import PATIENCE
from notegrad.records import Limits, Record
from notegrad.results.report.report_data import Background
from notegrad.settings import AssignmentSettings

DEADLINE_GRACE_S = 60.0
MIN_TEST_CASES = 1
STEPPED_DEADLINES = 6
"""The factor of time for a submission whose notebook is run again where a process is spoilt."""

DIGEST_LENGTH = 16  # hexadecimal digits: digests of what teachers write, compared with each other only


class BundleFacts(Record, frozen=True, kw_only=True):
    """The facts of one bundle; the parent process never loads its tests.

    `settings` are the bundle's, with the device that was chosen for the run. `conditions` holds a digest of
    each thing that every question's result depends on (seed, limits, data files, versions, ...), `tests` one
    of each question's tests, in the bundle's order. `is_adjusted`: the settings are not those in the zip.
    `changes_scores`: a score is more than the sum of the questions'.
    `deadline_s` is the hard limit for one submission.
    """

    bundle_path: Path
    settings: AssignmentSettings
    digest: str = ""
    deadline_s: float
    is_adjusted: bool = False
    changes_scores: bool = False
    background: Background = Background()
    conditions: dict[str, str] = {}
    tests: dict[str, str] = {}


def facts_of(
    bundle: Bundle,
    path: Path,
    *,
    device: str | None = None,
    background: Background | None = None,
    is_adjusted: bool = False,
) -> BundleFacts:
    """The facts of a bundle that was read from `path`.

    `device` is the bundle's unless one is named; a result of another device is another result. `background`
    is for the report's hints. `is_adjusted`: the bundle's settings are not those in its zip.
    """
    changed = f"/{digest_of(bundle.settings)}" if is_adjusted else ""
    chosen = device or bundle.settings.device
    settings = bundle.settings
    is_stepped = settings.sandbox.mode == "stepped" or settings.shares_state or chosen != "cpu"
    return BundleFacts(
        bundle_path=path,
        settings=msgspec.structs.replace(bundle.settings, device=chosen),
        digest=result_digest(bundle, device) + changed,
        is_adjusted=is_adjusted,
        changes_scores=bundle.settings.handout is None and changes_scores(bundle.otter_config),
        deadline_s=deadline_s(bundle.settings.limits, [source for _, source in bundle.tests])
        * (STEPPED_DEADLINES if is_stepped else 1),
        background=background or Background(),
        conditions=conditions_of(bundle) | {"device": chosen},
        tests={question_name(name, source): digest_of(source) for name, source in bundle.tests},
    )


def result_digest(bundle: Bundle, device: str | None) -> str:
    """The name of a bundle in the fingerprints of results: a result of another device is another result."""
    chosen = device or bundle.settings.device
    return bundle.digest if chosen == "cpu" else f"{bundle.digest}/{chosen}"


def conditions_of(bundle: Bundle) -> dict[str, str]:
    """The digests, by name, of all that decides a result but the submission and a question's own tests."""
    handout, judge = bundle.settings.handout, (bundle.settings.judge, bundle.settings.questions)
    return {
        **(
            {}
            if handout is None
            else {"handout": digest_of((sorted(handout.imports.items()), handout.classes))}
        ),
        **({} if judge == ("outside", {}) else {"judge": digest_of(judge)}),
        "assignment": bundle.settings.slug,
        "seed": str(bundle.settings.seed),
        "limits": digest_of(bundle.settings.limits),
        "files": digest_of(bundle.files),
        "language": bundle.settings.language,
        "device": bundle.settings.device,
        "sandbox": digest_of(
            (bundle.settings.sandbox.tier, bundle.settings.sandbox.require, bundle.settings.sandbox.mode)
        ),
        **({"shares_state": "yes"} if bundle.settings.shares_state else {}),
        **versions(),
    }


def digest_of(value: object) -> str:
    """A short digest of a value of plain types or records."""
    return hashlib.sha256(msgspec.msgpack.encode(value)).hexdigest()[:DIGEST_LENGTH]


def question_name(file_name: str, source: str) -> str:
    """The question of an otter test file, read and not run; the file's name where it says none."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        tree = ast.Module(body=[], type_ignores=[])
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            said = _literal(node.value)
            if node.targets[0].id == "test" and isinstance(said, dict):
                said = said.get("name")
            elif node.targets[0].id != "name":
                continue
            if isinstance(said, str):
                return said
    return PurePosixPath(file_name).stem


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def deadline_s(limits: Limits, tests: Sequence[str]) -> float:
    """Seconds after which the grader itself must hang: all limits of one submission used up, and a grace.

    What it may wait for a processor is in it (probes/fair_deadline.py).
    Test cases are counted by the words that declare them, since only a grader process loads the tests.
    """
    declared = (
        max(MIN_TEST_CASES, test.count("@test_case"), test.count("'code':"), test.count('"code":'))
        for test in tests
    )
    run_s = (1 + PATIENCE) * (limits.wall_s + limits.test_case_wall_s * sum(declared))
    return 2 * run_s + DEADLINE_GRACE_S  # what dies late is run twice
