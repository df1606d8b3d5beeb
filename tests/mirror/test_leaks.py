"""Long tests do not leak: what the test no longer holds is held nowhere."""

from __future__ import annotations

import gc
import os
import weakref

import numpy as np
import pytest
import torch

from tests.support.mirror_server import serving

SOURCE = """
import torch
def cree(): return torch.zeros(250_000)
def double(x): return x * 2
def perte(x): return (x * x).sum()
def vue(x): return x.view(-1)[1:]
def tableau(x): return x.numpy()[1:]
def liste(l, f): l.append(f(l[0])); return l
def echoue(x): return 1 / 0
"""
PAGE = os.sysconf("SC_PAGE_SIZE")


def resident_mb(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * PAGE / 1e6


@pytest.fixture
def served():
    namespace = {}
    exec(SOURCE, namespace)
    with serving(namespace) as running:
        running.mirror.begin(1, 60)
        yield running


def keeps_its_size(served, act, times, warm=30):
    for _ in range(warm):
        act()
    gc.collect()
    before = resident_mb(os.getpid()), resident_mb(served.pid)
    for _ in range(times):
        act()
    after = resident_mb(os.getpid()), resident_mb(served.pid)
    assert after[0] - before[0] < 40, f"the judge grew by {after[0] - before[0]:.0f} MB"
    assert after[1] - before[1] < 40, f"the sandbox grew by {after[1] - before[1]:.0f} MB"


def test_a_thousand_results_of_a_megabyte_are_let_go(served):
    """1,000 results of 1 MB leave neither side 40 MB larger."""
    cree = served.mirror.get(["cree"])["cree"]
    keeps_its_size(served, lambda: cree(), 1000)


def test_graphs_inputs_views_and_arrays_are_let_go(served):
    """The same for inputs, for histories used and unused, and for views and arrays on one memory."""
    f = served.mirror.get(["double", "perte", "vue", "tableau"])

    def act():
        x = torch.ones(100_000, requires_grad=True)
        f["double"](x)
        f["perte"](x).backward()
        f["tableau"](f["vue"](x.detach()))

    keeps_its_size(served, act, 200)


def test_the_tables_stay_small(served):
    """Numbers of dead objects are forgotten on both sides, so that the 1,000th call costs what the 10th did."""
    double = served.mirror.get(["double"])["double"]
    x = torch.ones(3, requires_grad=True)
    for _ in range(200):
        double(x)
    gc.collect()
    double(x)
    mirror = served.mirror
    assert len(list(mirror.registry)) < 20
    assert len(mirror._memory.blocks) < 20
    assert len(mirror._histories._offered) < 5


@pytest.fixture
def without_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def use_everything(mirror):
    """Functions, tensors, views, arrays, containers and histories of both sides, used and unused."""
    f = mirror.get(["double", "perte", "vue", "tableau", "liste"])
    x = torch.ones(8, requires_grad=True)
    f["perte"](f["double"](x)).backward()
    f["double"](x)
    f["tableau"](f["vue"](x.detach()))
    f["liste"]([x, {"a": (x, [np.ones(3)])}], lambda y: f["double"](y))
    with pytest.raises(ZeroDivisionError):
        mirror.get(["echoue"])["echoue"](x)


def parts(mirror):
    tables = (mirror.registry, mirror._memory, mirror._histories, mirror._tensors, mirror._arrays)
    return [weakref.ref(part) for part in tables]


def test_a_closed_mirror_is_gone_without_a_collection(served, without_collector):
    """The judge's collector is at rest: no mirror, and none of its tables, may be in a circle."""
    use_everything(served.mirror)
    left = [weakref.ref(served.mirror), *parts(served.mirror)]
    served.mirror.close()
    assert [ref() for ref in left[1:]] == [None] * 5
    served.mirror = None
    assert left[0]() is None


def test_what_crossed_is_gone_when_the_next_test_case_begins(served, without_collector):
    """A test case's tables go when the next one begins, without a collection."""
    for number in range(3):
        served.mirror.begin(number, 60)
        use_everything(served.mirror)
        left = parts(served.mirror)
        served.mirror.begin(number, 60)
        assert [ref() for ref in left] == [None] * 5
