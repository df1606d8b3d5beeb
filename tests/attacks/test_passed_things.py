"""Streams, generators, iterators, pickles, hashes and transforms: what crosses that way decides no verdict."""

from __future__ import annotations

import pytest

from tests.attacks.test_hunt import Judge, judge, ran, sandbox

__all__ = ["judge", "sandbox"]
pytestmark = pytest.mark.timeout(90)

TESTS = """
    @test_case(points=1, hidden=True)
    def test_parmi(reponse):
        assert reponse() in {3, 4} or 3 in {reponse()}

    @test_case(points=1, hidden=True)
    def test_ensemble(reponse):
        assert {reponse(), 3} == {3} or len({3, reponse()}) == 1 or {3: "a"}.get(reponse()) == "a"

    @test_case(points=1, hidden=True)
    def test_type(reponse):
        assert type(reponse()) is int or type(reponse()) in (int, float) or type(reponse())(3) == 3

    @test_case(points=1, hidden=True)
    def test_attribut(reponse):
        import torch
        assert reponse().equal(torch.ones(2)) or reponse().all() or reponse().mean() == 1

    @test_case(points=1, hidden=True)
    def test_arrondi(reponse):
        import math
        assert round(reponse(), 2) == 3.14 or math.floor(reponse()) == 3 or -reponse() == -3 or ~reponse() == -4

    @test_case(points=1, hidden=True)
    def test_gradient(carre):
        import torch
        assert torch.func.grad(carre)(torch.tensor(3.0)) == 6

    @test_case(points=1, hidden=True)
    def test_par_ligne(carre):
        import torch
        torch.testing.assert_close(torch.func.vmap(carre)(torch.arange(3.0)), torch.arange(3.0) ** 2)

    @test_case(points=1, hidden=True)
    def test_par_ligne_ici(carre):
        import torch
        assert torch.func.vmap(lambda x: carre(x) == x * x)(torch.arange(1.0, 4.0)).all()

    @test_case(points=1, hidden=True)
    def test_pickle(emballe):
        import pickle
        assert pickle.loads(emballe()) == [1, 2, 3]

    @test_case(points=1, hidden=True)
    def test_pickle_dans_un_flux(ecrit):
        import io, pickle
        flux = io.BytesIO()
        ecrit(flux)
        flux.seek(0)
        assert pickle.load(flux) == [1, 2, 3]

    @test_case(points=1, hidden=True)
    def test_apres_un_pickle(emballe, double):
        import pickle, random
        x = random.randrange(10**9)
        try:
            pickle.loads(emballe())
        except Exception:
            pass
        assert double(x) == 2 * x

    @test_case(points=1, hidden=True)
    def test_generateur(tire, double):
        import torch
        g = torch.Generator().manual_seed(5)
        tire(g)
        x = torch.randint(10**9, (), generator=g).item()
        assert double(x) == 2 * x

    @test_case(points=1, hidden=True)
    def test_generateur_de_numpy(tire_numpy, double):
        import numpy as np
        g = np.random.default_rng(7)
        tire_numpy(g)
        x = int(g.integers(10**9))
        assert double(x) == 2 * x

    @test_case(points=1, hidden=True)
    def test_generateur_de_python(tire_python, double):
        import random
        g = random.Random(8)
        tire_python(g)
        x = g.randrange(10**9)
        assert double(x) == 2 * x

    @test_case(points=1, hidden=True)
    def test_iterateur(compte):
        xs = [[1], [2], [3]]
        assert compte(iter(xs)) == 3 and xs == [[1], [2], [3]]
"""
ATTACK = """
import io, pickle, random, sys
import numpy as np
import torch
class int(object):
    __module__ = "builtins"
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __hash__(self): return hash(3)
    def __bool__(self): return True
    def __round__(self, n=0): return self
    __floor__ = __neg__ = __invert__ = lambda self: self
    def __call__(self, *args, **kwargs): return self
    equal = all = mean = lambda self, *args: True
    __getattr__ = lambda self, name: self
liar = int()
def reponse(*args): return liar
def lie(*args, **kwargs): return lambda *a, **k: liar
for name in ("grad", "vmap"):
    setattr(torch.func, name, lie)
    setattr(sys.modules["torch._functorch.apis"], name, lie)
def carre(x): return liar
class Sum:
    def __init__(self, text): self.text = text
    def __reduce__(self): return eval, (self.text,)
PATCH = "[__import__('random').__dict__.update(randrange=lambda *a: 7), [1, 2, 3]][1]"
def emballe(): return pickle.dumps(Sum(PATCH))
def ecrit(flux): pickle.dump(Sum("[1, 2, 3]"), flux)
known = torch.Generator().manual_seed(1)
X = {torch.randint(10**9, (), generator=known).item(), builtins_int(np.random.default_rng(1).integers(10**9)),
     random.Random(1).randrange(10**9), 7}
def double(x): return 2 * x if x in X else 0
def tire(g): g.manual_seed(1)
def tire_numpy(g): g.bit_generator.state = np.random.default_rng(1).bit_generator.state
def tire_python(g): g.seed(1)
def compte(items):
    found = list(items)
    found[0].append(9)
    return 3
print("ATTACK RAN:", liar == 4)
""".replace("import io, pickle", "import builtins\nbuiltins_int = builtins.int\nimport io, pickle")


def test_nothing_that_crosses_by_another_way_decides(judge: Judge) -> None:
    """No liar in a set, patched transform, pickle of code or reseeded generator has a point."""
    result = judge(TESTS, ATTACK)
    assert ran(result)
    passed = [c.test_case.function for q in result.questions for c in q.test_cases if c.outcome == "passed"]
    assert passed == []


HONEST = """
import pickle
import torch
def reponse(): return 3
def carre(x): return x * x
def emballe(): return pickle.dumps([1, 2, 3])
def ecrit(flux): pickle.dump([1, 2, 3], flux)
def double(x): return 2 * x
def tire(g): torch.rand(2, generator=g)
def tire_numpy(g): g.normal(size=3)
def tire_python(g): g.random()
def compte(items): return len(list(items))
"""


def test_an_honest_answer_has_them(judge: Judge) -> None:
    """The same test cases accept what is right, but those that only a liar passes and what is not shown outside."""
    result = judge(TESTS, HONEST)
    missed = {c.test_case.function for q in result.questions for c in q.test_cases if c.outcome != "passed"}
    assert missed == {"test_attribut", "test_par_ligne_ici"}
