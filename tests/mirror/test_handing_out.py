"""Iterators of a test's, handed out item by item."""

from __future__ import annotations

import itertools

import pytest
import torch

from notegrad.mirror import ObservationError
from tests.support.mirror_server import serving

SOURCE = """
import itertools, types
def first(items, n): return list(itertools.islice(items, n))
def total(items): return sum(items)
def kind(items): return isinstance(items, types.GeneratorType)
def same(parameters, expected): return [a is b for a, b in zip(parameters, expected)]
"""


def notebook():
    """The names of a notebook."""
    namespace: dict[str, object] = {}
    exec(SOURCE, namespace)
    return namespace


def test_parameters_arrive_as_themselves() -> None:
    """`model.parameters()` gives an answer the very tensors that an optimiser is to change."""
    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        found = served.mirror.get(["same", "kind", "total"])
        model = torch.nn.Linear(2, 2)
        assert found["same"](model.parameters(), [model.weight, model.bias]) == [True, True]
        assert found["kind"](model.parameters())
        assert found["total"](map(len, ["ab", "c"])) == 3
        assert not served.mirror.shipped


def test_what_is_left_is_noted() -> None:
    """A test could go on with its own iterator: that cannot be judged here."""
    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        first = served.mirror.get(["first"])["first"]
        assert first((n for n in range(5)), 2) == [0, 1]
        assert served.mirror.shipped


def test_an_iterator_without_end_is_refused() -> None:
    """Its items would have no end, and neither would the test."""
    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        first = served.mirror.get(["first"])["first"]
        with pytest.raises(ObservationError, match="items"):
            first(itertools.count(), 2)


def test_a_generator_that_notes_what_it_gives_stays_lazy() -> None:
    """Taking its items at once would be seen, so it is not taken."""
    seen: list[int] = []

    def numbers():
        for n in range(3):
            seen.append(n)
            yield n

    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        first = served.mirror.get(["first"])["first"]
        with pytest.raises(ObservationError):
            first(numbers(), 1)
    assert seen == []


def test_a_function_around_a_name_that_nothing_was_given_yet_is_handed_out() -> None:
    """`map` with a function of the test's whose name is bound later only: nothing stops on the empty cell."""
    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        total = served.mirror.get(["total"])["total"]
        assert total(map(lambda n: n if n < 9 else bound_later, [1, 2])) == 3  # noqa: C417 (what is tried)
        bound_later = 0
