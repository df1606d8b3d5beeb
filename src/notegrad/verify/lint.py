"""Finds what an author gets wrong without noticing; each finding is one sentence that names the place."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from notegrad.authoring.notebook_bytes import text
from notegrad.authoring.testfiles import TestSource
from notegrad.messages import suggestion
from notegrad.records import Question
from notegrad.verify.mutate import normal_form

VISIBLE_SHARE_MAX = 0.2
"""Of a question's points; what visible tests give can be had by writing for them."""

MIN_TELLING_CHARACTERS = 12

_OPENING = re.compile(r"#\s*(ASSIGNMENT CONFIG|BEGIN QUESTION)\s*$", re.IGNORECASE)
_MARKS = re.compile(r"#\s*(BEGIN |END )?SOLUTION\b", re.IGNORECASE)
_TEST_CONFIG = re.compile(r'^""" # BEGIN TEST CONFIG\n(.*?)\n""" # END TEST CONFIG', re.DOTALL)
_TEST_KEYS = frozenset({"hidden", "points", "success_message", "failure_message", "name"})
_QUESTION_KEYS = frozenset({"name", "points", "manual", "export", "check_cell", "all_or_nothing"})


def lint_master(master: dict[str, Any]) -> Iterator[str]:
    """Unknown keys of otter's in raw cells and test cells, and answers without a solution mark."""
    assignment_keys = _assignment_keys()
    blocks: list[str] = []
    for number, cell in enumerate(master["cells"], 1):
        source = text(cell["source"])
        if cell["cell_type"] == "raw":
            lines = source.splitlines() or [""]
            opening = _OPENING.match(lines[0].strip())
            if opening:
                known = assignment_keys if opening[1].upper() == "ASSIGNMENT CONFIG" else _QUESTION_KEYS
                yield from _unknown_keys("\n".join(lines[1:]), known, f"cell {number}")
            block = re.match(r"#\s*(BEGIN|END) (SOLUTION|TESTS)\s*$", lines[0].strip(), re.IGNORECASE)
            if block:
                blocks = [*blocks, block[2].upper()] if block[1].upper() == "BEGIN" else blocks[:-1]
        elif cell["cell_type"] == "code" and blocks[-1:] == ["SOLUTION"] and not _MARKS.search(source):
            yield f"cell {number}: an answer without a # SOLUTION mark; students would read it as it stands"
        elif cell["cell_type"] == "code" and blocks[-1:] == ["TESTS"]:
            config = _TEST_CONFIG.match(source)
            if config:
                yield from _unknown_keys(config[1], _TEST_KEYS, f"cell {number}")


def lint_points(
    questions: Iterable[Question], declared: dict[str, float], total: float | None
) -> Iterator[str]:
    """Questions without hidden tests, points that do not add up, points that lie on visible cases."""
    questions = list(questions)
    for question in questions:
        cases = question.test_cases
        points = sum(case.points for case in cases)
        visible = sum(case.points for case in cases if not case.hidden)
        if not any(case.hidden for case in cases):
            yield f"{question.name}: it has no hidden test case"
        wanted = declared.get(question.name, points)
        if not math.isclose(points, wanted, abs_tol=1e-9):
            yield f"{question.name}: its test cases give {points:g} points, the question says {wanted:g}"
        if points and visible / points > VISIBLE_SHARE_MAX + 1e-9:
            yield f"{question.name}: {visible:g} of {points:g} points lie on visible cases; a fifth at most"
    earned = sum(case.points for question in questions for case in question.test_cases)
    if total is not None and not math.isclose(earned, total, abs_tol=1e-6):
        yield f"the questions give {earned:g} points, `generate: points_possible` says {total:g}"


def lint_messages(questions: Iterable[Question], *, language: str) -> Iterator[str]:
    """Hidden test cases that would tell a student nothing, or nothing in the course's language."""
    for question in questions:
        for case in question.test_cases:
            said = case.failure_message or ""
            if case.hidden and not said.strip():
                yield f"{case.name}: a hidden test case without failure_message: the student learns nothing"
            elif case.hidden and language == "fr" and not _looks_french(said):
                yield f"{case.name}: its failure_message is not French: {said}"


def lint_giveaways(tests: Iterable[TestSource], references: dict[str, str]) -> Iterator[str]:
    """Visible test cases in which the reference solution's own expression stands."""
    for test in tests:
        reference = references.get(test.question)
        telling = _expressions(reference) if reference else set()
        for case in test.cases:
            if case.hidden:
                continue
            for expression in telling & _expressions(case.body):
                yield f"{case.name}: a visible test case gives the answer away: {expression}"


def declared_points(master: dict[str, Any]) -> tuple[dict[str, float], float | None]:
    """The points that question cells declare, by name, and the total of the assignment where it is given."""
    declared: dict[str, float] = {}
    total: float | None = None
    for cell in master["cells"]:
        lines = text(cell["source"]).splitlines() or [""]
        opening = _OPENING.match(lines[0].strip()) if cell["cell_type"] == "raw" else None
        config = yaml.safe_load("\n".join(lines[1:])) if opening else None
        if not isinstance(config, dict):
            continue
        if isinstance(config.get("points"), (int, float)) and "name" in config:
            declared[str(config["name"])] = float(config["points"])
        generate = config.get("generate")
        if isinstance(generate, dict) and isinstance(generate.get("points_possible"), (int, float)):
            total = float(generate["points_possible"])
    return declared, total


def _unknown_keys(config: str, known: frozenset[str], where: str) -> Iterator[str]:
    try:
        parsed = yaml.safe_load(config) or {}
    except yaml.YAMLError as error:
        yield f"{where}: its configuration is not YAML: {' '.join(str(error).split())}"
        return
    for key in parsed if isinstance(parsed, dict) else ():
        if key not in known:
            yield f"{where}: otter knows no key {key!r} and would ignore it{suggestion(str(key), known)}"


def _assignment_keys() -> frozenset[str]:
    import fica
    from otter.assign.assignment import Assignment

    return frozenset(name for name, value in vars(Assignment).items() if isinstance(value, fica.Key))


def _looks_french(said: str) -> bool:
    words = set(re.findall(r"[a-zàâçéèêëîïôûùüœ]+", said.lower()))
    french = {
        "le",
        "la",
        "les",
        "un",
        "une",
        "des",
        "du",
        "de",
        "et",
        "est",
        "il",
        "en",
        "au",
        "l",
        "d",
        "votre",
        "ne",
    }
    english = {"the", "is", "of", "and", "your", "must", "should", "not", "with", "be"}
    return len(words & french) > len(words & english)


def _expressions(code: str) -> set[str]:
    """The whole expressions that a piece of code returns or assigns, long enough to tell something."""
    try:
        tree = ast.parse(normal_form(code))
    except SyntaxError:
        return set()
    values = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Return, ast.Assign, ast.AugAssign, ast.Expr)) and node.value is not None
    )
    found = {
        ast.unparse(value) for value in values if isinstance(value, (ast.Call, ast.BinOp, ast.Subscript))
    }
    return {f for f in found if len(f) >= MIN_TELLING_CHARACTERS}
