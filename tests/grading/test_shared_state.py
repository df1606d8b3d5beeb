"""Questions that share their state: cells and later questions find what tests left, as with plain otter."""

import json
import zipfile

import msgspec
import pytest

from notegrad.course.adjustments import Adjustments, adjusted
from notegrad.course.bundle import read_bundle
from notegrad.intake.submissions import read_submissions
from notegrad.settings import AssignmentSettings
from tests.support.confined_graders import confined_grader
from tests.support.foreign_rows import write_code_cells

HEAD = 'from otter.test_files import test_case\n\nOK_FORMAT = False\n\nname = "{name}"\npoints = {points}\n\n'
TESTS = {
    "q1": """\
@test_case(points=1)
def test_push(stack, push):
    push(1)
    assert stack == [1]
    stack.append(5)

@test_case(points=1)
def test_source(stack, push):
    import inspect
    assert "append" in inspect.getsource(push) and stack == [1, 5]
""",
    "q2": """\
@test_case(points=1)
def test_seen(stack, seen):
    import numpy as np
    assert seen == 2 and stack == [1, 5]
    np.random.seed(3)
""",
    "q3": """\
@test_case(points=1)
def test_drawn(drawn):
    import numpy as np
    assert drawn == np.random.RandomState(3).rand()
""",
}
CELLS = (
    "import otter\ngrader = otter.Notebook()",
    "stack = []\ndef push(x): stack.append(x)",
    "grader.check('q1')",
    "seen = len(stack)",
    "grader.check('q2')",
    "import numpy as np\ndrawn = np.random.rand()",
    "grader.check('q3')",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Write a zip of plain otter's, whose tests build on one another, and a notebook with full marks there."""
    folder = tmp_path_factory.mktemp("lab")
    with zipfile.ZipFile(folder / "lab.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({}))
        for name, body in TESTS.items():
            points = body.count("@test_case")
            archive.writestr(f"tests/{name}.py", HEAD.format(name=name, points=points) + body)
    return folder / "lab.zip", write_code_cells(folder / "right.ipynb", CELLS)


def score(lab, **said):
    """Return what notegrad gives the notebook, by question, with settings as a file for `--config` says."""
    path, notebook = lab
    config = path.parent / "config.yml"
    config.write_text(json.dumps(said), "utf-8")
    with confined_grader(adjusted(read_bundle(path), Adjustments(config_path=config))) as grader:
        result = grader.grade(read_submissions([notebook])[0])
    return {question.question.name: question.score for question in result.questions}


def test_cells_and_questions_find_what_tests_left_where_the_author_says_so(lab):
    """Otter gives 2, 1 and 1: it runs tests at their checks, in the notebook's process."""
    assert score(lab, shares_state=True) == {"q1": 2.0, "q2": 1.0, "q3": 1.0}


def test_outside_is_possible_there_as_well(lab):
    """State is shared wherever tests are judged; what cannot be judged outside still cannot."""
    assert score(lab, shares_state=True, judge="outside") == {"q1": 1.0, "q2": 1.0, "q3": 1.0}


def test_questions_are_apart_where_the_author_says_nothing(lab):
    """A test of one question decides nothing about another."""
    assert score(lab) == {"q1": 2.0, "q2": 0.0, "q3": 0.0}


def test_the_key_is_known_for_one_assignment_alone():
    """A course says it for the assignment whose tests were written so."""
    shared = AssignmentSettings(slug="lab", title="Lab", judge="auto", shares_state=True)
    assert shared.judge_of("q1") == "inside"
    assert msgspec.structs.replace(shared, judge="outside").judge_of("q1") == "outside"
