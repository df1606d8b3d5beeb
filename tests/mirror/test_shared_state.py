"""Objects of a test's own that a student's function changes: as in one process, on both sides."""

from __future__ import annotations

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notegrad.mirror import ObservationError
from notegrad.mirror.sides.shared_state import changes_beside, is_shareable, keeps_state
from tests.support.mirror_server import serving

SOURCE = """
import torch
def set_(thing, name, value): setattr(thing, name, value)
def append(thing, value): thing.log.append(value)
def step(thing, n): return thing.step(n)
def swap(thing, other): thing.other, other.other = other, thing
def read(thing): return sorted(k for k in vars(thing) if k != "other"), thing.total, list(thing.log)
def give_back(thing): return thing
def drop(thing):
    thing.__dict__.pop("extra", None)
def train(model, optimiser, x):
    optimiser.zero_grad()
    model(x).pow(2).mean().backward()
    optimiser.step()
    return model
def freeze(model):
    model.eval()
    for p in model[0].parameters(): p.requires_grad_(False)
def new_head(model): model[1] = torch.nn.Linear(3, 5)
def override(thing): thing.step = lambda n: 1000
def call(f, n): return f(n)
"""
relaxed = settings(database=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=60)
small = st.integers(-3, 3)
STEPS = ["set", "extra", "append", "step", "own step", "own append", "swap", "drop", "give back"]


def thing_class():
    """A class such as a test makes: in a namespace without a name."""
    namespace: dict[str, object] = {}
    exec(
        "class Thing:\n"
        "    def __init__(self): self.total, self.log, self.other = 0, [], None\n"
        "    def step(self, n):\n"
        "        self.total += n\n"
        "        self.log.append(('step', n))\n"
        "        return self.total\n",
        namespace,
    )
    return namespace["Thing"]


def played(names, program):  # noqa: C901 - one branch a step
    """What a program over two objects of a test's gives, with all that both sides see of them."""
    Thing = thing_class()
    a, b = Thing(), Thing()
    found = []
    for step, k in program:
        match step:
            case "set":
                names["set_"](a, "total", k)
            case "extra":
                names["set_"](b, "extra", (k, [k]))
            case "append":
                names["append"](b, k)
            case "step":
                found.append(names["step"](a, k))
            case "own step":
                found.append(a.step(k))
            case "own append":
                b.log.append(k)
            case "swap":
                names["swap"](a, b)
                found.append((a.other is b, b.other is a))
            case "drop":
                names["drop"](b)
            case "give back":
                found.append(names["give_back"](a) is a)
        found += [names["read"](a), names["read"](b), a.total, list(b.log), sorted(vars(b))]
    return found


@relaxed
@given(program=st.lists(st.tuples(st.sampled_from(STEPS), small), max_size=8))
def test_objects_of_a_test_are_the_same_on_both_sides(here, mirror, program):
    """Attributes, lists in them, methods that run on either side, objects that hold each other."""
    mirror.begin(1, 20)
    stubs = mirror.get([name for name in here if not name.startswith("__") and name != "torch"])
    assert played(stubs, program) == played(here, program)
    assert not mirror.shipped


def test_a_model_and_its_optimiser_are_trained_over_there(mirror):
    """Weights, modes, the optimiser's state and steps are here what they would be in one process."""
    mirror.begin(1, 100)
    names = mirror.get(["train", "freeze", "new_head"])
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 1))
    optimiser = torch.optim.Adam(model.parameters(), lr=0.1)
    before = model[0].weight.clone()
    assert names["train"](model, optimiser, torch.ones(4, 2)) is model
    assert not torch.equal(before, model[0].weight)
    assert optimiser.state[model[0].weight]["step"] == 1
    model(torch.ones(4, 2)).pow(2).mean().backward()
    optimiser.step()
    names["train"](model, optimiser, torch.ones(4, 2))
    assert optimiser.state[model[1].bias]["step"] == 3
    names["freeze"](model)
    assert not model.training
    assert [p.requires_grad for p in model.parameters()] == [False, False, True, True]
    names["new_head"](model)
    assert model(torch.ones(4, 2)).shape == (4, 5)
    assert isinstance(model[1], torch.nn.Linear)
    assert not mirror.shipped


def test_no_method_of_a_tests_object_is_replaced(mirror):
    """A function of the student's in the place of a test's method would be asked by the test itself."""
    mirror.begin(1, 20)
    thing = thing_class()()
    with pytest.raises(ObservationError, match="was replaced"):
        mirror.get(["override"])["override"](thing)
    assert thing.step(1) == 1


def test_what_cannot_be_shared_is_noted():
    """A spy, state in the class, in a name around a function: such a case has no verdict from outside."""
    namespace: dict[str, object] = {}
    exec(
        "class Log(list): pass\n"
        "class Counted:\n    seen = []\n    def step(self, n): self.seen.append(n)\n"
        "class ByClass:\n    n = 0\n    def step(self): ByClass.n += 1\n"
        "class Good:\n    limit = 3\n    def step(self): self.n = self.limit\n"
        "def outer():\n    n = 0\n    def f():\n        nonlocal n\n        n += 1\n    return f\n"
        "def pure(x): return x + 1\n"
        "spy = __import__('unittest.mock').mock.Mock()\n",
        namespace,
    )
    assert not is_shareable(namespace["Log"]())
    assert not is_shareable(namespace["spy"])
    assert changes_beside(namespace["Counted"])
    assert changes_beside(namespace["ByClass"])
    assert is_shareable(namespace["Good"]())
    assert not changes_beside(namespace["Good"])
    assert keeps_state(namespace["outer"]())
    assert not keeps_state(namespace["pure"])


def test_what_a_test_writes_is_not_lost_with_its_own_reference():
    """Gradients are scaled through a list that is then gone: the model over there has the scaled ones."""
    namespace: dict[str, object] = {}
    exec("import torch\nnet = torch.nn.Linear(3, 1)", namespace)
    with serving(namespace) as running:
        running.mirror.begin(1, 60)
        net = running.mirror.get(["net"])["net"]
        net(torch.ones(1, 3)).sum().backward()
        norm = torch.nn.utils.clip_grad_norm_(list(net.parameters()), 0.1)
        assert norm > 1
        assert sum(float(p.grad.norm() ** 2) for p in net.parameters()) < 0.011
