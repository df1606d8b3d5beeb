"""Operations and bytes counted, and functions asked whether they work elsewhere."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from notegrad import expect


@pytest.mark.parametrize(
    "right",
    [
        lambda x, y, z: torch.add(x, y, out=z),
        lambda x, y, z: z.copy_(x).add_(y),
        lambda x, y, z: z.__setitem__(slice(None), 0) or z.add_(x).add_(y),
        lambda x, y, z: z.copy_(torch.from_numpy(x.numpy())).add_(y),
        lambda x, y, z: np.add(x.numpy(), y.numpy(), out=z.numpy()),
        lambda x, y, z: z.view(-1)[:].copy_(x.view(-1)),
    ],
)
def test_what_allocates_nothing_counts_nothing(right):
    """Views, in-place writes, scalars and borrowed NumPy memory are no new tensor memory."""
    x, y, z = torch.ones(3, 4), torch.ones(3, 4), torch.empty(3, 4)
    assert expect.allocated_bytes(right, x, y, z) == 0


@pytest.mark.parametrize(
    ("wasteful", "new_bytes"),
    [
        (lambda x, z: z.copy_(x + x), 48),
        (lambda x, z: x.clone().clone(), 96),
        (lambda x, z: z.copy_(torch.tensor(x.tolist())), 48),
        (lambda x, z: z.copy_(x.t().reshape(3, 4)), 48),
        (lambda x, z: torch.add(x, x, out=torch.empty(0)), 48),
        (lambda x, z: x.new_zeros(3, 4)[0].view(4), 48),
    ],
)
def test_new_storages_are_counted_once(wasteful, new_bytes):
    """Temporaries, list detours, silent copies and grown outputs count their storage, views of them nothing."""
    assert expect.allocated_bytes(wasteful, torch.ones(3, 4), torch.empty(3, 4)) == new_bytes


def test_the_record_holds_result_and_operations():
    """`operations` gives the very result, and the aten operations in order."""
    x = torch.ones(3)
    done = expect.operations(lambda t, *, by: t.add_(by).mul_(2), x, by=1)
    assert done.result is x
    assert done.ops == ("aten.add_.Tensor", "aten.mul_.Tensor")
    assert done.new_bytes == 0


def test_code_that_a_library_generates_is_not_the_students():
    """An import in the middle of a call runs generated code by the thousand; a loop that a student generates counts."""
    import dataclasses

    few = expect.operations(lambda: 1).lines
    assert expect.operations(lambda: dataclasses.make_dataclass("Point", ["x", "y"])).lines == few
    loop = "def f():\n    for i in range(50):\n        i\nf()"
    assert expect.operations(lambda: exec(loop)).lines > 100
    assert expect.operations(lambda: exec(loop, {})).lines > 100
    generated = {}
    exec("def f():\n    for i in range(50):\n        i", generated)
    assert expect.operations(generated["f"]).lines > 100


def test_counting_does_not_import_the_compiler():
    """It takes a second, and every fork that is the first to count would pay it."""
    code = (
        "import sys, torch\nfrom notegrad import expect\nx = torch.ones(2)\n"
        "assert expect.operations(torch.add, x, x).ops == ('aten.add.Tensor',)\n"
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_the_function_raises_comes_through():
    """An exception of the student's is not an answer about operations, and ends the counting."""
    with pytest.raises(ZeroDivisionError):
        expect.operations(lambda: 1 / 0)
    assert expect.allocated_bytes(torch.ones, 2) == 8


def test_a_stub_counts_where_the_function_lives():
    """A function that offers the remote protocol is never counted in this process."""

    def stub(*args):
        raise AssertionError("called here")

    stub.__notegrad_operations__ = lambda args, kwargs: expect.Operations(
        args[0], ("aten.add_.Tensor",), 7, 3
    )
    done = expect.operations(stub, 5)
    assert (done.result, done.ops, done.new_bytes, done.lines) == (5, ("aten.add_.Tensor",), 7, 3)


def test_meta_accepts_what_works_on_any_device():
    """Forms, strides and gradients are kept; the result is a meta tensor."""
    x = torch.ones(3, 4, requires_grad=True).t()
    result = expect.works_on_meta(lambda t: (t * 2).detach(), x)
    expect.assert_form(result, (4, 3), torch.float32, device="meta")
    seen = []
    expect.works_on_meta(lambda t, n: seen.append((t.stride(), t.requires_grad, n)) or t, x, 5)
    assert set(seen) == {((1, 4), True, 5)}


@pytest.mark.parametrize(
    "bound",
    [
        lambda t: torch.from_numpy(t.numpy()),
        lambda t: torch.tensor(t.tolist()),
        lambda t: t + torch.ones(3, 4),
        lambda t: t * t.sum().item(),
        lambda t: torch.zeros(3, 4),
        lambda t: None,
    ],
)
def test_meta_refuses_habits_that_need_the_cpu(bound):
    """NumPy, lists, numbers read out, tensors made on the CPU, and no result at all are refused in French."""
    with pytest.raises(AssertionError, match=r"appareil|sans nombres|return"):
        expect.works_on_meta(bound, torch.ones(3, 4))


@pytest.mark.parametrize(
    ("trick", "said"),
    [
        (
            lambda t: torch.empty(3, 4, device="meta") if t.is_meta else torch.from_numpy(t.numpy() + 1),
            "NumPy",
        ),
        (lambda t: torch.empty(3, 4, device="meta") if t.is_meta else t + torch.ones(3, 4), "CPU"),
        (lambda t: torch.empty(3, 4, device="meta") if t.is_meta else t[0], "axe"),
        (lambda t: torch.empty(3, 4, device="meta") if t.is_meta else t.double(), "dtype"),
        (lambda t: t + 1 if t.device.type == "cpu" else torch.zeros_like(t), "valeurs"),
        (lambda t: torch.empty(3, 4, device="meta") if t.is_meta else torch.ones(3, 4), "appareil"),
    ],
)
def test_who_only_looks_for_meta_is_found_out(trick, said):
    """The same call on numbers, here and on a simulated accelerator, must give the same form and values."""
    with pytest.raises(AssertionError, match=said):
        expect.works_on_meta(trick, torch.ones(3, 4))


@pytest.mark.parametrize(
    "honest",
    [
        lambda t: torch.linalg.inv(t @ t.mT),
        lambda t: t.clone().unsqueeze_(0),
        lambda t: torch.nn.functional.dropout(t),
        lambda t: t.clone().add_(1).t(),
        lambda t: (t.softmax(0), torch.arange(4, device=t.device) * t),
        lambda t: torch.where(t > 0, t, torch.tensor(0.0)),
        lambda t: t.repeat(2, 1).unfold(0, 2, 2).sum(),
    ],
)
def test_what_the_simulated_device_cannot_do_costs_nothing(honest):
    """Numbers that cannot be inverted, a form changed in place, random numbers: no finding."""
    expect.works_on_meta(honest, torch.ones(3, 4))


def test_faults_that_are_not_the_students_pass_through_meta():
    """A failure of the grader's own transport must never read as a wrong answer."""

    class TransportError(Exception):
        pass

    def stub(t):
        raise TransportError

    with pytest.raises(TransportError):
        expect.works_on_meta(stub, torch.ones(2))
