"""A Python loop over the input is found by counting lines and operations, never by timing."""

from __future__ import annotations

from collections.abc import Callable

from notegrad.expect import sentences
from notegrad.probes.operations import operations

LOOP_RATIO = 3.0
"""How much dearer the large input may be; a function without a loop costs the same at every size."""

LOOP_COST = 40
"""Lines and operations that are no loop yet: library code branches on sizes, and a few steps are no harm."""


def assert_no_loop(
    f: Callable[..., object],
    make_arguments: Callable[[int], tuple[object, ...]],
    *,
    small: int = 8,
    large: int = 64,
) -> None:
    """Expects the cost of a function not to grow with the size of its input.

    The cost is counted in lines of Python and aten operations, at two sizes; see `operations`. The function
    is refused where its cost grows more than 3 times, and to more than 40.

    Args:
        f: The student's function.
        make_arguments: A function that gives the arguments for a size n.
        small: The smaller size.
        large: The larger size.

    Raises:
        AssertionError: There is a loop; the message has both costs.
        Exception: Whatever `f` raises.

    Example:
        >>> def looping(x):
        ...     total = x.new_zeros(())
        ...     for value in x:
        ...         total = total + value
        ...     return total
        >>> expect.assert_no_loop(torch.sum, lambda n: (torch.ones(n),))
        >>> expect.assert_no_loop(looping, lambda n: (torch.ones(n),))
        Traceback (most recent call last):
            ...
        AssertionError: Votre fonction exécute ... pour n = 8, et ... pour n = 64 : son coût
        croît avec n, il y a une boucle Python.
    """
    # the first call of all may import what later ones find: the cheaper of two counts
    before = min(operations(f, *make_arguments(small)).cost for _ in range(2))
    after = operations(f, *make_arguments(large)).cost
    if after > LOOP_RATIO * before and after > LOOP_COST:
        sentences.fail(
            f"Votre fonction exécute {before} lignes et opérations pour n = {small}, et {after} pour "
            f"n = {large} : son coût croît avec n, il y a une boucle Python."
        )
