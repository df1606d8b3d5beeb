"""Tables of pandas: the same object on both sides, whose content is mirrored both ways; nothing of them is unpickled."""

from __future__ import annotations

import pandas as pd
import pytest

from notegrad.mirror import ObservationError
from notegrad.mirror.sides.sandbox_side import Server
from notegrad.mirror.wire.forms import LibraryValue, RangeValue, TupleValue
from tests.support.mirror_server import serving

SOURCE = """
import pandas as pd
def same(value): return value
def shown(value): return value.to_string() if hasattr(value, "to_string") else repr(value)
def add_column(table): table["sum"] = table["a"] + 1
def sort(table): table.sort_values("a", inplace=True, ignore_index=True)
def changed(table, column): return table[column].tolist()
class Liar:
    __hash__ = object.__hash__
    def __eq__(self, other): return True
    def __add__(self, other): return 5
    def __radd__(self, other): return 5
    def __truediv__(self, other): return 5
    def __array__(self, *args, **kwargs): import numpy as np; return np.array(5)
class LyingTable(pd.DataFrame):
    def equals(self, other): return True
    def __eq__(self, other): return True
    shape = (5, 5)
    def mean(self, *args, **kwargs): return 5
def lying_cells(): return pd.DataFrame({"a": pd.Series([Liar()], dtype=object)})
def lying_table(): return LyingTable({"a": [1]})
"""
COLUMNS = {
    "numbers": pd.Series([1, 2, 3]),
    "missing": pd.Series([1.5, None, 2]),
    "texts": pd.Series(["x", None, "z"]),
    "objects": pd.Series([1, "a", (2, None)], dtype=object),
    "text_na": pd.Series(pd.array(["x", None, "z"], dtype="string")),
    "whole": pd.Series(pd.array([1, None, 3], dtype="Int64")),
    "truth": pd.Series(pd.array([True, None, False], dtype="boolean")),
    "days": pd.Series(pd.to_datetime(["2024-01-01", None, "2024-03-01"])),
    "moments": pd.Series(pd.to_datetime(["2024-01-01"] * 3).tz_localize("Europe/Paris")),
    "spans": pd.Series(pd.to_timedelta([1, 2, 3], unit="h")),
    "kinds": pd.Series(pd.Categorical(["u", None, "v"], categories=["v", "u", "w"], ordered=True)),
}
TABLE = pd.DataFrame(COLUMNS)
TABLES = {
    "every dtype": TABLE,
    "no column": pd.DataFrame(index=[1, 2]),
    "equal labels": TABLE[["numbers", "numbers"]],
    "labels of two levels": TABLE.groupby(["numbers", "whole"])[["missing"]].sum(),
    "labels of categories": TABLE.set_index("kinds"),
    "days in a row": pd.DataFrame({"v": [1, 2]}, index=pd.date_range("2024", periods=2, name="day")),
    "statistics": TABLE[["numbers", "missing"]].describe(),
}
VALUES = [
    pd.Timestamp("2024-01-02 03:04:05.123456789"),
    pd.Timestamp("2024", tz="Europe/Paris"),
    pd.Timedelta("1 day"),
    pd.NaT,
    pd.NA,
]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_comes_back_as_it_was(mirror, table):
    """Values, dtypes, labels and their names, over there and on the way back, and the same object."""
    mirror.begin(1, 100)
    names = mirror.get(["same", "shown"])
    kept = table.copy()
    assert names["shown"](table) == table.to_string()
    found = names["same"](table)
    assert found is table
    pd.testing.assert_frame_equal(names["same"]([table])[0], kept)


def test_series_indexes_and_scalars_come_back_as_they_were(mirror):
    """What a table is made of, and the scalars of pandas, with their types."""
    mirror.begin(1, 100)
    names = mirror.get(["same", "shown", "pd"])
    assert names["pd"] is pd
    for name, column in COLUMNS.items():
        series = column.rename(name)
        assert names["shown"](series) == series.to_string()
    for value in VALUES:
        found = names["same"](value)
        assert type(found) is type(value)
        assert repr(found) == repr(value) == names["shown"](value)
    for index in (TABLE.index, TABLE.columns, TABLES["labels of two levels"].index):
        assert names["same"](index).identical(index)


def test_changes_in_place_are_seen_on_both_sides(mirror):
    """A column that student code adds, rows that it sorts, a cell that the test sets afterwards."""
    mirror.begin(1, 100)
    names = mirror.get(["add_column", "sort", "changed"])
    table = pd.DataFrame({"a": [3, 1, 2]})
    names["add_column"](table)
    assert table["sum"].tolist() == [4, 2, 3]
    names["sort"](table)
    assert table["a"].tolist() == [1, 2, 3]
    table.loc[0, "a"] = 9
    assert names["changed"](table, "a") == [9, 2, 3]
    series = table["a"]
    series.name = "b"
    assert series.to_frame().columns.tolist() == ["b"]


def test_no_cell_and_no_table_of_the_students_answers_for_itself(mirror):
    """Cells of a class that says yes are equal to nothing and no number; a lying table is what it holds."""
    mirror.begin(1, 100)
    names = mirror.get(["lying_cells", "lying_table"])
    cells, table = names["lying_cells"](), names["lying_table"]()
    expected = pd.DataFrame({"a": pd.Series([5], dtype=object)})
    assert not cells.equals(expected)
    assert not (cells["a"] == 5).any()
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(cells, expected)
    with pytest.raises(TypeError):
        cells["a"].mean()
    assert type(table) is pd.DataFrame
    assert table.shape == (1, 1)
    assert not table.equals(expected)


def _index(*parts):
    return LibraryValue("pandas Index", parts)


MALFORMED = [
    _index("range", TupleValue((0, 10**12, 1)), TupleValue((None,))),
    _index("range", RangeValue(0, 1, 1), TupleValue((None,))),
    _index("one", TupleValue(("objects", 5)), TupleValue((None,)), None),
    _index("one", TupleValue(("eval", "1")), TupleValue((None,)), None),
    _index("one", TupleValue(("masked", "object", 1, 2)), TupleValue((None,)), None),
    _index("many", TupleValue(()), TupleValue(())),
    LibraryValue("pandas Timestamp", ("1", "ns", "")),
    LibraryValue("pandas Timestamp", (0, "generic", "")),
    LibraryValue("pandas Timestamp", (0, "ns", "../../etc/passwd")),
    LibraryValue("pandas read_pickle", ("x",)),
]


@pytest.mark.parametrize("value", MALFORMED, ids=[str(number) for number in range(len(MALFORMED))])
def test_malformed_tables_are_refused(value):
    """Nothing is made of labels without end, of unknown dtypes, of a zone that is a path."""
    honest = Server._reply

    def prepare():
        Server._reply = lambda self, _, *rest: honest(self, value, *rest)

    with serving({"same": len}, prepare=prepare, quiet=True) as running:
        running.mirror.begin(1, 100)
        with pytest.raises(ObservationError):
            running.mirror.get(["same"])
