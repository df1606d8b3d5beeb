"""A comparison of a mutant with the reference solution on many inputs, inside the sandbox.

`notegrad verify` runs the source of this file as a cell beside answers; so it imports nothing of ours.
"""
# ruff: noqa: S311, SLF001 (numbers for inputs are no secrets; a version has no public name)

from __future__ import annotations

import contextlib
import io
import itertools
import json
import random
import sys
from typing import Any

import torch

MIN_INPUTS = 3
MAX_INPUTS = 80  # of each call; which ones, a seed decides
DTYPES = ("", "float32", "float64", "int64")
FLOATS = ("float16", "bfloat16", "float32", "float64")


def variations(call: dict[str, Any], *, any_axes: bool) -> Any:
    """Yield forms like those of a call: other sizes, dtypes, layouts and numbers."""
    sizes = sorted({size for form in tensors(call) for size in form["shape"] if size > 1})
    resized: list[dict[int, int]] = [{}]
    for seed in range(2):
        others = random.Random(seed).sample(range(2, 3 + len(sizes) + 2), len(sizes))
        resized.append(dict(zip(sizes, others, strict=True)))
    extra_axes = (0, 1, 2) if any_axes else (0,)
    kinds = itertools.product(resized, DTYPES, (False, True), ("plain", "small", "special"), extra_axes)
    for mapping, dtype, is_grad, numbers, axes in kinds:
        for is_transposed, step in ((False, 0), (True, 0), (False, 1)):
            if step and not has_numbers(call):
                continue
            yield {
                "sizes": mapping,
                "dtype": dtype,
                "grad": is_grad,
                "numbers": numbers,
                "axes": axes,
                "transposed": is_transposed,
                "step": step,
            }


def tensors(call: dict[str, Any]) -> Any:
    """Yield the forms of all tensors of a call."""
    pending = [*call["arguments"], *call["keywords"].values()]
    while pending:
        form = pending.pop()
        pending += form["items"]
        if form["kind"] == "tensor":
            yield form


def has_numbers(call: dict[str, Any]) -> bool:
    """Whether a call passes a number that is not a tensor's."""
    plain = [
        form["value"] for form in [*call["arguments"], *call["keywords"].values()] if form["kind"] == "plain"
    ]
    return any(isinstance(value, (int, float)) and not isinstance(value, bool) for value in plain)


def made(form: dict[str, Any], how: dict[str, Any]) -> Any:
    """Return an argument of a form."""
    if form["kind"] == "plain":
        value = form["value"]
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return value + how["step"] if is_number else value
    if form["kind"] in ("list", "tuple"):
        items = [made(item, how) for item in form["items"]]
        return items if form["kind"] == "list" else tuple(items)
    shape = [2] * how["axes"] + [how["sizes"].get(size, size) for size in form["shape"]]
    dtype = form["dtype"]
    if how["dtype"] and dtype in (*FLOATS, "int64", "int32"):
        dtype = how["dtype"]
    if dtype in FLOATS:
        tensor = torch.randn(shape) if how["numbers"] == "plain" else torch.randint(-2, 3, shape).float()
        if how["numbers"] == "special" and tensor.numel() > 2:
            tensor.view(-1)[0], tensor.view(-1)[-1] = float("nan"), float("inf")
        tensor = tensor.to(getattr(torch, dtype))
    elif dtype == "bool":
        tensor = torch.randint(0, 2, shape).bool()
    else:
        tensor = torch.randint(-5 if dtype.startswith("int") else 0, 6, shape).to(getattr(torch, dtype))
    if how["transposed"] and tensor.ndim > 1:
        tensor = tensor.transpose(0, -1).contiguous().transpose(0, -1)
    if form["requires_grad"] or (how["grad"] and dtype in FLOATS):
        tensor.requires_grad_()
    return tensor


def seen(value: Any, arguments: list[Any]) -> Any:
    """Return what a test could see of a value, as something that can be compared."""
    if isinstance(value, torch.Tensor):
        places = [i for i, a in enumerate(arguments) if isinstance(a, torch.Tensor) and shares(value, a)]
        same = [i for i, a in enumerate(arguments) if a is value]
        facts = (
            str(value.dtype),
            tuple(value.shape),
            value.stride(),
            value.storage_offset() if places else 0,
        )
        graph = (value.requires_grad, value.is_leaf)
        return (
            "tensor",
            facts,
            graph,
            places,
            same,
            repr(value.detach().tolist()),
            value._version if same else 0,
        )
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, [seen(item, arguments) for item in value])
    if isinstance(value, dict):
        return ("dict", [(repr(k), seen(v, arguments)) for k, v in value.items()])
    if type(value) in (bool, int, float, complex, str, type(None), torch.Size, torch.dtype):
        return (type(value).__name__, repr(value))
    return ("unknown", id(value))


def shares(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors lie in one storage."""
    return one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()


def outcome(code: str, call: dict[str, Any], how: dict[str, Any], names: dict[str, Any]) -> Any:
    """Return what can be seen of a call of the answer `code`: value, arguments, gradients, or its error."""
    torch.manual_seed(0)
    args = [made(form, how) for form in call["arguments"]]
    kwargs = {key: made(form, how) for key, form in call["keywords"].items()}
    every = [*args, *kwargs.values()]
    scope = dict(names)
    exec(code, scope)  # noqa: S102 - an answer, in the sandbox
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            value = scope[call["function"]](*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - what an answer raises is what is seen of it
        return ("error", type(error).__name__)
    told = [seen(value, every), [seen(argument, every) for argument in every]]
    if isinstance(value, torch.Tensor) and value.requires_grad and value.grad_fn is not None:
        leaves = [a for a in every if isinstance(a, torch.Tensor) and a.requires_grad and a.is_leaf]
        try:
            grads = torch.autograd.grad((value * torch.rand_like(value)).sum(), leaves, allow_unused=True)
        except Exception as error:  # noqa: BLE001
            return ("error in backward", type(error).__name__, told)
        told.append([None if grad is None else seen(grad, []) for grad in grads])
    return ("value", told)


def is_equal(
    reference: str, mutant: str, calls: list[dict[str, Any]], names: dict[str, Any], **how: bool
) -> bool:
    """Whether a mutant cannot be told from the reference on inputs like those of the calls."""
    usable = 0
    for call in calls:
        every = list(variations(call, **how))
        for variation in random.Random(0).sample(every, min(MAX_INPUTS, len(every))):
            expected = outcome(reference, call, variation, names)
            if expected[0] == "error":
                continue
            if outcome(mutant, call, variation, names) != expected:
                return False
            usable += 1
    return usable >= MIN_INPUTS


def tell(names: dict[str, Any], facts: str) -> None:
    """Print whether a mutant is equal, for whoever reads the cell's output; `facts` are JSON."""
    given = json.loads(facts)
    equal = is_equal(given["reference"], given["mutant"], given["calls"], names, any_axes=given["any_axes"])
    sys.stdout.write(json.dumps({"equal": equal}) + "\n")
