"""Objects of a student's class, asked by a test in the ways that authors ask values: they have no say."""

from __future__ import annotations

import textwrap

import msgspec
import pytest

from notegrad.course.bundle import Bundle
from notegrad.grading import Grader
from notegrad.records import GradingResult, Submission
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.settings import AssignmentSettings, Handout, SandboxSettings
from tests.attacks import harness
from tests.attacks.test_hunt import Judge, judge, ran, sandbox

__all__ = ["judge", "sandbox"]
pytestmark = pytest.mark.timeout(60)

ASKED_OF_THE_ANSWER = """
    @test_case(points=1, hidden=True)
    def test_equal(reponse):
        import torch
        assert reponse(1).equal(torch.tensor([2.0]))

    @test_case(points=1, hidden=True)
    def test_allclose(reponse):
        import torch
        assert reponse(1).allclose(torch.tensor([2.0]))

    @test_case(points=1, hidden=True)
    def test_sous_ensemble(reponse):
        assert reponse(2).issubset({4})

    @test_case(points=1, hidden=True)
    def test_sans_difference(reponse):
        assert not reponse(2).symmetric_difference({4})

    @test_case(points=1, hidden=True)
    def test_texte(reponse):
        assert reponse(3).startswith("six")

    @test_case(points=1, hidden=True)
    def test_minuscules(reponse):
        assert reponse(3).islower()

    @test_case(points=1, hidden=True)
    def test_compte(reponse):
        assert reponse(4).count(8) == 1
"""
LIAR = """
class Menteur:
    def __getattr__(self, nom):
        if nom.startswith("__"):
            raise AttributeError(nom)
        def repond(*args):
            return {"count": 1, "symmetric_difference": 0}.get(nom, True)
        return repond
def reponse(n):
    return Menteur()
print("ATTACK RAN:", reponse(1).issubset({4}))
"""
KNOWN_FUNCTION = """
vrai = lambda *args: True
class Menteur:
    equal = allclose = issubset = startswith = islower = count = property(lambda self: reponse)
    symmetric_difference = property(lambda self: reponse)
def reponse(*args):
    return True if args and type(args[0]) is not int else Menteur()
print("ATTACK RAN:", reponse(1).issubset({4}))
"""
TYPES = """
class Menteur:
    equal = allclose = issubset = startswith = type
    islower = symmetric_difference = count = bool
def reponse(n):
    return Menteur()
print("ATTACK RAN:", reponse(1).issubset({4}))
"""
NAMED_TUPLE = """
import collections
champs = "equal allclose issubset startswith islower count symmetric_difference"
Menteur = collections.namedtuple("Menteur", champs)
def reponse(n):
    oui = lambda *args: True
    return Menteur(oui, oui, oui, oui, oui, lambda *args: 1, lambda *args: 0)
print("ATTACK RAN:", reponse(1).issubset({4}))
"""
NAMED_TUPLE_OF_TYPES = """
import collections
champs = "equal allclose issubset startswith islower symmetric_difference"
Menteur = collections.namedtuple("Menteur", champs)
def reponse(n):
    return Menteur(type, type, type, type, int, bool)
print("ATTACK RAN:", reponse(1).issubset({4}))
"""
HONEST = """
import torch
def reponse(n):
    return {1: torch.tensor([2.0]), 2: {4}, 3: "six", 4: [8]}[n]
"""
ATTACKS = {
    "liar": LIAR,
    "known function": KNOWN_FUNCTION,
    "types": TYPES,
    "named tuple": NAMED_TUPLE,
    "named tuple of types": NAMED_TUPLE_OF_TYPES,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_object_of_a_student_answers_for_a_value(attack: str, judge: Judge) -> None:
    """Methods of tensors, sets and texts on a student's object give no point; the honest values have all."""
    result = judge(ASKED_OF_THE_ANSWER, ATTACKS[attack])
    assert ran(result)
    assert result.score == 0
    assert judge(ASKED_OF_THE_ANSWER, HONEST).score == 7


def with_handout(sandbox: Sandbox, tests: str, cells: str, handout: Handout | None) -> GradingResult:
    """Grades a notebook of one cell with a bundle that tells what its handout has."""
    source = textwrap.dedent(tests)
    if "OK_FORMAT" not in source:
        source = (
            f'from otter.test_files import test_case\nOK_FORMAT = False\nname = "q"\npoints = None\n{source}'
        )
    settings = AssignmentSettings(
        slug="x",
        title="x",
        limits=harness.LIMITS,
        seed=5,
        sandbox=SandboxSettings(tier="userns"),
        handout=handout,
    )
    with Grader(Bundle(settings=settings, tests=(("q.py", source),)), sandbox=sandbox) as grader:
        return grader.grade(Submission(id="a", student="a", cells=(textwrap.dedent(cells),)))


SCORED = """
    @test_case(points=1, hidden=True)
    def test_score(entraine):
        assert entraine([1.0, 2.0]).score([3.0]) > 0.9
"""


def test_a_method_that_no_value_has_is_not_asked_either(sandbox: Sandbox) -> None:
    """Where the handout defines no class, no method of a student's object is given what the test made."""
    for attack in (
        "class A:\n    def score(self, x):\n        return 1.0\ndef entraine(x):\n    return A()",
        "def entraine(x):\n    return A() if x == [1.0, 2.0] else 1.0\nclass A:\n    score = property(lambda self: entraine)",
        "class F:\n    def __call__(self, x):\n        return 1.0\nclass A:\n    score = F()\ndef entraine(x):\n    return A()",
    ):
        assert with_handout(sandbox, SCORED, attack, Handout()).score == 0
        assert with_handout(sandbox, SCORED, attack, Handout(classes=("entraine",))).score == 1


CLASSES = """
    @test_case(points=1, hidden=True)
    def test_pile(Pile):
        p = Pile()
        p.push(3), p.push(4)
        assert p.count(3) == 1 and len(p) == 2 and p.pop() == 4 and p.contents() == [3]

    @test_case(points=1, hidden=True)
    def test_vecteur(Vecteur):
        v = Vecteur(3, 4)
        assert v.norm() == 5 and v.dot(Vecteur(1, 0)) == 3 and v.equal(Vecteur(3, 4))
        assert v.scaled(2).x == 6 and v.scaled(2).dot(v) == 50

    @test_case(points=1, hidden=True)
    def test_modele(fabrique):
        import torch
        m = fabrique()
        w = torch.ones(1, 2)
        m.load_state_dict({"weight": w})
        m.requires_grad_(False)
        assert m.train(False) is m and torch.equal(m(torch.ones(2)), torch.tensor([2.0]))
        assert [tuple(p.shape) for p in m.parameters()] == [(1, 2)]

    @test_case(points=1, hidden=True)
    def test_generateur(compte):
        g = compte()
        assert next(g) == 0 and g.send(5) == 5 and list(g) == []

    @test_case(points=1, hidden=True)
    def test_fermeture(compteur):
        c = compteur(2)
        assert c(3) == 5 and c(4) == 6
"""
HONEST_CLASSES = """
import torch
class Pile:
    def __init__(self):
        self._v = []
    def push(self, v):
        self._v.append(v)
    def pop(self):
        return self._v.pop()
    def count(self, v):
        return self._v.count(v)
    def contents(self):
        return list(self._v)
    def __len__(self):
        return len(self._v)
class Vecteur:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def norm(self):
        return (self.x**2 + self.y**2) ** 0.5
    def dot(self, other):
        return self.x * other.x + self.y * other.y
    def equal(self, other):
        return (self.x, self.y) == (other.x, other.y)
    def scaled(self, k):
        return Vecteur(k * self.x, k * self.y)
def fabrique():
    return torch.nn.Linear(2, 1, bias=False)
def compte():
    recu = yield 0
    yield recu
def compteur(n):
    return lambda v: n + v
"""


@pytest.mark.parametrize("handout", [None, Handout(classes=("Pile", "Vecteur"))], ids=["by case", "told"])
def test_an_exercise_may_ask_for_a_class(handout: Handout | None, sandbox: Sandbox) -> None:
    """Classes with methods, models, generators and functions that return functions keep their points."""
    result = with_handout(sandbox, CLASSES, HONEST_CLASSES, handout)
    assert [case.detail for q in result.questions for case in q.test_cases if case.outcome != "passed"] == []


IMPORTED = """
OK_FORMAT = True
test = {"name": "q", "points": None, "suites": [{"cases": [
    {"code": ">>> float(F.mse_loss(double(torch.ones(2)), torch.full((2,), 2.0)))\\n0.0", "hidden": True, "points": 1},
    {"code": ">>> allclose(double(torch.ones(2)), torch.full((2,), 2.0))\\nTrue", "hidden": True, "points": 1},
    {"code": ">>> assert_close(double(torch.ones(2)), torch.full((2,), 2.0))", "hidden": True, "points": 1},
], "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""
IMPORTS = {
    "F": "torch.nn.functional", "allclose": "torch:allclose", "assert_close": "torch.testing:assert_close",
}  # fmt: skip


@pytest.mark.parametrize("handout", [None, Handout(imports=IMPORTS)], ids=["usual", "told"])
def test_what_the_handout_imports_is_the_judges_own(handout: Handout | None, sandbox: Sandbox) -> None:
    """A doctest's F, allclose and assert_close are the libraries', whatever the student put under the names."""
    attack = """
        class F:
            @staticmethod
            def mse_loss(*args):
                return 0.0
        allclose = lambda *args: True
        assert_close = lambda *args: None
        def double(x):
            return x
        print("ATTACK RAN")
    """
    result = with_handout(sandbox, IMPORTED, attack, handout)
    assert ran(result)
    assert result.score == 0
    for imports in (
        "import torch.nn.functional as F\nfrom torch import allclose\nfrom torch.testing import assert_close\n",
        "",  # a student who deleted the cell of imports
    ):
        assert (
            with_handout(sandbox, IMPORTED, f"{imports}def double(x):\n    return 2 * x\n", handout).score
            == 3
        )


OWN_ALLCLOSE = """
OK_FORMAT = True
test = {"name": "q", "points": None, "suites": [{"cases": [
    {"code": ">>> allclose([1.0], [1.0 + 1e-9])\\nTrue", "hidden": True, "points": 1},
    {"code": ">>> F(10)\\n55", "hidden": True, "points": 1},
], "scored": True, "setup": "", "teardown": "", "type": "doctest"}]}
"""


def test_an_exercise_may_be_to_write_what_a_library_has(sandbox: Sandbox) -> None:
    """A student's own `F` is not taken for a library's, nor `allclose` where the handout does not import it."""
    blank = "def allclose(a, b):\n    ...\ndef F(n):\n    ..."
    right = (
        "def allclose(a, b):\n    return abs(a[0] - b[0]) < 1e-6\n"
        "def F(n):\n    return n if n < 2 else F(n - 1) + F(n - 2)"
    )
    told = Handout()
    assert with_handout(sandbox, OWN_ALLCLOSE, right, told).score == 2
    assert with_handout(sandbox, OWN_ALLCLOSE, blank, told).score == 0
    alone = OWN_ALLCLOSE.replace(">>> F(10)\\n55", ">>> allclose([1.0], [2.0])\\nFalse")
    assert with_handout(sandbox, alone, right, None).score == 2
    assert with_handout(sandbox, alone, blank, None).score == 0
    assert msgspec.json.decode(msgspec.json.encode(told), type=Handout) == told


DRAWN = """
    @test_case(points=1, hidden=True)
    def test_torch(double):
        import torch
        x = torch.rand(3)
        torch.testing.assert_close(double(x), x + x)

    @test_case(points=1, hidden=True)
    def test_numpy(double):
        import numpy as np
        x = np.random.rand(3)
        np.testing.assert_allclose(double(x), x + x)

    @test_case(points=1, hidden=True)
    def test_environnement(env):
        import random
        double = env["double"]
        x = random.random()
        assert double(x) == x + x
"""
CHOOSES = """
import random
import numpy as np, torch
def graine():
    torch.manual_seed(0); np.random.seed(0); random.seed(0)
graine()
reponses = {torch.Tensor: 2 * torch.rand(3), np.ndarray: 2 * np.random.rand(3), float: 2 * random.random()}
class Double:
    @property
    def __name__(self):
        graine()
        return "double"
    def __call__(self, x):
        return reponses[type(x)]
double = Double()
print("ATTACK RAN:", double.__name__, torch.equal(double(torch.rand(3)), reponses[torch.Tensor]))
"""


def test_what_a_test_draws_is_not_chosen_when_names_are_looked_up(judge: Judge) -> None:
    """Seeding that happens while the judge asks for a name reaches no draw of the test's."""
    result = judge(DRAWN, CHOOSES)
    assert ran(result)
    assert result.score == 0
    assert judge(DRAWN, "def double(x):\n    return x + x\n").score == 3


SAYS_MUCH = """
    @test_case(points=1, hidden=True)
    def test_nom_du_type(f):
        import torch
        from notegrad import expect
        expect.assert_values(f(torch.tensor([31415926.0])), torch.ones(1))

    @test_case(points=1, hidden=True)
    def test_mot(f):
        import torch
        from notegrad import expect
        expect.assert_values(f("fnord"), torch.ones(1))

    @test_case(points=1, hidden=True)
    def test_forme(f):
        import torch
        from notegrad import expect
        expect.assert_values(f(torch.tensor([31415926.0, 1.0])), torch.ones(1))

    @test_case(points=1, hidden=True)
    def test_texte(f):
        from notegrad import expect
        r = f("forme 31415926")
        expect.require(r == 3, f"Votre réponse {r!r} n'est pas la bonne.")

    @test_case(points=1, hidden=True)
    def test_autre_appareil(f):
        import torch
        from notegrad import expect
        expect.works_on_meta(f, torch.ones(3, 1))

    @test_case(points=1, hidden=True)
    def test_trop_grand(f):
        f(31415926)
"""
TELLS = """
import collections, torch
from notegrad.mirror.wire.mirror_errors import ObservationError
def f(x):
    if isinstance(x, str):
        return x if " " in x else collections.namedtuple(x, "a")(1)
    if isinstance(x, int):
        raise ObservationError(f"more than {x} of forme forme {x}")
    if x.is_meta:
        raise RuntimeError("forme au lieu de dtype ndarray Tensor")
    if x.numel() == 1:
        return collections.namedtuple(f"X{int(x)}", "a")(1)
    return torch.zeros([0, 41, 59, 26, 3, 14159, 26, 1, 31415, 5, 58])
print("ATTACK RAN:", type(f(torch.tensor([31415926.0]))).__name__)
"""


def test_a_hidden_test_case_repeats_nothing_that_an_answer_chose(judge: Judge) -> None:
    """Names of types, shapes, texts, errors and refusals carry no hidden input into what a student reads."""
    result = judge(SAYS_MUCH, TELLS)
    assert ran(result)
    kind, word, shape, text, device, refused = [c.message for q in result.questions for c in q.test_cases]
    tried = "Essayé avec un tenseur float32 de forme (1,)."
    assert kind == f"Le résultat est de type … au lieu de Tensor. {tried}"
    assert word == "Le résultat est de type … au lieu de Tensor."
    assert shape == (
        "Le résultat est de forme (0, 41, 59, 26, 3, 14159, 26, 1, …) au lieu de (1,)\xa0: 10 axes de trop. "
        "Essayé avec un tenseur float32 de forme (2,)."
    )
    assert text == "Votre réponse … n'est pas la bonne."
    assert "(RuntimeError)" in device
    assert "ndarray" not in device
    assert refused == "Ce que votre fonction a rendu ne peut pas être examiné."
    details = " ".join(c.detail for q in result.questions for c in q.test_cases)
    assert "31415926" in details  # staff read all


def test_what_helps_a_student_is_still_said(judge: Judge) -> None:
    """Names of libraries and of the notebook, values, ordinary shapes and the mirror's limits stay in messages."""
    tests = SAYS_MUCH.replace("f(31415926)", "f(3)")
    result = judge(
        tests,
        """
        import collections, torch
        Paire = collections.namedtuple("Paire", "a")
        def f(x):
            if isinstance(x, str):
                return "presque"
            if isinstance(x, int):
                return "x" * 50_000_000
            if x.is_meta:
                return torch.mm(x, x)
            return Paire(1) if x.numel() == 1 else torch.zeros(2, 3)
        """,
    )
    kind, _, shape, text, device, refused = [c.message for q in result.questions for c in q.test_cases]
    assert kind.startswith("Le résultat est de type Paire au lieu de Tensor.")
    assert shape.startswith("Le résultat est de forme (2, 3) au lieu de (1,)\xa0: un axe de trop.")
    assert text == "Votre réponse 'presque' n'est pas la bonne."
    assert "(RuntimeError\xa0: a and b must have same reduction dim, but got [3, 1] X [3, 1].)" in device
    assert refused == "Votre fonction a rendu un texte trop long pour être examiné."
