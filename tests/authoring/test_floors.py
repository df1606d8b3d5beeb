"""The lowest versions: named for every dependency, and the same in a bundle as in the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from notegrad.authoring.build import _REQUIREMENTS
from tests.programs.matrix import floor, requirements

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]


def test_bundle_asks_for_the_versions_that_the_package_asks_for():
    """A bundle that plain otter installs from must not allow what our own tests never ran with."""
    assert set(_REQUIREMENTS) <= set(PROJECT["dependencies"])


def test_every_dependency_has_a_lowest_release():
    """`make matrix` installs the floor of each dependency, so each must name one."""
    lowest = requirements("lowest")
    assert {Requirement(line).name for line in PROJECT["dependencies"]} <= {
        line.partition("==")[0] for line in lowest
    }
    assert floor(Requirement("otter-grader>=7,<8")) == "otter-grader==7"
    with pytest.raises(ValueError, match="no lowest release"):
        floor(Requirement("torch<3"))
