"""Names that an answer uses, rebound, changed or shadowed later: each question is judged where its check stands."""

from __future__ import annotations

import multiprocessing
import random
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import msgspec
import pytest

from notegrad.course.bundle import read_bundle
from notegrad.intake.submissions import read_submissions
from tests.support.confined_graders import confined_grader
from tests.support.foreign_rows import write_code_cells
from tests.support.plain_otter import grade_with_otter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

SETTING = """
import math
import torch
CONST = 3
count = 0
def helper(x): return x + CONST
table = {"a": 1}
class Box:
    value = 5
class Other:
    value = 0
box = Box()
weights = torch.arange(4.0)
"""
CLOSURE = """
def make():
    kept = [0]
    def inner():
        return kept[0]
    return inner, kept
inner, kept = make()
"""
ANSWERS = {
    "q_helper": ("def use_helper(x):\n    return helper(x) * 2", "use_helper", "use_helper(1) == 8"),
    "q_const": ("def plus(x):\n    return x + CONST", "plus", "plus(2) == 5"),
    "q_table": ("def look_up(key):\n    return table[key]", "look_up", 'look_up("a") == 1'),
    "q_box": ("def content():\n    return box.value", "content", "content() == 5"),
    "q_tensor": ("def weighted(x):\n    return float((weights * x).sum())", "weighted", "weighted(2.0) == 12"),
    "q_items": ("items = [1, 2, 3]", "items", "items == [1, 2, 3]"),
    "q_counter": ("def counter():\n    global count\n    count += 1\n    return count", "counter", "counter() == 1"),
    "q_root": ("def root(x):\n    return math.sqrt(x)", "root", "root(4) == 2"),
    "q_default": ("def grown(x=[]):\n    x.append(1)\n    return len(x)", "grown", "grown() == 1"),
    "q_closure": (CLOSURE, "inner", "inner() == 0"),
}  # fmt: skip
"""A question's answer, the name that its test asks for, and what the test asserts."""

CHANGED_BY_ITS_TEST = ("q_counter", "q_default")
"""Checked once at most: otter asks a second time what its first test has changed, which we do not wish to follow."""

WAYS = (
    "CONST = 4", "CONST += 1", "del CONST", "CONST: int = 5", "helper = abs", "def helper(x): return x",
    "from math import floor as helper", "class helper: pass", "use_helper = lambda x: 8",
    "use_helper.__code__ = (lambda x: 0).__code__", "plus = helper", "table = {'a': 2}", "table['a'] = 2",
    "table.clear()", "table.update(a=7)", "del table['a']", "table |= {'a': 9}", "import math as table",
    "try:\n    1 / 0\nexcept ZeroDivisionError as table:\n    pass", "look_up.__globals__['table'] = {'a': 42}",
    "box.value = 6", "Box.value = 7", "box.__class__ = Other", "setattr(box, 'value', 9)", "vars(box)['value'] = 8",
    "box = type('Box', (), {'value': 5})()", "with open('box', 'w') as box:\n    pass", "weights += 1",
    "weights.zero_()", "weights[0] = 100", "weights.data = torch.ones(4)", "weights.resize_(2)", "weights = None",
    "weights.view(2, 2).fill_(3)", "weights.numpy()[:] = 9", "other = weights; other *= 2", "items.append(4)",
    "items[:] = []", "items = items + [1]", "items *= 2", "items.sort(reverse=True)",
    "for items in range(3):\n    pass", "[items := 5 for _ in range(2)]", "globals()['CONST'] = 10",
    "globals().update(items=[9])", "exec('CONST = 11')", "def change():\n    global CONST\n    CONST = 99\nchange()",
    "(CONST, *items) = (1, 7)", "count = 10", "counter()", "math = None", "math.sqrt = lambda x: 0",
    "import cmath as math", "grown()", "grown.__defaults__ = ([1],)", "kept[0] = 5",
    "inner.__closure__[0].cell_contents = [6]", "inner = lambda: 0", "raise ValueError", "import sys; sys.exit()",
)  # fmt: skip
WAYS_IN_A_NOTEBOOK = 7
ROUNDS = 2
"""How often each way is met, at places drawn anew."""


def bundle_zip(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("otter_config.json", "{}")
        for name, (_, asked, claim) in ANSWERS.items():
            source = (
                "from otter.test_files import test_case\n\nOK_FORMAT = False\n\n"
                f"name = {name!r}\npoints = 1\n\n@test_case(points=1)\ndef test_it({asked}):\n    assert {claim}\n"
            )
            archive.writestr(f"tests/{name}.py", source)
    return path


def notebook(draw: random.Random, ways: list[str]) -> list[str]:
    """All answers with their checks, most once, some twice or never; the ways come anywhere behind."""
    steps = [(0.0, SETTING), (0.1, "import otter\ngrader = otter.Notebook()")]
    for number, (name, (answer, _, _)) in enumerate(ANSWERS.items(), start=1):
        steps.append((number, answer))
        checks = draw.choices((0, 1, 2), (1, 6, 2))[0]
        if name in CHANGED_BY_ITS_TEST:
            checks = min(checks, 1)
        places = sorted(number + 0.5 + draw.random() * draw.choice((0, 6)) for _ in range(checks))
        steps += [(place, f'grader.check("{name}")') for place in places]
    steps += [(draw.uniform(1, len(ANSWERS) + 2), way) for way in ways]
    return [source for _, source in sorted(steps, key=lambda step: step[0])]


def notebooks() -> list[list[str]]:
    draw = random.Random(1511)
    ways = [way for _ in range(ROUNDS) for way in draw.sample(WAYS, len(WAYS))]
    return [
        notebook(draw, ways[start : start + WAYS_IN_A_NOTEBOOK])
        for start in range(0, len(ways), WAYS_IN_A_NOTEBOOK)
    ]


def test_each_question_is_judged_where_its_check_stands(tmp_path):
    """Sixty ways to change what an earlier answer uses give every question the score that plain otter gives it."""
    bundle = read_bundle(bundle_zip(tmp_path / "autograder.zip"))
    bundle = msgspec.structs.replace(
        bundle, settings=msgspec.structs.replace(bundle.settings, judge="outside")
    )
    made = notebooks()
    paths = [write_code_cells(tmp_path / f"n{n:02}.ipynb", cells) for n, cells in enumerate(made)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool:
        expected = [pool.submit(grade_with_otter, path, tmp_path / "autograder.zip") for path in paths]
        with confined_grader(bundle) as grader:
            results = [grader.grade(submission) for submission in read_submissions(paths)]
    actual = {result.submission: {q.question.name: q.score for q in result.questions} for result in results}
    scores = {path.stem: future.result().scores for path, future in zip(paths, expected, strict=True)}
    differences = [
        (stem, name, actual[stem][name], score, made[int(stem[1:])])
        for stem, each in scores.items()
        for name, score in each.items()
        if actual[stem][name] != score
    ]
    assert len(scores) * len(ANSWERS) == sum(map(len, scores.values()))
    assert not differences, "\n\n".join(
        f"{stem} {name}: {ours} instead of {theirs}\n" + "\n# ---\n".join(cells)
        for stem, name, ours, theirs, cells in differences
    )
    each = [score for scored in scores.values() for score in scored.values()]
    assert 0.1 < sum(each) / len(each) < 0.9, "the ways do spoil answers, and not all"
