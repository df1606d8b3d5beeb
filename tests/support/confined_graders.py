"""Graders in real confinement, of a test's own bundle or of an assignment of the course."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from notegrad.authoring.build import build
from notegrad.course.bundle import Bundle, parse_bundle
from notegrad.course.config import load_config
from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.records import Limits
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import Handout

ROOT = Path(__file__).resolve().parents[2]

HANDOUT = Handout(imports={"np": "numpy", "torch": "torch"})
"""Of a bundle that notegrad built: it says what its handout has, and all of it is judged outside."""


@contextmanager
def confined_grader(bundle: Bundle) -> Iterator[Grader]:
    """The grader of a bundle; the test is skipped, with the reason, where nothing can be confined."""
    try:
        made = Grader(bundle)
    except SandboxUnavailableError as error:
        pytest.skip(f"nothing is confined here: {error}")
    with made:
        yield made


@contextmanager
def confined_sandbox(limits: Limits) -> Iterator[Sandbox]:
    """A sandbox for several graders; the test is skipped, with the reason, where nothing can be confined."""
    try:
        made = Sandbox.start(limits, "auto")
    except SandboxUnavailableError as error:
        pytest.skip(f"nothing is confined here: {error}")
    with made:
        yield made


def bundle_of(slug: str) -> Bundle:
    """The bundle of an assignment of the course, built from its master as it is now."""
    built = build(load_config(ROOT / "otter_config.yml"), slug, check=False)
    return parse_bundle(built.autograder, Path(f"{slug}.zip"))
