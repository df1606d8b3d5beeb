"""Attributes and operators of a student's objects, through the mirror and in one process: the same."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SOURCE = """
import dataclasses
class Vector:
    kind = "vector"
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, o): return Vector(self.x + o.x, self.y + o.y)
    def __sub__(self, o): return Vector(self.x - o.x, self.y - o.y)
    def __mul__(self, k): return Vector(self.x * k, self.y * k)
    __rmul__ = __mul__
    def __neg__(self): return Vector(-self.x, -self.y)
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __lt__(self, o): return self.x < o.x
    def __iadd__(self, o):
        self.x += o.x
        return self
    @property
    def length(self): return (self.x ** 2 + self.y ** 2) ** 0.5
    @length.setter
    def length(self, value): self.x, self.y = value, 0
    def size(self): return 2
    def mean(self): return (self.x + self.y) / 2
    def add(self, k): self.x += k
@dataclasses.dataclass(frozen=True)
class Fixed:
    x: int
    y: int
def make(x, y): return Vector(x, y)
def seen(v): return v.x, v.y, sorted(vars(v))
"""
relaxed = settings(database=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=60)
small = st.integers(-3, 3)
STEPS = {
    "set": lambda v, w, k: setattr(v, "x", k),
    "new": lambda v, w, k: setattr(v, "extra", k),
    "delete": lambda v, w, k: delattr(v, "extra"),
    "setter": lambda v, w, k: setattr(v, "length", k),
    "node": lambda v, w, k: setattr(v, "next", w),
    "add": lambda v, w, k: (v + w).x,
    "subtract": lambda v, w, k: (v - w).y,
    "times": lambda v, w, k: (v * k).y,
    "times from the left": lambda v, w, k: (k * v).x,
    "minus": lambda v, w, k: (-v).x,
    "equal": lambda v, w, k: v == w,
    "less": lambda v, w, k: v < w,
    "in place": lambda v, w, k: v.__iadd__(w) is v,
    "members": lambda v, w, k: (v.size(), v.mean(), v.add(k), v.x),
    "next": lambda v, w, k: v.next is w,
    "number": lambda v, w, k: v + k,
    "dict": lambda v, w, k: sorted(vars(v)),
}


def played(names, program):
    """What a program over two vectors gives, step by step."""
    v, w = names["Vector"](1, 2), names["Vector"](3, 4)
    found = []
    for step, k in program:
        try:
            found.append(STEPS[step](v, w, k))
        except Exception as error:
            found.append(type(error).__name__)
        found.append((names["seen"](v), names["seen"](w), v.x, w.y))
    return found


@relaxed
@given(program=st.lists(st.tuples(st.sampled_from(sorted(STEPS)), small), max_size=8))
def test_objects_change_and_compute_as_in_one_process(here, mirror, program):
    """Attributes that a test sets or deletes, setters, operators: what both sides then see is the same."""
    mirror.begin(1, 20)
    names = mirror.get(["Vector", "seen"])
    assert played(names, program) == played(here, program)


def test_a_frozen_dataclass_refuses(mirror):
    """The error is the one that the test names: of the judge's own `dataclasses`."""
    import dataclasses

    mirror.begin(1, 20)
    point = mirror.get(["Fixed"])["Fixed"](1, 2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        point.x = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        del point.x
    assert point.x == 1


def test_an_object_that_nobody_asked_for_meets_nothing_of_the_test(mirror):
    """Operators, comparisons and `in` of what a function gave back are not shown what the test expects."""
    mirror.begin(1, 20)
    vector = mirror.get(["make"])["make"](1, 2)
    for shown in (lambda: vector * 3, lambda: 3 * vector, lambda: vector < 3, lambda: vector + 1):
        with pytest.raises(TypeError):
            shown()
    assert vector != (1, 2)
    assert mirror.refused
