"""Each limit has its own outcome and a French sentence, and costs only the question that met it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from notegrad.course.bundle import Bundle
from notegrad.errors import SandboxUnavailableError
from notegrad.grading import Grader
from notegrad.records import GradingResult, Limits, Submission
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import AssignmentSettings
from tests.support.confined_graders import HANDOUT, confined_grader

LIMITS = Limits(
    wall_s=12,
    cell_wall_s=2.5,
    test_case_wall_s=2,
    cpu_s=30,
    memory_mb=512,
    processes=8,
    open_files=64,
    file_mb=2,
    files_mb=8,
    cells=20,
    output_bytes=50_000,
    observation_bytes=1_000_000,
)
TEST = """OK_FORMAT = False
from otter.test_files import test_case
name = "{name}"
points = 1
@test_case(hidden=True)
def test_{name}({function}):
    assert {function}(20) == 40
"""


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    tests = tuple(
        (f"{n}.py", TEST.format(name=n, function=f)) for n, f in (("q1", "limite"), ("q2", "double"))
    )
    return Bundle(
        settings=AssignmentSettings(slug="limites", title="Limites", limits=LIMITS, seed=1, handout=HANDOUT),
        tests=tests,
    )


@pytest.fixture(scope="module")
def grader(bundle: Bundle) -> Iterator[Grader]:
    with confined_grader(bundle) as made:
        yield made


def _grade(grader: Grader, *cells: str) -> GradingResult:
    rest = ("import os, torch, numpy as np, threading, time, socket", "def double(x): return 2 * x")
    return grader.grade(Submission(id="s", student="s", cells=(*rest, *cells)))


IN_A_FUNCTION = {
    "memory of torch": ("return torch.empty(1 << 31)", "errored", "mémoire permise est de 512 Mo"),
    "memory of numpy": ("return np.ones(1 << 31)", "errored", "mémoire permise est de 512 Mo"),
    "memory of Python": ("return bytearray(1 << 31)", "errored", "mémoire permise est de 512 Mo"),
    "size of a file": ("open('f', 'wb').write(bytes(3 << 20))", "errored", "pour un fichier est de 2 Mo"),
    "disk": (
        "for i in range(9): open(f'f{i}', 'wb').write(bytes(1 << 20))",
        "errored",
        "pour les fichiers est de 8 Mo",
    ),
    "open files": ("return [open('/dev/null') for _ in range(99)]", "errored", "64 fichiers au plus"),
    "threads": (
        "for _ in range(30): threading.Thread(target=time.sleep, args=(9,), daemon=True).start()",
        "errored",
        "8 processus et fils d’exécution",
    ),
    "processes": (
        "for _ in range(30):\n        if os.fork() == 0: time.sleep(9)",
        "errored",
        "8 processus et fils d’exécution",
    ),
    "time": ("while True: pass", "timeout", "arrêté après 2 s"),
    "observation": ("return torch.zeros(1 << 20)", "failed", "trop gros pour être examiné"),
    "network": ("socket.getaddrinfo('pytorch.org', 443)", "errored", "pas de réseau"),
    "exit": ("os._exit(0)", "errored", "arrêt volontaire, plantage, ou mémoire dépassée"),
}


@pytest.mark.parametrize("limit", IN_A_FUNCTION)
def test_a_limit_met_in_a_function_is_named_to_the_student(grader: Grader, limit: str) -> None:
    """The sentence says which limit it was, in the course's language; the other question keeps its point."""
    body, outcome, sentence = IN_A_FUNCTION[limit]
    result = _grade(grader, f"def limite(x):\n    {body}")
    met, other = (question.test_cases[0] for question in result.questions)
    assert (met.outcome, other.outcome) == (outcome, "passed"), met
    assert sentence in met.message, met.message
    assert result.score == 1


IN_A_CELL = {
    "memory": ("x = torch.empty(1 << 31)", "error", "mémoire permise est de 512 Mo"),
    "size of a file": ("open('f', 'wb').write(bytes(3 << 20))", "error", "pour un fichier est de 2 Mo"),
    "open files": ("x = [open('/dev/null') for _ in range(99)]", "error", "64 fichiers au plus"),
    "time": ("while True: pass", "timeout", "la cellule a dépassé 2.5 s"),
    "crash": ("os.abort()", "error", "SIGABRT"),
}


@pytest.mark.parametrize("limit", IN_A_CELL)
def test_a_limit_met_in_a_cell_is_named_and_the_next_cells_run(grader: Grader, limit: str) -> None:
    """The cell's report says which limit it was; what stands below the cell is graded."""
    source, status, sentence = IN_A_CELL[limit]
    result = _grade(grader, source, "def limite(x): return 2 * x")
    assert result.run is not None
    cell = result.run.cells[2]
    assert (cell.status, result.score) == (status, 2), cell
    assert sentence in (cell.error or "")


def test_time_in_all_ends_the_notebook_and_says_so(grader: Grader) -> None:
    """A notebook whose cells together take too long is judged on what it had defined, and told why."""
    longer_than_any_patience = ["time.sleep(2.2)"] * 17
    result = _grade(grader, *longer_than_any_patience, "def limite(x): return 2 * x")
    assert (result.status, result.score) == ("timeout", 1)
    assert "12 s en tout" in (result.reason or "")


def test_processor_time_is_another_limit_than_time(bundle: Bundle) -> None:
    """Work on several cores or in a long cell is stopped by processor seconds, and named as such."""
    limits = msgspec.structs.replace(LIMITS, cpu_s=3, cell_wall_s=80, wall_s=90)
    settings = msgspec.structs.replace(bundle.settings, limits=limits)
    with Grader(msgspec.structs.replace(bundle, settings=settings)) as grader:
        result = _grade(grader, "while True: pass", "def limite(x): return 2 * x")
    assert result.run is not None
    assert "3 s de temps de calcul" in (result.run.cells[2].error or "")
    assert result.score == 2


def test_output_beyond_the_limit_is_cut_and_says_so(grader: Grader) -> None:
    """A flood of output costs no mark; the report says where it was cut."""
    result = _grade(grader, *["print('x' * 19_000)"] * 4, "def limite(x): return 2 * x")
    assert result.run is not None
    assert result.score == 2
    tails = [cell.stdout_tail for cell in result.run.cells]
    assert sum(map(len, tails)) < LIMITS.output_bytes + 500
    assert sum("sortie coupée" in tail for tail in tails) == 1


def test_more_cells_than_allowed_are_refused_in_one_sentence(grader: Grader) -> None:
    """A notebook with too many cells is not run; its author reads how many are allowed."""
    result = _grade(grader, *["pass"] * 19)
    assert result.status == "unreadable"
    assert result.reason is not None
    assert "21 cellules" in result.reason
    assert "20 sont permises" in result.reason


@pytest.mark.parametrize("protection", ["landlock", "seccomp", "cgroup"])
def test_what_the_course_requires_is_refused_where_it_is_missing(protection: str) -> None:
    """A protection that `sandbox.require` names is never left out silently, not even with --unsafe."""
    with pytest.raises(SandboxUnavailableError, match=f"requires {protection}"):
        Sandbox.start(LIMITS, unsafe=True, require=[protection], without=[protection])
