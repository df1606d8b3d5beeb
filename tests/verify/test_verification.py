"""`notegrad verify` on a small course: it is green where all is well, and names each kind of fault."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from notegrad.cli.main import run
from notegrad.course.config import load_config
from notegrad.errors import InputError
from notegrad.verify.trials import TrialPool
from notegrad.verify.verification import QuestionVerification, Verification, verify
from tests.support.course import CONFIG_CELL, Course, case, cell, question

pytestmark = pytest.mark.timeout(120)

SAYS = "La somme doit être faite le long de l’axe demandé."


def somme(*tests: str, config: str = "points: 2") -> list[dict]:
    return question(
        "q1",
        "Écrivez `somme(x)`.",
        "def somme(x):\n    # BEGIN SOLUTION\n    return x.sum(0)\n    # END SOLUTION",
        [
            case(
                "def test_visible(somme):",
                "import torch\nassert somme(torch.ones(4, 1)).sum() == 4",
                points=0,
            ),
            *tests,
        ],
        config=config,
    )


GOOD = case(
    "def test_axe(somme):",
    "import torch\nfrom notegrad import expect\nx = torch.arange(6.0).reshape(2, 3)\n"
    "expect.assert_values(somme(x), torch.tensor([3.0, 5.0, 7.0]))\n"
    "expect.assert_values(somme(torch.ones(2, 1)), torch.tensor([2.0]))",
    points=2,
    hidden=True,
    failure_message=SAYS,
)
WEAK = case(
    "def test_total(somme):",
    "import torch\nassert float(torch.as_tensor(somme(torch.ones(2, 2))).sum()) == 4",
    points=2,
    hidden=True,
    failure_message=SAYS,
)
STRICT = case(
    "def test_exact(somme):",
    "import torch\nassert somme(torch.ones(2, 1)).tolist() == [2.0]\n"
    "assert somme(torch.ones(2, 2)).is_contiguous() and somme(torch.ones(2, 2))._base is None",
    points=2,
    hidden=True,
    failure_message=SAYS,
)

ACCEPTED = {"id": "a1", "code": "def somme(x):\n    return torch.sum(x, dim=0)"}
DETACHED = {"code": "def somme(x):\n    return x.sum(0).detach()", "reason": "Aucun gradient n’est demandé."}
DOUBLE = {"id": "a9", "code": "def double(x):\n    return x + x"}
TOTAL = {"id": "r1", "misconception": "la somme de tout", "code": "def somme(x):\n    return x.sum()"}


@pytest.fixture(scope="module")
def pool() -> Iterator[TrialPool]:
    with TrialPool(1) as made:
        yield made


def prepared(course: Course, cells: list[dict], *, config: str = CONFIG_CELL, **answers: object) -> Course:
    """The course with these cells after the import of torch, and these answers to its only question."""
    course.write([cell("code", "import torch"), *cells], config)
    document = {"questions": {"q1": answers}}
    (course.folder / "answers.yml").write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return course


def verified(course: Course, pool: TrialPool) -> tuple[Verification, QuestionVerification]:
    found = verify(load_config(course.config), course.slug, pool)
    return found, found.questions[0]


def test_all_is_well_where_tests_and_answers_agree(course: Course, pool: TrialPool) -> None:
    """Right answers pass, wrong ones fail where they should, every mutant is killed or explained."""
    prepared(
        course, somme(GOOD), accepted=[ACCEPTED], rejected=[{**TOTAL, "fails": [2]}], equivalent=[DETACHED]
    )
    found, q = verified(course, pool)
    assert found.ok, found
    assert (q.accepted, q.rejected, q.kill_rate) == (1, 1, 1.0)
    assert q.mutants >= 5
    assert [s.reason for s in q.survivors] == ["Aucun gradient n’est demandé."]


def test_a_mutant_that_nobody_explains_is_named(course: Course, pool: TrialPool) -> None:
    """A survivor without a reason is a hole in the tests."""
    prepared(course, somme(GOOD), accepted=[ACCEPTED], rejected=[{**TOTAL, "fails": [2]}])
    found, q = verified(course, pool)
    assert not found.ok
    assert [s.change for s in q.unexplained] == ["return x.sum(0)  →  return x.sum(0).detach()"]


def test_a_weak_test_is_seen(course: Course, pool: TrialPool) -> None:
    """A wrong answer that passes everything lowers the kill rate; mutants survive."""
    prepared(course, somme(WEAK), accepted=[ACCEPTED], rejected=[{**TOTAL, "fails": [2]}])
    _, q = verified(course, pool)
    assert q.kill_rate == 0.0
    assert q.missed[0].actual == ()
    assert any("sum(1)" in s.change for s in q.unexplained)


def test_an_answer_whose_cell_stops_is_lent_no_function(course: Course, pool: TrialPool) -> None:
    """What defines nothing fails everything: the reference, which stands below its check, is not judged in its place."""
    stopped = {"id": "r2", "misconception": "un nom qui n’existe pas", "fails": [1, 2]}
    code = "moyenne = torch.autograde\n\n\ndef somme(x):\n    return x.sum(0)"
    double = question(
        "q2",
        "Écrivez `double(x)`.",
        "def double(x):\n    # BEGIN SOLUTION\n    return 2 * x\n    # END SOLUTION",
        [case("def test_double(double):", "assert double(3) == 6", points=2)],
        config="points: 2",
    )
    prepared(course, [*somme(GOOD), *double])
    rejected = [{**stopped, "code": code}]
    answers = {
        "q1": {"accepted": [ACCEPTED], "rejected": rejected, "equivalent": [DETACHED]},
        # two, so that the second stands below the answer that stops
        "q2": {"accepted": [DOUBLE, {**DOUBLE, "id": "a10"}]},
    }
    text = yaml.safe_dump({"questions": answers}, allow_unicode=True)
    (course.folder / "answers.yml").write_text(text, "utf-8")
    _, q = verified(course, pool)
    assert q.ok, q


def test_a_false_refusal_is_seen(course: Course, pool: TrialPool) -> None:
    """A right answer that one way of testing refuses is named with the test case and what it says."""
    viewed = {"id": "a2", "code": "def somme(x):\n    return x.sum(0, keepdim=True)[0]"}
    prepared(course, somme(STRICT), accepted=[ACCEPTED, viewed], rejected=[{**TOTAL, "fails": [2]}])
    _, q = verified(course, pool)
    assert [(r.answer, sorted(r.failed)) for r in q.refused] == [("a2", [2])]
    assert SAYS in q.refused[0].failed[2]


def test_what_an_author_overlooks_is_a_finding(course: Course, pool: TrialPool) -> None:
    """Hidden test cases whose message says nothing are told here too, and leave something to do."""
    silent = case(
        "def test_axe(somme):",
        "import torch\nassert somme(torch.ones(2, 3)).shape == (3,)",
        hidden=True,
        points=2,
    )
    prepared(course, somme(silent), accepted=[ACCEPTED], rejected=[{**TOTAL, "fails": [2]}])
    found, _ = verified(course, pool)
    assert "failure_message" in found.findings[0]
    assert not found.ok


def test_an_assignment_without_answers_is_verified(course: Course, pool: TrialPool) -> None:
    """A new assignment is held against its solution, its untouched notebook and mutants at once."""
    prepared(course, somme(GOOD))
    (course.folder / "answers.yml").unlink()
    found, q = verified(course, pool)
    assert not found.has_answers
    assert (found.solution.score, found.blank.score) == (2, 0)
    assert q.mutants >= 5
    assert [s.change for s in q.unexplained] == ["return x.sum(0)  →  return x.sum(0).detach()"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "questions:\n  q1:\n    accepted:\n    - id: a",
            "line 4: questions.q1.accepted.1: `code` is missing",
        ),
        ("questions:\n  q1:\n    acepted: []", "line 3: questions.q1.acepted: .* did you mean 'accepted'"),
        ("questions:\n  q1:\n    rejected:\n    - id: a\n      fail: [1]", "line 5: .*did you mean 'fails'"),
        ("question:\n  q1: {}", "line 1: question: .*did you mean 'questions'"),
        ("questions:\n  q1:\n    accepted:\n    - id: a\n      id: b", "line 4: .*given twice"),
        ("questions:\n  q1:\n    accepted: {id: a}", "line 3: .*a dash before each answer"),
        ("questions: {q2: {}}", "says nothing about question q1"),
        ("questions: {q1: {}, q9: {}}", "no question q9"),
        ("questions: [", "line 1: not valid YAML"),
    ],
)
def test_answers_that_cannot_be_read_are_one_sentence(course: Course, pool: TrialPool, text, said) -> None:
    """What is wrong with answers.yml, and where, without a traceback."""
    prepared(course, somme(GOOD))
    path = course.folder / "answers.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said):
        verify(load_config(course.config), course.slug, pool)


def test_the_command_tells_by_its_exit_status(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 4 and the survivor where something is left; JSON holds the same."""
    prepared(course, somme(GOOD), accepted=[ACCEPTED], rejected=[{**TOTAL, "fails": [2]}])
    status = run(["verify", "tp0", "--config", str(course.config), "--jobs", "1", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert status == 4
    assert document["ok"] is False
    (survivor,) = document["assignments"][0]["questions"][0]["survivors"]
    assert survivor["code"].endswith(".detach()")
    assert not list(Path(course.root).glob("student/*"))


MEANS = question(
    "q1",
    "Écrivez `moyennes(x)` : la moyenne de chaque ligne de la matrice `x`.",
    "def moyennes(x):\n    return x.mean(1) # SOLUTION",
    [
        case(
            "def test_visible(moyennes):",
            "import torch\nassert moyennes(torch.ones(4, 1)).sum() == 4",
            points=0,
        ),
        case(
            "def test_forme(moyennes):",
            "import torch\nfrom notegrad import expect\n"
            "expect.assert_form(moyennes(torch.zeros(2, 3)), (2,), torch.float32)\n"
            "expect.assert_values(moyennes(torch.ones(1, 3)), torch.tensor([1.0]))",
            points=1,
            hidden=True,
            failure_message="Une moyenne pour chaque ligne.",
        ),
        case(
            "def test_lignes(moyennes):",
            "import torch\nfrom notegrad import expect\nx = torch.tensor([[1.0, 2.0, 4.0], [3.0, 7.0, 8.0]])\n"
            "expect.assert_values(moyennes(x), x.sum(1) / 3)",
            points=1,
            hidden=True,
            failure_message="Une moyenne pour chaque ligne de la matrice.",
        ),
    ],
    config="points: 2",
)


def test_a_mutant_that_is_equal_on_all_that_a_prompt_allows_is_not_reported(course, pool):
    """`mean(1)` and `mean(-1)` are one thing on a matrix; where any number of axes is announced, they are not."""
    found = verified(prepared(course, MEANS), pool)[1]
    equal = next(s for s in found.survivors if "mean(-1)" in s.code)
    assert equal.reason == "rien ne le distingue de la solution sur des entrées comme celles des tests"
    course.config.write_text("prompts:\n  any_axes: [de la matrice]\n", "utf-8")
    found = verified(course, pool)[1]
    assert any("mean(-1)" in s.code for s in found.unexplained)


def test_a_wrong_answer_is_tried_without_its_other_defects(course, pool):
    """One that fails by its form alone is told; the test case of its misconception must fail with that mended."""
    first = {
        "id": "r1",
        "misconception": "une réponse retenue d'avance",
        "code": "def moyennes(x):\n    return x.mean(1, keepdim=True)",
        "fails": [2, 3],
    }
    columns = {**first, "id": "r2", "code": "def moyennes(x):\n    return x[:, :1]"}
    found = verified(prepared(course, MEANS, rejected=[first, columns]), pool)[1]
    assert [(m.answer, m.case) for m in found.masked] == [("r1", 0)]
    assert found.missed == ()
    found = verified(prepared(course, MEANS, rejected=[{**first, "case": 3}]), pool)[1]
    assert [m.case for m in found.masked] == [3]
    assert not found.ok
    about_form = {**first, "misconception": "keepdim de trop"}
    assert verified(prepared(course, MEANS, rejected=[about_form]), pool)[1].masked == ()
    mended = {**first, "mended": "def moyennes(x):\n    return x.mean(0)", "case": 3}
    assert verified(prepared(course, MEANS, rejected=[mended]), pool)[1].masked == ()


def advanced(name: str, wide: int) -> str:
    return case(
        f"def {name}(avancer):",
        f"import torch\nmodele = torch.nn.Linear(1, {wide})\nbiais, avant = modele.bias, modele.bias.tolist()\n"
        "avancer(modele)\nassert biais.tolist() != avant",
        points=1,
        hidden=True,
        failure_message="Le modèle reçu doit changer.",
    )


ADVANCE = question(
    "q1",
    "Écrivez `avancer(modele)`.",
    "def avancer(modele):\n    # BEGIN SOLUTION\n    modele.bias.data.add_(1)\n"
    "    return modele.bias.sum().item()\n    # END SOLUTION",
    [
        case("def test_visible(avancer):", "assert callable(avancer)", points=0),
        advanced("test_un", 1),
        advanced("test_deux", 2),
    ],
    config="points: 2",
)


def test_mending_leaves_the_model_that_the_answer_was_given(course, pool):
    """The reference's result gives the form, on a model of its own: an answer that trains a copy stays wrong."""
    copied = {
        "id": "r1",
        "misconception": "une copie du modèle avance",
        "code": "def avancer(modele):\n    import copy\n    modele = copy.deepcopy(modele)\n"
        "    modele.bias.data.add_(1)\n    return modele.bias.sum().item()",
        "fails": [2, 3],
    }
    found = verified(prepared(course, ADVANCE, rejected=[copied]), pool)[1]
    assert found.missed == ()
    assert found.masked == ()


def test_one_question_is_verified_alone(course, pool):
    """`only` names it; another name is refused with those that there are."""
    prepared(course, MEANS)
    assert [q.name for q in verify(load_config(course.config), course.slug, pool, only="q1").questions] == [
        "q1"
    ]
    with pytest.raises(InputError, match="il y a q1"):
        verify(load_config(course.config), course.slug, pool, only="q7")


def test_what_is_announced_and_what_is_tried_are_held_against_each_other(course, pool):
    """Each side without the other is told, and is no fault; a reason in answers.yml silences it."""
    untouched = case(
        "def test_intact(somme):",
        "import torch\nfrom notegrad import expect\nx = torch.ones(2, 2)\nbefore = expect.snapshot(x=x)\n"
        "somme(x)\nexpect.assert_inputs_untouched(before)",
        points=0,
        hidden=True,
        failure_message=SAYS,
    )
    cells = somme(GOOD, untouched)
    cells[1]["source"] += " Sans boucle."
    reason = {"no_loop": "les boucles sont tolérées"}
    found = verified(prepared(course, cells, equivalent=[DETACHED]), pool)[1]
    assert {(p.kind, p.announced) for p in found.one_sided} == {("untouched", False), ("no_loop", True)}
    found = verified(prepared(course, cells, equivalent=[DETACHED], prompt=reason), pool)[1]
    assert [p.kind for p in found.one_sided] == ["untouched"]
    with pytest.raises(InputError, match="did you mean 'no_loop'"):
        verified(prepared(course, cells, prompt={"no_lop": "x"}), pool)
