"""A bundle knows the course's other assignments by name, so that one alone tells whose notebook it got."""

from __future__ import annotations

from pathlib import Path

import pytest

from notegrad.authoring.build import Built, build
from notegrad.course.bundle import parse_bundle
from notegrad.course.config import load_config
from notegrad.course.wanted_of_bundle import wanted_of
from notegrad.intake.hand_in import read_notebook
from notegrad.intake.wanted import Wanted
from tests.support.course import TRIPLE, Course, case, question
from tests.support.platform_exports import notebook

QUADRUPLE = question(
    "q1",
    "Écrivez `quadruple(x)`.",
    "def quadruple(x):\n    return 4 * x # SOLUTION",
    [case("def test_quadruple(quadruple):", "assert quadruple(2) == 8", points=1, hidden=True)],
)


def built(course: Course) -> Built:
    return build(load_config(course.config), course.slug, check=False)


def wanted(course: Course) -> Wanted:
    return wanted_of(parse_bundle(built(course).autograder, Path("tp0.zip")))


@pytest.fixture
def beside(course: Course) -> Course:
    """Another assignment of the same course."""
    other = Course(course.root)
    other.slug = "tp9"
    other.config.write_text(course.config.read_text() + "  tp9:\n    title: Le neuvième\n", "utf-8")
    other.write(QUADRUPLE)
    return other


def test_a_bundle_alone_knows_the_others(course: Course, beside: Course) -> None:
    """On Gradescope nothing lies beside it: the notebook of another assignment is told to be that one's."""
    assert wanted(course).others == (("Le neuvième", frozenset({"quadruple"})),)
    read = read_notebook(notebook("def quadruple(x):\n    return 4 * x"), id="a", wanted=wanted(course))
    assert "celui de «\xa0Le neuvième\xa0»" in read.notes[0]
    assert built(course).autograder == built(course).autograder
    assert not any(b"quadruple" in content for content in built(course).student.values())


@pytest.mark.parametrize("broken", ["[", '{"nbformat": 4, "cells": []}', "\udcff"])
def test_a_broken_neighbour_breaks_no_build(course: Course, beside: Course, broken: str) -> None:
    """What is wrong with another master is said where that one is built."""
    beside.master.write_bytes(broken.encode("utf-8", "surrogateescape"))
    assert wanted(course).others == ()


def test_a_bundle_beside_says_more_than_the_bundle_itself(course: Course, beside: Course) -> None:
    """Where the other bundle is there, as it is now counts, and not as it was when this one was built."""
    own = parse_bundle(built(course).autograder, Path("tp0.zip"))
    beside.write(TRIPLE)
    other = parse_bundle(built(beside).autograder, Path("tp9.zip"))
    assert wanted_of(own, [other]).others == (("Le neuvième", frozenset({"triple"})),)
