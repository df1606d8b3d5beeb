"""Two expectations ask whether a function would work on another device.

Asked on `meta` tensors, which have everything but numbers, or on those of a simulated accelerator, which have
numbers too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import torch

from notegrad.expect import sentences
from notegrad.expect.equal_calls import Generators, are_alike, twin, values
from notegrad.expect.nested import map_tensors, tensors_in
from notegrad.messages import Message
from notegrad.probes import accelerator


def works_on_meta(f: Callable[..., object], *args: object, **kwargs: object) -> Any:
    """Expects a function to run on tensors without numbers, and to give such tensors.

    Tensors among the arguments, also in lists and tuples, are replaced by `meta` tensors of the same form. A
    tensor made on the CPU by habit, `.item()`, `.numpy()` and `.tolist()` all fail there; so does control
    flow that depends on values. A function that only looks for `meta` is found out: it is called on copies of
    the arguments themselves too, where form and dtype must be the same, and where it can be on the simulated
    accelerator, where the values must be (not with gradients, nor where that device cannot do an operation).

    Args:
        f: The student's function; its result is a tensor, or a tuple or list of tensors.
        *args: Its arguments.
        **kwargs: Its named arguments.

    Returns:
        The result of `f`, on the device `meta`: its form can be checked.

    Raises:
        AssertionError: `f` raised (the message has torch’s own words), gave no tensor of that device, or
            gives something else on another one.

    Example:
        >>> x = torch.ones(2, 3)
        >>> expect.works_on_meta(lambda x: x.sum(dim=1), x).shape
        torch.Size([2])
        >>> expect.works_on_meta(lambda x: torch.zeros(3), x)
        Traceback (most recent call last):
            ...
        AssertionError: Le résultat est sur l’appareil « cpu » et non sur celui de l’entrée.
    """
    try:
        result = f(
            *(map_tensors(_without_data, value) for value in args),
            **{name: map_tensors(_without_data, value) for name, value in kwargs.items()},
        )
    except (RuntimeError, TypeError, ValueError) as error:
        sentences.fail("expect_meta_fails", cause=error, error=sentences.said_by(error))
    _assert_all_on(result, "meta")
    _assert_same_elsewhere(f, args, kwargs, result)
    return result


def _assert_all_on(result: object, device: str) -> None:
    for value in result if isinstance(result, (tuple, list)) and result else (result,):
        if not isinstance(value, torch.Tensor):
            sentences.fail_type(sentences.RESULT, value, "Tensor")
        if value.device.type != device:
            sentences.fail("expect_device_of_input", name=sentences.RESULT, actual=value.device.type)


def _assert_same_elsewhere(
    f: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object], on_meta: object
) -> None:
    given = list(tensors_in([*args, *kwargs.values()]))
    if any(tensor.device.type != "cpu" for tensor in given):
        return
    generators = Generators()
    try:
        real = f(*twin(args), **twin(kwargs))
    except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError):
        return  # these very numbers may be none to compute with: a matrix of ones has no inverse
    pairs = list(zip(tensors_in(real), tensors_in(on_meta), strict=False))
    for number, without in pairs:
        if number.shape != without.shape:
            sentences.fail_shape(_ON_META, tuple(without.shape), tuple(number.shape))
        if number.dtype != without.dtype:
            sentences.fail_dtype(_ON_META, without.dtype, number.dtype)
    if any(tensor.requires_grad for tensor in given) or torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        return
    expected = values(real)
    generators.put_back()
    accelerator.register()
    try:
        moved = _call_on_accelerator(f, twin(args), twin(kwargs))
    except (RuntimeError, TypeError, ValueError) as error:
        if accelerator.is_refusal(error):
            _fail_on_accelerator(error)
        return  # what a simulated device lacks, a real one has
    _assert_all_on(moved, accelerator.NAME)
    if not are_alike(values(_back_on_cpu(moved)), expected):
        sentences.fail("expect_other_elsewhere")


_ON_META = Message("expect_result_on_meta")


def _without_data(tensor: torch.Tensor) -> torch.Tensor:
    twin = torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")
    return twin.requires_grad_(tensor.requires_grad)


def works_on_accelerator(f: Callable[..., object], *args: object, **kwargs: object) -> Any:
    """Expects a function to run on tensors of another device, and to give tensors there.

    Tensors among the arguments, also in lists and tuples, are moved to a simulated accelerator
    (`device="sim:0"`), where tensors of the CPU do not mix with them and NumPy sees none of them, as on a
    GPU. Control flow that depends on values is fine there, unlike on `meta`; gradients are not, unless the
    course's device is `sim`. From the first call on, torch knows the device for the rest of the process.

    Args:
        f: The student's function; its result is a tensor, or a tuple or list of tensors.
        *args: Its arguments.
        **kwargs: Its named arguments.

    Returns:
        The result of `f`, moved back to the CPU.

    Raises:
        AssertionError: `f` raised (the message has torch’s own words), or gave no tensor of that device.
        NotImplementedError: `f` asked for gradients where the course’s device is not `sim`.

    Example:
        >>> x = torch.arange(3.0)
        >>> expect.works_on_accelerator(lambda x: x + torch.ones(3, device=x.device), x)
        tensor([1., 2., 3.])
        >>> expect.works_on_accelerator(lambda x: x + torch.ones(3), x)
        Traceback (most recent call last):
            ...
        AssertionError: Sur un autre appareil que le CPU (un accélérateur simulé), votre fonction échoue : ...
    """
    accelerator.register()
    try:
        result = _call_on_accelerator(f, args, kwargs)
    except (RuntimeError, TypeError, ValueError) as error:
        if "device_ready_queues" in str(error):
            raise NotImplementedError(
                "gradients on the simulated accelerator: grade with `device: sim`, or ask on the meta device"
            ) from None
        _fail_on_accelerator(error)
    _assert_all_on(result, accelerator.NAME)
    return _back_on_cpu(result)


def _call_on_accelerator(
    f: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
) -> object:
    return f(
        *(map_tensors(_on_accelerator, value) for value in args),
        **{name: map_tensors(_on_accelerator, value) for name, value in kwargs.items()},
    )


def _back_on_cpu(tree: object) -> object:
    return map_tensors(lambda tensor: tensor.detach().cpu(), tree)


def _fail_on_accelerator(error: BaseException) -> NoReturn:
    sentences.fail("expect_accelerator_fails", cause=error, error=sentences.said_by(error))


def _on_accelerator(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().to(accelerator.DEVICE).requires_grad_(tensor.requires_grad)
