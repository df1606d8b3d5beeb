"""Reads a master notebook before otter does, and refuses what would leak, lose a test, or hide its cause.

Slips are looked for in rounds, each only where the one before found nothing: marks that otter does not see,
blocks that do not nest, what stands in the cells, and points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from notegrad.authoring.assignment_keys import AssignmentKeys, read_assignment_keys
from notegrad.authoring.case_cells import CaseCell, read_case_cell
from notegrad.authoring.case_names import find_staff_imports, find_unknown_names, parameters_of
from notegrad.authoring.free_names import NotebookNames, notebook_names, without_magics
from notegrad.authoring.kernel import find_wrong_kernel
from notegrad.authoring.master_cells import MasterCell, read_cells
from notegrad.authoring.outline import Outline, OutlinedQuestion, find_misplaced_marks, read_outline
from notegrad.authoring.points import find_wrong_sum, is_number, total_points
from notegrad.authoring.python_slips import find_syntax_error
from notegrad.authoring.question_keys import QuestionKeys, find_names_twice, read_question_keys
from notegrad.authoring.slips import Slip, refuse_slips, slip
from notegrad.authoring.solution_marks import answered_names, find_answer_marks_outside, find_answer_slips
from notegrad.authoring.strays import find_stray_tests
from notegrad.records import Record


class CheckedQuestion(Record, frozen=True, kw_only=True):
    """A question as our own parser reads it; `points` is what it is worth, `declared` what it says."""

    name: str
    cell: MasterCell
    manual: bool
    declared: Any
    points: float
    cases: tuple[CaseCell, ...]
    solution: str
    prompt: str = ""


class CheckedMaster(Record, frozen=True, kw_only=True):
    """A master notebook without slips: to be compared with what otter makes of it."""

    ok_format: bool
    questions: tuple[CheckedQuestion, ...]


def check_master(
    master: dict[str, Any],
    folder: Path,
    path: str,
    language: str,
    numbers: Sequence[tuple[int, ...]] = (),
) -> CheckedMaster:
    """Read the master notebook that lies in `folder`, called `path` in sentences.

    `numbers`: for each cell, the lines of the text that it was made from.
    Raises BuildError with the cell, its kind, the cause and what to do, a line for each of the first slips.
    """
    cells = read_cells(master, numbers)
    refuse_slips([*find_wrong_kernel(master), *find_misplaced_marks(cells)], path, language)
    outline = read_outline(cells)
    refuse_slips(outline.slips, path, language)
    assignment = read_assignment_keys(outline.configs, folder)
    refuse_slips(assignment.slips, path, language)  # without them nobody knows what a test cell is to be
    questions = [_Question(question, assignment) for question in outline.questions]
    names = notebook_names(_code_of_notebook(outline))
    slips = [*_of_whole(outline, questions)]
    configured = bool(outline.configs)
    for question in questions:
        slips += [one for one in question.slips(names) if configured or one.message.key != "slip_ok_format"]
    slips += _outside(outline, assignment, questions)
    if not slips:
        slips += [one for question in questions for one in question.points_slips()]
        slips += [] if slips else _of_total(outline, assignment, questions)
    refuse_slips(sorted(slips, key=lambda one: one.cell.number if one.cell else 0), path, language)
    return CheckedMaster(ok_format=assignment.ok_format, questions=tuple(q.checked() for q in questions))


def asked_names(checked: CheckedMaster) -> frozenset[str]:
    """The names that the tests of a master ask of the student's notebook."""
    return frozenset(name for q in checked.questions for case in q.cases for name in _parameters(case))


class _Question:
    """One question with its cells read."""

    def __init__(self, outlined: OutlinedQuestion, assignment: AssignmentKeys) -> None:
        self.outlined, self.assignment = outlined, assignment
        self.keys: QuestionKeys = read_question_keys(outlined.cell)
        self.name = self.keys.name
        ok_format = assignment.ok_format
        self.cases = [read_case_cell(cell, self.name, ok_format=ok_format) for cell in outlined.tests]

    def slips(self, names: NotebookNames) -> Iterator[Slip]:
        yield from self.keys.slips
        for cell in self.outlined.solution:
            if cell.kind == "code":
                broken = find_syntax_error(without_magics(cell.source), cell, self.name)
                yield from broken or find_answer_slips(cell, self.name)
        yield from self._answer_outside()
        own = [one for case in self.cases for one in case.slips]
        yield from own
        if not own and not self.assignment.ok_format:
            for case in self.cases:
                yield from find_staff_imports(case, self.name)
                yield from find_unknown_names(case, names, self.name)
            yield from self._names_twice()

    def checked(self) -> CheckedQuestion:
        return CheckedQuestion(
            name=self.name,
            cell=self.outlined.cell,
            manual=self.keys.manual,
            declared=self.keys.points,
            points=self.points,
            cases=tuple(self.cases),
            solution="\n\n".join(c.source for c in self.outlined.solution if c.kind == "code"),
            prompt="\n\n".join(c.source for c in self.outlined.prose if c.kind == "markdown"),
        )

    @property
    def points(self) -> float:
        """What the question is worth: one that is graded by hand has what it declares."""
        declared = self.keys.points
        if self.cases:
            return total_points(declared, [case.pointed.points for case in self.cases])
        return float(declared) if is_number(declared) else 0.0

    def _answer_outside(self) -> Iterator[Slip]:
        """Yield the code that gives all that the tests ask for, where a question has no SOLUTION block."""
        given = {
            cell: answered_names(cell.source)
            for cell in (self.outlined.prose if not self.outlined.solution else ())
            if cell.kind == "code"
        }
        everything = set().union(*given.values())
        asked = [set(_parameters(case)) for case in self.cases]
        if asked and all(names and names <= everything for names in asked):
            for cell, names in given.items():
                if names & set().union(*asked):
                    yield slip("slip_solution_forgotten", cell, self.name)

    def _names_twice(self) -> Iterator[Slip]:
        first: dict[str, CaseCell] = {}
        for case in self.cases:
            earlier = first.setdefault(case.name, case)
            if earlier is not case:
                facts = {"name": case.name, "number": earlier.cell.number}
                yield slip("slip_test_name_twice", case.cell, self.name, **facts)

    def points_slips(self) -> Iterator[Slip]:
        pointed = [case.pointed for case in self.cases]
        if pointed:
            yield from find_wrong_sum(self.keys.points, pointed, self.outlined.cell, self.name)
        elif not self.keys.manual and self.keys.points:
            yield slip("slip_no_tests", self.outlined.cell, self.name)


def _of_whole(outline: Outline, questions: Sequence[_Question]) -> Iterator[Slip]:
    if not questions:
        yield slip("slip_no_questions")
    if not outline.configs and any(
        one.message.key == "slip_ok_format" for q in questions for c in q.cases for one in c.slips
    ):
        yield slip("slip_no_assignment_config")
    first = questions[0].outlined.cell if questions else None
    for config in outline.configs:
        if first is not None and config.number > first.number:
            yield slip("slip_config_late", config, number=first.number)
    yield from find_names_twice([(q.keys, q.outlined.cell) for q in questions])


def _of_total(outline: Outline, assignment: AssignmentKeys, questions: Sequence[_Question]) -> Iterator[Slip]:
    total = sum(question.points for question in questions)
    possible = assignment.points_possible
    if questions and total == 0:
        yield slip("slip_no_points_at_all")
    elif possible is not None and abs(possible - total) > 1e-6:
        yield slip("slip_points_possible", outline.configs[-1], actual=f"{total:g}", expected=f"{possible:g}")


def _outside(outline: Outline, assignment: AssignmentKeys, questions: Sequence[_Question]) -> Iterator[Slip]:
    """Yield tests and marks of answers where students would read them."""
    asked = {name for question in questions for case in question.cases for name in _parameters(case)}
    prose = [(cell, q.name) for q in questions for cell in q.outlined.prose]
    for cell, name in [*((cell, "") for cell in outline.outside), *prose]:
        yield from find_stray_tests(cell, name, asked)
        if cell.kind == "code" and not assignment.strips_everywhere:
            yield from find_answer_marks_outside(cell, name)
    for one in questions:
        for cell in one.outlined.solution:
            yield from find_stray_tests(cell, one.name, asked)


def _parameters(case: CaseCell) -> list[str]:
    return [] if case.slips else parameters_of(case.code)


def _code_of_notebook(outline: Outline) -> list[str]:
    cells = [*outline.outside]
    for question in outline.questions:
        cells += [*question.prose, *question.solution]
    return [cell.source for cell in cells if cell.kind == "code"]
