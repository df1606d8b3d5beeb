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
    """Expect the cost of `f`, in lines and aten operations, not to grow with the size of its input.

    make_arguments: gives the arguments for a size n. Both rules must be broken for a refusal: the cost grows
    more than LOOP_RATIO times, and to more than LOOP_COST. Raises AssertionError with both costs.
    """
    # the first call of all may import what later ones find: the cheaper of two counts
    before = min(operations(f, *make_arguments(small)).cost for _ in range(2))
    after = operations(f, *make_arguments(large)).cost
    if after > LOOP_RATIO * before and after > LOOP_COST:
        sentences.fail(
            f"Votre fonction exécute {before} lignes et opérations pour n = {small}, et {after} pour "
            f"n = {large} : son coût croît avec n, il y a une boucle Python."
        )
