"""Stubs say what objects are as the objects themselves say it in one process."""

from __future__ import annotations

import collections.abc
import copy
import dataclasses
import inspect
import types

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.mirror_server import serving

SOURCE = """
import dataclasses, enum, torch
from torch import nn
class Net(nn.Module):
    "A net."
    def __init__(self, width=3):
        super().__init__()
        self.fc = nn.Linear(width, 2)
    def forward(self, x): return self.fc(x)
class Deeper(Net): pass
class Points(torch.utils.data.Dataset):
    def __len__(self): return 2
    def __getitem__(self, i): return i
class Plain: pass
class Child(Plain): pass
@dataclasses.dataclass
class Pair:
    first: int
    second: int = 2
class ShapeError(ValueError):
    def __init__(self, wanted, found):
        super().__init__(f"wanted {wanted}, found {found}")
        self.wanted = wanted
class RankError(ShapeError): pass
class Lost(KeyError): pass
def numbers():
    yield 1
def function(a, b=2, *, c="x"): return a
net, deeper, plain, child, pair = Net(), Deeper(), Plain(), Child(), Pair(1)
points, sequential = Points(), nn.Sequential(nn.Linear(2, 3), nn.ReLU())
adam = torch.optim.Adam(net.parameters())
step = torch.optim.lr_scheduler.StepLR(adam, 2)
loader = torch.utils.data.DataLoader(points, batch_size=2)
generator = numbers()
def fail(kind, *args): raise kind(*args)
"""
LIBRARY = (
    torch.nn.Module,
    torch.nn.Linear,
    torch.nn.Sequential,
    torch.optim.Optimizer,
    torch.optim.Adam,
    torch.utils.data.Dataset,
    torch.utils.data.DataLoader,
    torch.optim.lr_scheduler.LRScheduler,
    types.GeneratorType,
    types.FunctionType,
    collections.abc.Iterable,
    collections.abc.Sized,
    ValueError,
    LookupError,
    object,
    type,
    int,
    torch.Tensor,
)
OBJECTS = [
    "net",
    "deeper",
    "plain",
    "child",
    "pair",
    "points",
    "sequential",
    "adam",
    "step",
    "loader",
    "generator",
]
CLASSES = ["Net", "Deeper", "Points", "Plain", "Child", "Pair"]
ERRORS = ["ShapeError", "RankError", "Lost"]
relaxed = settings(database=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=80)


def asked(names, instance, kind, library):
    """What Python says of an object and of a class, of the notebook or of a library."""
    other = names[kind]
    return (
        isinstance(instance, library),
        isinstance(instance, other),
        isinstance(instance, (other, library)),
        type(instance).__name__,
        type(instance) == other,  # noqa: E721 - a stub of a class is no type
        type(instance) == library,  # noqa: E721 - as a test may ask
        issubclass(other, library)
        if library not in (collections.abc.Iterable, collections.abc.Sized)
        else None,
        other.__name__,
        dataclasses.is_dataclass(instance),
        callable(instance),
        inspect.isclass(other),
        inspect.isgenerator(instance),
    )


@relaxed
@given(name=st.sampled_from(OBJECTS), kind=st.sampled_from(CLASSES), library=st.sampled_from(LIBRARY))
def test_an_object_is_what_it_is_over_there(here, mirror, name, kind, library):
    """`isinstance`, `issubclass`, names of types and of classes are answered as in one process."""
    mirror.begin(1, 20)
    stubs = mirror.get([name, kind])
    assert asked(stubs, stubs[name], kind, library) == asked(here, here[name], kind, library)


def caught(names, raised, expected):
    """How an exception of one class meets `except` of another, and what it holds."""
    args = ("a", 3) if raised != "Lost" else ("key",)
    try:
        names["fail"](names[raised], *args)
    except names[expected] as error:
        return expected, str(error), error.args, getattr(error, "wanted", None)
    except LookupError as error:
        return "LookupError", str(error), error.args
    except ValueError as error:
        return "ValueError", str(error), isinstance(error, names["ShapeError"])


@relaxed
@given(raised=st.sampled_from(ERRORS), expected=st.sampled_from(ERRORS))
def test_exceptions_of_the_notebook_are_caught_by_their_class(here, mirror, raised, expected):
    """`except ShapeError` takes its own and what derives from it, with message, arguments and attributes."""
    mirror.begin(1, 20)
    assert caught(mirror.get(["fail", *ERRORS]), raised, expected) == caught(here, raised, expected)


def test_parts_of_a_model_say_what_they_are(mirror):
    """Layers compare with torch's classes in order, and a copy is one of its own."""
    mirror.begin(1, 20)
    net = mirror.get(["sequential"])["sequential"]
    assert [type(layer) for layer in net.children()] == [torch.nn.Linear, torch.nn.ReLU]
    assert {type(layer) for layer in net} == {torch.nn.Linear, torch.nn.ReLU}
    twin = copy.deepcopy(net)
    assert torch.equal(twin[0].weight, net[0].weight)
    assert twin[0].weight is not net[0].weight
    assert isinstance(twin, torch.nn.Sequential)


def test_signatures_fields_and_documentation_are_known(mirror):
    """Parameters with their plain defaults, of functions and classes; the fields of a dataclass."""
    mirror.begin(1, 20)
    names = mirror.get(["function", "Net", "Pair", "pair"])
    assert str(inspect.signature(names["function"])) == "(a, b=2, *, c='x')"
    assert list(inspect.signature(names["Net"]).parameters) == ["width"]
    assert names["Net"].__doc__ == "A net."
    assert [field.name for field in dataclasses.fields(names["Pair"])] == ["first", "second"]
    assert dataclasses.asdict(names["pair"]) == {"first": 1, "second": 2}


def test_no_object_claims_to_be_a_value(here):
    """An object whose class says that it is a tensor or a number is none for the judge, nor its subclass."""
    lying = {}
    exec(
        "import numbers, torch\n"
        "class Liar:\n    __class__ = property(lambda self: torch.Tensor)\n"
        "class Number(numbers.Number): pass\n"
        "liar, number = Liar(), Number()",
        lying,
    )
    with serving(lying) as running:
        running.mirror.begin(1, 20)
        names = running.mirror.get(["liar", "number"])
        assert not isinstance(names["liar"], torch.Tensor)
        assert not isinstance(names["number"], (int, float, complex, __import__("numbers").Number))
