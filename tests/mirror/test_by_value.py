"""Dates, exact numbers, sparse, nested and quantised tensors, arrays of objects: they cross by value, both ways."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notegrad.mirror import ObservationError
from notegrad.mirror.sides.sandbox_side import Server
from notegrad.mirror.wire.forms import LibraryValue
from tests.support.mirror_server import serving

SOURCE = """
def same(value): return value
def shown(value): return repr(value)
"""
relaxed = settings(database=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=60)
plain = st.one_of(
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, dt.UTC])),
    st.times(),
    st.timedeltas(),
    st.fractions(),
    st.decimals(allow_nan=False),
)
nested = st.recursive(
    plain | st.integers() | st.none(), lambda inner: st.lists(inner, max_size=3) | st.tuples(inner)
)


@relaxed
@given(value=nested)
def test_plain_values_are_equal_and_of_the_same_type(mirror, value):
    """What comes back is equal, of the same type, and looked the same over there."""
    mirror.begin(1, 20)
    names = mirror.get(["same", "shown"])
    found = names["same"](value)
    assert found == value
    assert type(found) is type(value)
    assert names["shown"](value) == repr(value)


@relaxed
@given(
    rows=st.integers(0, 4),
    columns=st.integers(0, 4),
    seed=st.integers(0, 99),
    kind=st.sampled_from(["coo", "csr", "csc"]),
)
def test_sparse_tensors_keep_layout_and_numbers(mirror, rows, columns, seed, kind):
    """COO, CSR and CSC come back as they were."""
    mirror.begin(1, 20)
    dense = torch.randint(-1, 2, (rows, columns), generator=torch.Generator().manual_seed(seed)).float()
    value = dense.to_sparse(
        layout={"coo": torch.sparse_coo, "csr": torch.sparse_csr, "csc": torch.sparse_csc}[kind]
    )
    found = mirror.get(["same"])["same"](value)
    assert found.layout == value.layout
    assert found.shape == value.shape
    assert torch.equal(found.to_dense(), dense)


@relaxed
@given(items=st.lists(st.one_of(st.integers(), st.text(), st.lists(st.integers(), max_size=2)), max_size=4))
def test_arrays_of_objects_keep_their_items(mirror, items):
    """Numbers, texts and lists in an array of dtype object."""
    mirror.begin(1, 20)
    value = np.empty(len(items), dtype=object)
    for number, item in enumerate(items):
        value[number] = item
    found = mirror.get(["same"])["same"](value)
    assert found.dtype == object
    assert list(found) == items


def test_nested_and_quantised_tensors_cross(mirror):
    """Ragged rows, in both layouts, and integers with a scale."""
    mirror.begin(1, 100)
    same = mirror.get(["same"])["same"]
    rows = [torch.arange(2.0), torch.arange(3.0)]
    for layout in (torch.strided, torch.jagged):
        found = same(torch.nested.nested_tensor(rows, layout=layout))
        assert [row.tolist() for row in found.unbind()] == [row.tolist() for row in rows]
    value = torch.quantize_per_tensor(torch.tensor([0.5, -1.0]), 0.25, 3, torch.qint8)
    found = same(value)
    assert found.is_quantized
    assert torch.equal(found.dequantize(), value.dequantize())


MALFORMED = [
    LibraryValue("date", ("2024-13-01",)),
    LibraryValue("date", (5,)),
    LibraryValue("Decimal", ("1e999999",)),
    LibraryValue("Decimal", ("9" * 20_000,)),
    LibraryValue("Fraction", (1, 0)),
    LibraryValue("Fraction", (True, 2)),
    LibraryValue("timedelta", (10**12, 0, 0)),
    LibraryValue("object_array", ((3,), ())),
    LibraryValue("object_array", ((1 << 20, 1 << 20), ())),
    LibraryValue("sparse_coo", (1, 2, (3,), True)),
    LibraryValue("nested", ((1, 2), None)),
    LibraryValue("builtins.eval", ("1",)),
]


@pytest.mark.parametrize("value", MALFORMED, ids=[f"{v.kind} {number}" for number, v in enumerate(MALFORMED)])
def test_malformed_values_are_refused(value):
    """Nothing is made of what is no date, has too many digits or does not fit together."""
    honest = Server._reply

    def prepare():
        Server._reply = lambda self, _, *rest: honest(self, value, *rest)

    namespace: dict[str, object] = {}
    exec(SOURCE, namespace)
    with serving(namespace, prepare=prepare, quiet=True) as running:
        running.mirror.begin(1, 20)
        with pytest.raises(ObservationError):
            running.mirror.get(["same"])
    assert msgspec.msgpack.encode(value)


def test_other_zones_and_gradients_are_not_made_up(mirror):
    """A date with a zone of its own crosses as an object; a sparse tensor with a gradient is refused."""
    assert math.isclose(float(Fraction(1, 4)), float(Decimal("0.25")))
    mirror.begin(1, 20)
    same = mirror.get(["same"])["same"]
    with pytest.raises(ObservationError, match="gradient"):
        same(torch.eye(2).to_sparse().requires_grad_())
