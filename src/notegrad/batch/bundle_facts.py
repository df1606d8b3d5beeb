"""What the parent knows of a bundle, without loading its tests: what decides a result, piece by piece."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import msgspec

from notegrad.batch.versions import versions
from notegrad.course.bundle import Bundle
from notegrad.messages import DEFAULT_LANGUAGE
from notegrad.records import Limits, Record, Visibility
from notegrad.results.report.report_data import Background

DEADLINE_GRACE_S = 60.0
MIN_TEST_CASES = 1
SPAWN_DEADLINES = 6
"""How much longer a submission may take whose notebook is run again where a process is spoilt."""

DIGEST_LENGTH = 16  # hexadecimal digits: digests of what teachers write, compared with each other only


class BundleFacts(Record, frozen=True, kw_only=True):
    """What the parent knows of a bundle; it never loads its tests.

    `world` names what every question's result depends on (seed, limits, data files, versions, ...), `tests`
    the digest of each question's tests, in the bundle's order; `hidden_visibility` only says what pages
    and results.json show.
    """

    bundle_path: Path
    assignment: str
    title: str = ""
    digest: str = ""
    deadline_s: float
    language: str = DEFAULT_LANGUAGE
    device: str = "cpu"
    background: Background = Background()
    hidden_visibility: Visibility = "after_published"
    world: dict[str, str] = {}
    tests: dict[str, str] = {}


def target_of(
    bundle: Bundle, path: Path, *, device: str | None = None, background: Background | None = None
) -> BundleFacts:
    """What the parent has to know of a bundle that was read from `path`.

    `device` is the bundle's unless one is named; a result of another device is another result.
    """
    chosen = device or bundle.settings.device
    again = bundle.settings.sandbox.mode == "stepped" or chosen != "cpu"
    return BundleFacts(
        bundle_path=path,
        assignment=bundle.settings.slug,
        title=bundle.settings.title,
        digest=result_digest(bundle, device),
        deadline_s=deadline_s(bundle.settings.limits, [source for _, source in bundle.tests])
        * (SPAWN_DEADLINES if again else 1),
        language=bundle.settings.language,
        device=chosen,
        background=background or Background(),
        hidden_visibility=bundle.settings.gradescope.hidden_visibility,
        world=world_of(bundle) | {"device": chosen},
        tests={question_name(name, source): digest_of(source) for name, source in bundle.tests},
    )


def result_digest(bundle: Bundle, device: str | None) -> str:
    """What names a bundle in the fingerprints of results: a result of another device is another result."""
    chosen = device or bundle.settings.device
    return bundle.digest if chosen == "cpu" else f"{bundle.digest}/{chosen}"


def world_of(bundle: Bundle) -> dict[str, str]:
    """All that decides a result but the submission and a question's own tests, by name."""
    return {
        "assignment": bundle.settings.slug,
        "seed": str(bundle.settings.seed),
        "limits": digest_of(bundle.settings.limits),
        "files": digest_of(bundle.files),
        "language": bundle.settings.language,
        "device": bundle.settings.device,
        "sandbox": digest_of(
            (bundle.settings.sandbox.tier, bundle.settings.sandbox.require, bundle.settings.sandbox.mode)
        ),
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

    Test cases are counted by the words that declare them, since only a worker loads the tests.
    """
    declared = (
        max(MIN_TEST_CASES, test.count("@test_case"), test.count("'code':"), test.count('"code":'))
        for test in tests
    )
    run_s = limits.wall_s + limits.test_case_wall_s * sum(declared)
    return 2 * run_s + DEADLINE_GRACE_S  # what dies late is run twice
