"""`notegrad try`: one answer against one question's tests, with the line that failed and what the student reads."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from notegrad.authoring.build import build
from notegrad.cli.main import run
from notegrad.cli.tried_text import tried_text
from notegrad.course.config import load_config
from notegrad.errors import InputError
from notegrad.probes.value_facts import facts_of
from notegrad.verify.trying.case_trier import CaseTrier
from notegrad.verify.trying.found_answer import find_answer
from notegrad.verify.trying.private_socket import SocketRefusedError, runtime_folder, socket_path
from notegrad.verify.trying.tried import GivenAnswer, TriedQuestion, TryRequest
from notegrad.verify.trying.trier_client import try_warm
from notegrad.verify.trying.watched_tests import watched_source
from tests.support.course import Course, case, cell, question

pytestmark = pytest.mark.timeout(180)

BODY = """\
import torch
base = torch.zeros(4, 3)
x, y = base[1:3], torch.ones(2, 3, requires_grad=True)
before = x.data_ptr()
result = add_(x, y.detach())
assert result is x, "Il faut rendre x."
for row in range(2):
    assert x[row].tolist() == [1.0, 1.0, 1.0], f"La ligne {row} est fausse."
assert x.data_ptr() == before"""


def add_course(root: Path) -> Course:
    """A course with one question about memory, before which another is asked."""
    made = Course(root)
    tests = [
        case(
            "def test_shown(add_):",
            "import torch\nassert add_(torch.ones(2), torch.ones(2)).sum() == 4",
            points=0,
        ),
        case("def test_place(add_):", BODY, points=2, hidden=True, failure_message="Écrivez dans x."),
    ]
    first = case("def test_one(one):", "assert one() == 1", points=1, hidden=True)
    made.write(
        [
            cell("code", "import torch"),
            *question("q1", "Écrivez `one`.", "def one():\n    return 1 # SOLUTION", [first]),
            *question("q2", "Écrivez `add_`.", "def add_(x, y):\n    return x.add_(y) # SOLUTION", tests),
        ]
    )
    return made


@pytest.fixture(scope="module")
def trier() -> Iterator[CaseTrier]:
    with CaseTrier() as made:
        yield made


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return add_course(tmp_path_factory.mktemp("course"))


def tried(trier: CaseTrier, course: Course, answer: GivenAnswer, number: int = 0) -> TriedQuestion:
    request = TryRequest(
        root=str(course.root),
        config=str(course.config),
        slug="tp0",
        question="q2",
        case=number,
        answer=answer,
    )
    return trier.run(request)


def text(result: TriedQuestion) -> str:
    return "\n".join(tried_text(result))


def test_the_solution_passes_every_test_case(trier, added):
    """Without an answer the reference solution is tried, below the solutions of the questions before."""
    result = tried(trier, added, GivenAnswer(label="la solution"))
    assert result.passed
    assert [c.name for c in result.cases] == ["test_shown", "test_place"]


def test_a_failing_line_is_shown_as_written_with_what_it_compares(trier, added):
    """Place and text of the master; both sides, shape, dtype, memory; who reads what, before and after."""
    result = tried(trier, added, GivenAnswer(code="def add_(x, y):\n    return x.set_(x + y)"))
    shown, hidden = result.cases
    assert (shown.outcome, hidden.outcome) == ("passed", "failed")
    assert hidden.source == "assert x.data_ptr() == before"
    assert hidden.place == "assignments/tp0/tp0.ipynb, cellule 19, ligne 15"
    values = {value.name: value for value in hidden.failing.values}
    assert values["x.data_ptr()"].text != values["before"].text
    assert (values["x"].shape, values["x"].dtype, values["x"].strides) == ((2, 3), "float32", (3, 1))
    assert hidden.message_now is None
    assert hidden.message_published == "Écrivez dans x."
    said = text(result)
    assert "l’étudiant lit\xa0: rien (test caché)" in said
    assert "après publication\xa0: Écrivez dans x." in said
    assert "x            = tensor, float32, (2,3), mémoire A" in said


def test_both_sides_are_the_values_at_the_moment_of_failure(trier, added):
    """In a loop, those of the turn that failed; a tensor says that it is a view with an offset."""
    code = "def add_(x, y):\n    x[0] += y[0]\n    return x"
    (hidden,) = tried(trier, added, GivenAnswer(code=code), 2).cases
    assert hidden.source.startswith("assert x[row].tolist() == ")
    values = {value.name: value for value in hidden.failing.values}
    assert values["x[row].tolist()"].text == "[0.0, 0.0, 0.0]"
    assert values["row"].text == "1"
    assert values["x"].offset == 3


def test_an_exception_of_the_answer_has_its_own_trace(trier, added):
    """Each line of the answer on the way to the exception, and not the test's."""
    code = "def inner(a):\n    return a + missing\n\ndef add_(x, y):\n    return inner(x)"
    result = tried(trier, added, GivenAnswer(code=code), 2)
    assert result.cases[0].failing.trace.split("\n") == [
        "add_: return inner(x)",
        "inner: return a + missing",
        "NameError: name 'missing' is not defined",
    ]
    assert "dans la réponse\xa0:\n      add_: return inner(x)" in text(result)


def test_a_changed_master_is_built_again(trier, tmp_path):
    """The next try sees what was saved, a text master's line with it; nothing that was built before is asked."""
    course = add_course(tmp_path)
    wrong = GivenAnswer(code="def add_(x, y):\n    return x + y")
    assert tried(trier, course, wrong).cases[1].source == 'assert result is x, "Il faut rendre x."'
    assert run(["convert", "tp0", "--config", str(course.config)]) == 0
    path = course.master.with_suffix(".md")
    path.write_text(
        path.read_text("utf-8").replace("assert result is x, ", "assert id(result) == id(x), "), "utf-8"
    )
    changed = tried(trier, course, wrong).cases[1]
    line = (
        path.read_text("utf-8").split("\n").index('    assert id(result) == id(x), "Il faut rendre x."') + 1
    )
    assert changed.source.startswith("assert id(result) == id(x)")
    assert changed.place == f"assignments/tp0/tp0.md, ligne {line}"


def test_what_cannot_be_tried_is_a_sentence(trier, added):
    """A question or a test case that is not there, an answer that is nothing: each says what there is."""
    with pytest.raises(InputError, match="il y a q1, q2"):
        trier.run(TryRequest(root=str(added.root), config=str(added.config), slug="tp0", question="q9"))
    with pytest.raises(InputError, match="elle en a 2"):
        tried(trier, added, GivenAnswer(), 3)
    with pytest.raises(InputError, match="n’est ni un fichier"):
        find_answer(load_config(added.config), "tp0", "nobody", None)
    result = tried(trier, added, GivenAnswer(code="def add_(x, y)\n    return x"))
    assert "SyntaxError" in result.reason
    assert not result.passed


def test_an_answer_is_found_by_each_of_its_names(added, tmp_path, monkeypatch):
    """A file of code, a notebook, an id of answers.yml, an id of a graded run."""
    config = load_config(added.config)
    answers = added.folder / "answers.yml"
    answers.write_text("questions:\n  q2:\n    accepted:\n    - {id: A1, code: 'x = 1'}\n", "utf-8")
    assert find_answer(config, "tp0", "A1", None).code == "x = 1"
    answers.unlink()
    (tmp_path / "a.py").write_text("y = 2", "utf-8")
    assert find_answer(config, "tp0", str(tmp_path / "a.py"), None).code == "y = 2"
    monkeypatch.chdir(added.root)
    assert run(["build", "--no-check"]) == 0
    student = added.root / "student/tp0/tp0.ipynb"
    assert find_answer(config, "tp0", str(student), None).file == student.read_bytes()
    (added.root / "class").mkdir()
    (added.root / "class/ada.ipynb").write_bytes(student.read_bytes())
    assert run(["grade", "tp0", "class", "--out", "out/one", "--workers", "1", "-q"]) == 0
    assert find_answer(config, "tp0", "ada", None).submission.cells
    with pytest.raises(InputError):
        find_answer(config, "tp0", "../results/ada", None)


SOURCES = Path(__file__).parents[2] / "assignments"


@pytest.mark.parametrize("slug", ["tp2-memoire", "tp4-derivation", "tp5-reseau"])
def test_watched_tests_keep_their_lines_and_their_meaning(slug):
    """A watched file has the same statements on the same lines but for what is kept; parameters stay."""
    built = build(load_config(SOURCES.parent / "otter_config.yml"), slug, check=False)
    for name, source in built.assigned.tests.items():
        watched = watched_source(source, "/nowhere")
        assert watched.count("\n") == source.count("\n")
        names: dict[str, object] = {}
        exec(compile(watched, name, "exec"), names)
        before, after = ast.parse(source), _Unkept().visit(ast.parse(watched))
        functions = [
            [
                (f.name, f.lineno, ast.unparse(f.args), [ast.unparse(s) for s in f.body])
                for f in tree.body
                if isinstance(f, ast.FunctionDef)
            ]
            for tree in (after, before)
        ]
        assert functions[0] == functions[1]


class _Unkept(ast.NodeTransformer):
    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        return self.generic_visit(node.value)


def test_nothing_is_asked_of_an_object_that_may_be_a_student_s():
    """A value of an unknown type shows its type's name only: no method of its is called."""

    class Trap:
        def __getattribute__(self, name: str) -> object:
            raise AssertionError(name)

    assert facts_of("x", Trap()).text == "<Trap>"
    assert facts_of("x", [Trap(), 1, "a"]).text == "[<Trap>, 1, 'a']"


@pytest.fixture
def own_runtime(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("run")
    folder.chmod(0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def peer_of(path: Path) -> int:
    with socket.socket(socket.AF_UNIX) as connected:
        connected.connect(str(path))
        return int.from_bytes(
            connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)[:4], sys.byteorder
        )


def test_the_second_try_finds_the_grader_that_the_first_one_started(own_runtime, added):
    """One process serves both, in a folder that is the user's alone; left idle it ends and leaves no socket."""
    starts: list[int] = []
    request = TryRequest(root=str(added.root), config=str(added.config), slug="tp0", question="q2")
    for _ in range(2):
        assert try_warm(request, added.root, lambda: starts.append(1), idle_s=3.0).passed
    assert len(starts) == 1
    with pytest.raises(InputError, match="il y a q1, q2"):
        try_warm(
            TryRequest(root="", config=str(added.config), slug="tp0", question="z"), added.root, starts.clear
        )
    path = socket_path(runtime_folder(), added.root)
    assert path.parent.stat().st_mode & 0o077 == 0
    pid = peer_of(path)
    deadline = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not path.exists()


@pytest.fixture
def short_folder():
    """A temporary folder whose path leaves room for a socket's address."""
    with tempfile.TemporaryDirectory(prefix="ng-") as folder:
        yield Path(folder)


def test_a_folder_that_others_may_enter_keeps_no_grader(short_folder, monkeypatch):
    """A runtime folder of another user's, open to others, or a link, is not used."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    monkeypatch.setattr("tempfile.tempdir", str(short_folder))
    folder = short_folder / f"notegrad-{os.getuid()}"
    folder.mkdir(mode=0o700)
    folder.chmod(0o755)
    with pytest.raises(SocketRefusedError):
        runtime_folder()
    folder.rmdir()
    (short_folder / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(short_folder / "elsewhere")
    with pytest.raises(SocketRefusedError):
        runtime_folder()


@pytest.mark.slow
def test_a_watched_answer_is_tried_again_when_it_is_saved(own_runtime, added, tmp_path):
    """`--watch`: wrong, saved again and right, without another command."""
    answer = tmp_path / "answer.py"
    answer.write_text("def add_(x, y):\n    return x + y", "utf-8")
    words = [
        sys.executable,
        "-m",
        "notegrad",
        "try",
        "tp0",
        "q2",
        str(answer),
        "--watch",
        "--config",
        str(added.config),
    ]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        lines = iter(process.stdout.readline, "")
        try:
            assert "1 test réussi sur 2" in next(line for line in lines if line.startswith("tp0, q2"))
            answer.write_text("def add_(x, y):\n    x += y\n    return x", "utf-8")
            assert "2 tests réussis sur 2" in next(line for line in lines if line.startswith("tp0, q2"))
        finally:
            process.kill()
    os.kill(peer_of(socket_path(runtime_folder(), added.root)), 15)
