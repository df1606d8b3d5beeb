"""Mode stepped: nothing that runs student code is forked, and nobody's points depend on that."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from notegrad.errors import InputError
from notegrad.grading import Grader
from notegrad.records import GradingResult, Limits
from notegrad.sandbox.outside.stepped_run import SteppedRun
from tests.support import device_course


@pytest.fixture(scope="module", params=["fork", "stepped"])
def grader(request) -> Iterator[Grader]:
    limits = Limits(wall_s=40, cell_wall_s=5, test_case_wall_s=2, cpu_s=40, memory_mb=1024)
    with Grader(device_course.bundle(mode=request.param, limits=limits, tier="auto"), unsafe=True) as made:
        yield made


def outcomes(result: GradingResult) -> dict[str, str]:
    return {c.test_case.name: c.outcome for q in result.questions for c in q.test_cases}


def test_the_solution_has_full_marks(grader: Grader) -> None:
    """The same test cases pass in both modes, and the result says which one it was."""
    result = grader.grade(device_course.submission())
    assert device_course.failed(result) == []
    assert result.run is not None and result.run.mode == grader._sandbox.mode


def test_a_question_is_judged_on_the_state_at_its_check(grader: Grader) -> None:
    """What the notebook defines anew below a check does not count for it; the last check of a question does."""
    spoilt = "def double(x):\n    return 3 * x"
    after = device_course.submission()
    after = msgspec.structs.replace(after, cells=(*after.cells, spoilt))
    assert device_course.failed(grader.grade(after)) == []
    checked_again = msgspec.structs.replace(after, cells=(*after.cells, "grader.check('q1')"))
    assert {name for name, *_ in device_course.failed(grader.grade(checked_again))} == {"q1 - 1", "q1 - 2"}


def test_a_check_above_the_answer_waits_for_it(grader: Grader) -> None:
    """A question whose functions come later is judged on the final state."""
    early = device_course.submission()
    cells = (early.cells[0], "grader.check('q1')", *early.cells[1:])
    without_checks = tuple(cell for cell in cells if "check" not in cell or "q1" in cell)
    assert device_course.failed(grader.grade(msgspec.structs.replace(early, cells=without_checks[:3]))) == []


@pytest.mark.parametrize(
    "answer",
    [
        "while True:\n        pass",
        "import os\n    os._exit(3)",
        "import ctypes\n    ctypes.string_at(0)",
    ],
)
def test_a_dead_or_hung_process_costs_what_it_answered(grader: Grader, answer: str) -> None:
    """A loop, an exit or a crash in one function: its test cases fail, all others pass."""
    result = grader.grade(device_course.submission(device_course.SOLUTION.replace("return x[0]", answer)))
    wrong = outcomes(result)
    expected = "timeout" if "while" in answer else "errored"
    assert wrong.pop("q2 - 2") == expected
    assert set(wrong.values()) == {"passed"}


def test_what_a_question_changes_is_not_there_for_the_next(grader: Grader) -> None:
    """A list, a global and a tensor that tests of q1 change are as the notebook left them when q2 is judged."""
    counting = device_course.SOLUTION.replace(
        "    return 2 * x", "    global n\n    n += 1; seen.append(n); t.add_(1)\n    return 2 * x"
    ).replace("    x += y", "    assert (n, seen, t.item()) == (0, [], 0.0)\n    x += y")
    result = grader.grade(device_course.submission(f"n, seen, t = 0, [], torch.zeros(())\n{counting}"))
    assert device_course.failed(result) == []


def test_a_notebook_of_tensors_of_any_kind_is_run_once(grader: Grader, monkeypatch) -> None:
    """Names that hold tensors without numbers are no sign of a change: no second run, and full marks."""
    reruns = []
    monkeypatch.setattr(SteppedRun, "_restart", lambda run: reruns.append(run))
    names = "shapes = torch.ones(20, 30, device='meta')\nnumbers = torch.arange(6.0)\nsparse = torch.eye(2).to_sparse()"
    result = grader.grade(device_course.submission(f"{names}\n{device_course.SOLUTION}"))
    assert device_course.failed(result) == []
    assert reruns == []


def test_the_notebook_goes_on_as_if_nobody_had_asked(grader: Grader) -> None:
    """Generators, names, output and time of the notebook do not show that questions were judged in between."""
    more = (
        "torch.manual_seed(0)\nfirst = torch.rand(2)\ntorch.manual_seed(0)\ngrader.check('q1')\nimport time",
        "assert torch.equal(first, torch.rand(2))\nassert torch.is_grad_enabled()\nprint(sorted(n for n in globals() if 'grad' in n))",
    )
    result = grader.grade(device_course.submission(device_course.SOLUTION, *more))
    assert result.run is not None
    assert [cell.error for cell in result.run.cells] == [None] * len(result.run.cells)
    assert result.run.cells[3].stdout_tail == "['grader']\n"


def test_no_cell_tells_what_tests_passed_before(grader: Grader) -> None:
    """What a question's function received is in no output, error or sentence, however a later cell says it."""
    spying = device_course.SOLUTION.replace(
        "    return 2 * x", "    torch.vus = getattr(torch, 'vus', '') + 'entendu'\n    return 2 * x"
    )
    submission = device_course.submission(spying)
    telling = (
        "print(getattr(torch, 'vus', 'rien'))",
        "raise ValueError(getattr(torch, 'vus', 'rien'))",
        "if hasattr(torch, 'vus'): import ctypes; ctypes.string_at(0)",
    )
    result = grader.grade(msgspec.structs.replace(submission, cells=(*submission.cells, *telling)))
    assert device_course.failed(result) == []
    assert b"entendu" not in msgspec.json.encode(result)
    assert result.run is not None
    printed, raised, lived = result.run.cells[-3:]
    assert (printed.stdout_tail, raised.error, lived.status) == ("rien\n", "ValueError: rien", "ok")


def test_a_cell_that_kills_the_process_is_left_out(grader: Grader) -> None:
    """As in mode fork: the notebook is run again without it, and everything else is judged."""
    result = grader.grade(device_course.submission(device_course.SOLUTION, "import os; os._exit(1)"))
    assert result.run is not None
    assert result.run.cells[2].status == "error"
    assert device_course.failed(result) == []


def test_an_unknown_or_missing_device_is_told_in_one_sentence() -> None:
    """A GPU that is not there is named with what to do; so is a word that is no device."""
    with pytest.raises(InputError, match="no device; use cpu"):
        Grader(device_course.bundle(), device="tpu")
    with pytest.raises(InputError, match=r"cuda:7 is not there.*--device cpu"):
        Grader(device_course.bundle(), device="cuda:7")
