"""Claims of the sandbox about devices and about what it lets go of are compared with what the judge has."""

from __future__ import annotations

import msgspec
import pytest
import torch

from notegrad.mirror import ObservationError
from notegrad.mirror.sides.sandbox_side import Server
from notegrad.mirror.wire.changes import BlockRecord, HistoryRecord
from notegrad.records import Limits
from tests.support.mirror_server import serving

SOURCE = """
import torch
def double(x): return 2 * x
def change(x): x.add_(1)
def meta(): return torch.ones(3, device="meta")
def perte(x): return (x * x).sum()
"""


def lying(lie):
    """A sandbox whose every message is changed by `lie` before it is sent."""
    honest = Server.collect

    def prepare():
        Server.collect = lambda self: lie(honest(self))

    namespace = {}
    exec(SOURCE, namespace)
    return serving(namespace, prepare=prepare, quiet=True, limits=Limits(observation_bytes=1_000_000))


def on_device(device, nbytes=None):
    def lie(changes):
        steps = [
            msgspec.structs.replace(step, device=device, nbytes=nbytes or step.nbytes, data=None)
            if isinstance(step, BlockRecord)
            else step
            for step in changes.steps
        ]
        return msgspec.structs.replace(changes, steps=tuple(steps))

    return lie


@pytest.mark.parametrize("device", ["cuda", "cuda:0", "xpu", "mps", "privateuseone", "", "hpu"])
@pytest.mark.parametrize("name", ["double", "change"])
def test_memory_is_on_no_device_that_the_judge_has_not(device, name):
    """Neither new memory nor the judge's own is taken for a GPU's, which would start the driver."""
    if torch.cuda.is_initialized():
        pytest.skip("skipped, because another test uses the GPU")
    with lying(on_device(device)) as running:
        running.mirror.begin(1, 20)
        function = running.mirror.get([name])[name]
        with pytest.raises(ObservationError, match="device that it cannot be on"):
            function(torch.ones(2))
    assert not torch.cuda.is_initialized()


def test_known_memory_does_not_move_to_a_device_without_limits():
    """Said to be on the meta device, where nothing is counted, memory of the judge's would grow without bounds."""
    with lying(on_device("meta", 10_000_000_000)) as running:
        running.mirror.begin(1, 20)
        change = running.mirror.get(["change"])["change"]
        x = torch.ones(2)
        with pytest.raises(ObservationError, match="device that it cannot be on"):
            change(x)
        assert x.untyped_storage().nbytes() == 8


@pytest.mark.parametrize("number", [1, 2, 4, 99])
def test_the_sandbox_releases_no_object(number):
    """It holds what crossed until the judge lets go: it can make the judge forget nothing."""
    with lying(lambda changes: msgspec.structs.replace(changes, released=(number,))) as running:
        running.mirror.begin(1, 20)
        with pytest.raises(ObservationError, match="released"):
            running.mirror.get(["double"])


def test_the_sandbox_releases_only_histories_that_the_judge_gave():
    """Numbers of its own are not its to release over here."""
    with lying(lambda changes: msgspec.structs.replace(changes, released_histories=(3,))) as running:
        running.mirror.begin(1, 20)
        with pytest.raises(ObservationError, match="released"):
            running.mirror.get(["double"])


def test_honest_sandboxes_release_and_use_the_meta_device_as_ever():
    """Histories of the judge's that nobody needs, and tensors without bytes, pass."""
    namespace = {}
    exec(SOURCE, namespace)
    with serving(namespace) as running:
        running.mirror.begin(1, 20)
        f = running.mirror.get(["double", "meta", "perte"])
        for _ in range(5):
            x = torch.ones(3, requires_grad=True)
            y = f["double"](x * 3)
            f["perte"](y).backward()
            assert x.grad.tolist() == [72.0] * 3
        assert f["meta"]().device.type == "meta"
        assert len(running.mirror._histories._offered) < 12


def of_name(name):
    def lie(changes):
        steps = [
            msgspec.structs.replace(step, name=name) if isinstance(step, HistoryRecord) else step
            for step in changes.steps
        ]
        return msgspec.structs.replace(changes, steps=tuple(steps))

    return lie


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("SumBackward0", "SumBackward0"),
        ("AccumulateGrad", "RemoteFunctionBackward"),  # which a walk along the graph takes for a leaf's
        ("Sum Backward0", "RemoteFunctionBackward"),
        ("x" * 1_000_000 + "Backward0", "RemoteFunctionBackward"),
    ],
)
def test_a_node_is_called_as_an_operation_or_as_ours(said, shown):
    """What the sandbox says of the name of a graph's node is taken for a text, and changes no gradient."""
    with lying(of_name(said)) as running:
        running.mirror.begin(1, 20)
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        loss = running.mirror.get(["perte"])["perte"](x)
        assert type(loss.grad_fn).__name__ == loss.grad_fn.name() == shown
        loss.backward()
        assert x.grad.tolist() == [2.0, 4.0]
