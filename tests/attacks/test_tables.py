"""Tables that lie: no cell, label, subclass or method of a student's decides what a test finds in a table."""

from __future__ import annotations

import pytest

from tests.attacks.test_hunt import Judge, judge, ran, sandbox

__all__ = ["judge", "sandbox"]
pytestmark = pytest.mark.timeout(60)

ASKED_OF_THE_TABLE = """
    @test_case(points=1, hidden=True)
    def test_egal(reponse):
        import pandas as pd
        assert reponse(1).equals(pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]}))

    @test_case(points=1, hidden=True)
    def test_assert_frame_equal(reponse):
        import pandas as pd
        pd.testing.assert_frame_equal(reponse(1), pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]}))

    @test_case(points=1, hidden=True)
    def test_cellules(reponse):
        table = reponse(1)
        assert (table == {"a": 1, "b": 3.0}).to_numpy().tolist() == [[True, True], [False, False]]
        assert table.iloc[0, 0] == 1 and table.loc[1, "b"] == 4.0

    @test_case(points=1, hidden=True)
    def test_forme_et_noms(reponse):
        table = reponse(1)
        assert table.shape == (2, 2) and list(table.columns) == ["a", "b"]
        assert (table["a"] + table["b"]).tolist() == [4.0, 6.0]

    @test_case(points=1, hidden=True)
    def test_objets(reponse):
        import pandas as pd
        attendu = pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]}).astype(object)
        assert reponse(1).astype(object).equals(attendu)

    @test_case(points=1, hidden=True)
    def test_numpy(reponse):
        import numpy as np
        assert (reponse(1).to_numpy() == np.array([[1, 3.0], [2, 4.0]])).all()

    @test_case(points=1, hidden=True)
    def test_parmi(reponse):
        assert reponse(1)["a"].isin([1, 2]).all() and reponse(1)["b"].between(3, 4).all()

    @test_case(points=1, hidden=True)
    def test_sans_type(reponse):
        import pandas as pd
        attendu = pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]})
        pd.testing.assert_frame_equal(reponse(1), attendu, check_dtype=False, check_names=False)

    @test_case(points=1, hidden=True)
    def test_serie(reponse):
        import pandas as pd
        pd.testing.assert_series_equal(reponse(2), pd.Series([5, 6], name="s"))

    @test_case(points=1, hidden=True)
    def test_somme(reponse):
        assert reponse(2).sum() == 11 and reponse(2).name == "s"

    @test_case(points=1, hidden=True)
    def test_index(reponse):
        import pandas as pd
        assert reponse(3).equals(pd.Index(["x", "y"])) and "y" in reponse(3)
"""
SAME = """
import pandas as pd
class Pareil:
    def __eq__(self, other):
        return True
    def __ne__(self, other):
        return False
    def __hash__(self):
        return hash("a")
    def __add__(self, other):
        return self
    __radd__ = __add__
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __bool__(self):
        return True
p = Pareil()
"""
RAN = "\nprint('ATTACK RAN:', type(reponse(1)), bool(p == 4))\n"
CELLS = f"""{SAME}
def reponse(n):
    return {{1: pd.DataFrame([[p, p], [p, p]], columns=["a", "b"]), 2: pd.Series([p, p], name="s"), 3: pd.Index([p, p])}}[n]
{RAN}"""
LABELS = f"""{SAME}
def reponse(n):
    return {{1: pd.DataFrame([[0, 0.0], [0, 0.0]], columns=[p, p]), 2: pd.Series([0, 0], name=p), 3: pd.Index([p, p], name=p)}}[n]
{RAN}"""
SUBCLASSES = f"""{SAME}
class Table(pd.DataFrame):
    shape = (2, 2)
    columns = ["a", "b"]
    def equals(self, other): return True
    def __eq__(self, other): return pd.DataFrame([[True]])
    def __getitem__(self, name): return pd.Series([2.0, 3.0])
    def __class_getitem__(cls, name): return cls
    iloc = loc = property(lambda self: self)
class Serie(pd.Series):
    name = "s"
    def sum(self, *args, **kwargs): return 11
    def equals(self, other): return True
def reponse(n):
    return {{1: Table({{"a": [0, 0]}}), 2: Serie([0, 0]), 3: pd.Index(["z", "y"])}}[n]
{RAN}"""
PATCHED = f"""{SAME}
pd.DataFrame.equals = pd.Index.equals = lambda self, other: True
pd.DataFrame.__eq__ = lambda self, other: pd.DataFrame([[True]])
pd.testing.assert_frame_equal = pd.testing.assert_series_equal = lambda *args, **kwargs: None
pd.Series.sum = lambda self, *args, **kwargs: 11
pd.core.frame.DataFrame.shape = property(lambda self: (2, 2))
def reponse(n):
    return {{1: pd.DataFrame({{"a": [0, 0]}}), 2: pd.Series([0, 0]), 3: pd.Index(["z", "y"])}}[n]
{RAN}"""
LIAR = f"""{SAME}
class Menteur(Pareil):
    shape, columns, name = (2, 2), ["a", "b"], "s"
    def equals(self, other): return True
    def all(self): return True
    def sum(self): return 11
    def tolist(self): return [4.0, 6.0]
    def __getitem__(self, name): return self
    def __contains__(self, name): return True
    iloc = loc = property(lambda self: self)
def reponse(n):
    return Menteur()
{RAN}"""
REDUCED = f"""{SAME}
class Table(pd.DataFrame):
    def __reduce_ex__(self, _): return (pd.DataFrame, ([[1, 3.0], [2, 4.0]],))
    __reduce__ = __reduce_ex__
    @property
    def index(self): return pd.RangeIndex(2)
    @property
    def dtypes(self): return pd.Series([int, float])
def reponse(n):
    return {{1: Table({{"a": [0, 0], "b": [0.0, 0.0]}}), 2: pd.Series([0, 0]), 3: pd.Index(["z", "y"])}}[n]
{RAN}"""
HONEST = """
import pandas as pd
def reponse(n):
    return {1: pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]}), 2: pd.Series([5, 6], name="s"), 3: pd.Index(["x", "y"])}[n]
"""
ATTACKS = {
    "cells": CELLS,
    "labels": LABELS,
    "subclasses": SUBCLASSES,
    "patched": PATCHED,
    "liar": LIAR,
    "reduced": REDUCED,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_table_of_a_student_answers_for_its_cells(attack: str, judge: Judge) -> None:
    """A table that lies about its cells, labels, form or equality earns nothing; the honest ones earn all."""
    result = judge(ASKED_OF_THE_TABLE, ATTACKS[attack])
    assert ran(result)
    earned = [c.test_case.name for q in result.questions for c in q.test_cases if c.score]
    assert earned == []


def test_honest_tables_have_all_points(judge: Judge) -> None:
    """The tests that lies are held against accept what they ask for."""
    result = judge(ASKED_OF_THE_TABLE, HONEST)
    assert result.score == result.max_score, [c.message for q in result.questions for c in q.test_cases]
