"""Attacks as submissions, and the questions that they are tried on.

An attack is `tests/attacks/<name>/attack.py`: cells separated by `# %%`, which define `cheat(*args, **kwargs)`,
the function that answers every question, and print a line that starts with `ATTACK RAN` once it has done its
worst, and one that starts with `ATTACK SUCCEEDED` where it reached what must not be reached. `attack.yml` beside
it says what must come of it (cards.py). It finds what it may aim at in `target.json`.

Attacks are hostile code: they kill, fork and overwrite what they can reach. They run in a sandbox inside of
namespaces and nowhere else, controls included (levels.py gives the weaker levels theirs).
"""

from __future__ import annotations

import functools
import json
import os
import socket
from pathlib import Path

from notegrad.course.bundle import Bundle
from notegrad.errors import SandboxUnavailableError
from notegrad.judge.otter_tests import load_tests
from notegrad.records import GradingResult, Limits, RunReport, Submission
from notegrad.settings import AssignmentSettings, SandboxSettings
from tests.support.confined_graders import HANDOUT

HERE = Path(__file__).resolve().parent
PROOF = "ATTACK RAN"
SUCCESS = "ATTACK SUCCEEDED"
LIMITS = Limits(
    wall_s=20,
    cell_wall_s=5,
    test_case_wall_s=1,
    memory_mb=1024,
    cpu_s=20,
    processes=24,
    files_mb=16,
    observation_bytes=8_000_000,
)

LISTENING: list[socket.socket] = []


def attack_names() -> list[str]:
    """All attacks, sorted."""
    return sorted(path.parent.name for path in HERE.glob("*/attack.py"))


def fixture_bundle(*, tier: str = "userns", mode: str = "fork") -> Bundle:
    """Questions that ask for values in the ways that test authors do."""
    paths = sorted((HERE / "questions").glob("*.py"))
    settings = AssignmentSettings(
        handout=HANDOUT,
        slug="attaques",
        title="Attaques",
        limits=LIMITS,
        seed=11,
        sandbox=SandboxSettings(tier=tier, mode=mode),
    )
    return Bundle(settings=settings, tests=tuple((path.name, path.read_text("utf-8")) for path in paths))


def refuse_unless_contained(tier: str) -> None:
    """Raise SandboxUnavailableError where attacks would not be enclosed by namespaces.

    In tier `no-namespaces` they are where this process is the first one of a namespace (levels.py).
    """
    if tier not in ("full", "userns") and not (tier == "no-namespaces" and os.getpid() == 1):
        raise SandboxUnavailableError(f"attacks run only inside of namespaces, and this sandbox is {tier}")


def asked_names(bundle: Bundle) -> list[str]:
    """What the tests of a bundle take from the notebook, but for modules."""
    names = {name for test in load_tests(bundle.tests) for case in test.names for name in case}
    return sorted(names - {"torch", "np", "env"})


def attack_cells(attack: str, bundle: Bundle) -> tuple[str, ...]:
    """The attack's cells, then a cell that puts its function under every name that is asked for."""
    source = (HERE / attack / "attack.py").read_text("utf-8")
    return cells_of(source, bundle)


def cells_of(source: str, bundle: Bundle) -> tuple[str, ...]:
    """Cells that define `cheat`, and one that puts it under every name."""
    cells = [cell for cell in source.split("# %%\n") if cell.strip()]
    answers = f"for _name in {asked_names(bundle)!r}:\n    globals()[_name] = cheat"
    return (*cells, answers)


@functools.cache
def target() -> bytes:
    """What attacks aim at: a server of this process's on the loopback interface, which answers nobody."""
    server = socket.create_server(("127.0.0.1", 0))
    LISTENING.append(server)
    return json.dumps({"port": server.getsockname()[1]}).encode()


def attack_submission(attack: str, bundle: Bundle) -> Submission:
    """The attack as handed in, check cells included."""
    checks = [f"grader.check({test.question.name!r})" for test in load_tests(bundle.tests)]
    start = ("import numpy as np\nimport torch", "import otter\ngrader = otter.Notebook()")
    cells = (*start, *attack_cells(attack, bundle), *checks)
    return Submission(id=attack, student=attack, cells=cells, files=(("target.json", target()),))


def blank_submission(bundle: Bundle) -> Submission:
    """The student notebook as given out: every function there, nothing in it."""
    functions = "\n".join(f"def {name}(*args):\n    ..." for name in asked_names(bundle))
    cells = ("import numpy as np\nimport torch\nimport otter", functions)
    return Submission(id="blank", student="blank", cells=cells)


TRIVIAL_ANSWERS = (
    "return True",
    "return False",
    "return 1.0",
    "return []",
    "return torch.zeros(2)",
    "return args[0]",
    "return args[0].clone()",
    "return torch.zeros_like(args[0])",
    "raise RuntimeError",
)
"""Bodies of functions that do not look at the question: what they score can be had without cheating."""


def trivial_submission(body: str, bundle: Bundle) -> Submission:
    """A notebook in which every function does the same trivial thing."""
    functions = "\n".join(f"def {name}(*args):\n    {body}" for name in asked_names(bundle))
    return Submission(id="trivial", student="trivial", cells=("import torch", functions))


def won_cases(result: GradingResult) -> set[tuple[str, int]]:
    """Question and number of the test cases that earned points."""
    return {
        (q.question.name, c.test_case.number) for q in result.questions for c in q.test_cases if c.score > 0
    }


def honest_submission(bundle: Bundle) -> Submission:
    """A notebook that answers every question."""
    return Submission(
        id="honest", student="honest", cells=(*blank_submission(bundle).cells[:1], HONEST_ANSWERS)
    )


HONEST_ANSWERS = (
    "def carre(x):\n    return x * x\ndef double(x):\n    return 2 * x\ndef triple(a):\n    return 3 * a\n"
    "def ranger(x):\n    return sorted(x)\ndef ajoute_(x, y):\n    x += y\n    return x\n"
    "def energie(x):\n    return (x * x).sum()"
)


def said(result: GradingResult, mark: str) -> list[str]:
    """The lines that begin with a mark, by which an attack says what it did while the notebook ran."""
    assert result.run is not None
    return lines_with(mark, result.run)


def lines_with(mark: str, report: RunReport) -> list[str]:
    """The same, of a report."""
    text = "\n".join(cell.stdout_tail for cell in report.cells)
    return [line for line in text.splitlines() if line.startswith(mark)]
