"""Runs an attack against the judge, and, as a control, against a grader in its own process, as other graders are.

An attack is `tests/attacks/<name>/attack.py`: cells separated by `# %%`, which define `cheat(*args, **kwargs)`,
the function that answers every question, and print a line that starts with `ATTACK RAN` once it has done its worst.

Attacks are hostile code: they kill, fork and overwrite what they can reach. They run in a sandbox with namespaces
and nowhere else, the control included; where the machine gives no namespaces, nothing runs.
"""

from __future__ import annotations

from pathlib import Path

from notegrad.authoring.bundle import Bundle
from notegrad.errors import SandboxUnavailableError
from notegrad.judge.otter_tests import load_tests
from notegrad.records import GradingResult, Limits, Submission
from notegrad.sandbox.client import Sandbox

HERE = Path(__file__).resolve().parent
PROOF = "ATTACK RAN"
CONTAINED = ("full", "userns")
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

# Runs before the attack, as the first cell of a notebook imports otter before anything else.
_CONTROL_START = """
import sys
for _name in [n for n in sys.modules if n == "otter" or n.startswith("otter.")]:
    del sys.modules[_name]
import glob, time
from otter.test_files import ExceptionTestFile, OKTestFile, abstract_test, exception_test, ok_test

def _grade_here(namespace, _open=open, _print=print, _glob=glob.glob):
    lines = []
    for path in sorted(_glob("tests/*.py")):
        with _open(path) as file:
            kind = "OKTestFile" if "OK_FORMAT = True" in file.read() else "ExceptionTestFile"
        try:
            test_file = getattr(sys.modules["otter.test_files"], kind).from_file(path)
            test_file.run(namespace)
        except Exception as error:
            continue
        score = 0.0
        for result in test_file.test_case_results:
            if result.passed:
                score += result.test_case.points
        lines.append("%s %s" % (test_file.name, score))
    with _open("results.txt", "w") as file:
        file.write("\\n".join(lines))

def _read_results(_open=open, _print=print, _sleep=time.sleep):
    _sleep(0.3)
    _print("CONTROL SCORES")
    _print(_open("results.txt").read())
"""


def attack_names() -> list[str]:
    """All attacks, sorted."""
    return sorted(path.parent.name for path in HERE.glob("*/attack.py"))


def fixture_bundle() -> Bundle:
    """Questions that ask for values in the ways that test authors do."""
    paths = sorted((HERE / "questions").glob("*.py"))
    return Bundle(
        slug="attaques",
        title="Attaques",
        tests=tuple((path.name, path.read_text("utf-8")) for path in paths),
        limits=LIMITS,
        seed=11,
        tier="userns",
    )


def refuse_unless_contained(tier: str) -> None:
    """Raise SandboxUnavailableError where attacks would not be confined by namespaces."""
    if tier not in CONTAINED:
        raise SandboxUnavailableError(
            f"attacks run only in a sandbox with namespaces, and this one is {tier}"
        )


def asked_names(bundle: Bundle) -> list[str]:
    """What the tests of a bundle take from the notebook, but for modules."""
    names = {name for test in load_tests(bundle.tests) for case in test.names for name in case}
    return sorted(names - {"torch", "np", "env"})


def attack_cells(attack: str, bundle: Bundle) -> tuple[str, ...]:
    """The attack's cells, then a cell that puts its function under every name that is asked for."""
    source = (HERE / attack / "attack.py").read_text("utf-8")
    cells = [cell for cell in source.split("# %%\n") if cell.strip()]
    answers = f"for _name in {asked_names(bundle)!r}:\n    globals()[_name] = cheat"
    return (*cells, answers)


def attack_submission(attack: str, bundle: Bundle) -> Submission:
    """The attack as handed in, check cells included."""
    checks = [f"grader.check({test.question.name!r})" for test in load_tests(bundle.tests)]
    start = ("import numpy as np\nimport torch", "import otter\ngrader = otter.Notebook()")
    return Submission(id=attack, student=attack, cells=(*start, *attack_cells(attack, bundle), *checks))


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


def proofs(result: GradingResult) -> list[str]:
    """The lines by which an attack says what it did while the notebook ran."""
    assert result.run is not None
    text = "\n".join(cell.stdout_tail for cell in result.run.cells)
    return [line for line in text.splitlines() if line.startswith(PROOF)]


def control_scores(sandbox: Sandbox, attack: str, bundle: Bundle) -> dict[str, float]:
    """Scores per question where cells, tests and results share one process and one folder, as in plain otter.

    That process lies in the sandbox. The tests lie in `tests/`, the results in `results.txt`, where they are read a
    moment after they were written; nothing where the process ends before.
    """
    refuse_unless_contained(sandbox.tier)
    cells = (
        _CONTROL_START + "\nimport numpy as np\nimport torch",
        *attack_cells(attack, bundle),
        "_grade_here(globals())",
        "_read_results()",
    )
    files = [(f"tests/{name}", source.encode()) for name, source in bundle.tests]
    with sandbox.open(cells, files, seed=1, questions=(), limits=bundle.limits) as execution:
        report = execution.run_notebook()
    scores = {}
    for line in report.cells[-1].stdout_tail.partition("CONTROL SCORES\n")[2].splitlines():
        name, _, score = line.partition(" ")
        scores[name] = float(score)
    return scores
