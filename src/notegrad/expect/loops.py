"""A Python loop over the input is found by counting lines and operations; time refuses only the absurd."""

from __future__ import annotations

from collections.abc import Callable

from notegrad.expect import sentences
from notegrad.expect.counted import operations
from notegrad.expect.equal_calls import Generators, are_alike, twin, values

LOOP_RATIO = 3.0
"""How much dearer the large input may be; a function without a loop costs the same at every size."""

LOOP_COST = 40
"""Lines and operations that are no loop yet: library code branches on sizes, and a few steps are no harm."""

SECONDS_ATTRIBUTE = "__notegrad_seconds__"
"""A stub of a function that lives elsewhere says how much processor time was used there."""

SECONDS_RATIO = 50.0
LOOP_SECONDS = 0.05
SHORTEST_S = 1e-4
"""A call that took less is taken to have taken that long."""


def assert_no_loop(
    f: Callable[..., object],
    make_arguments: Callable[[int], tuple[object, ...]],
    *,
    small: int = 8,
    large: int = 64,
) -> None:
    """Expects the cost of a function not to grow with the size of its input.

    The cost is counted in lines of Python and aten operations, at two sizes; see `operations`. The function
    is refused where its cost grows more than 3 times, and to more than 40. Each counted call is made again
    uncounted, on equal arguments and with equal generators: the answers must be the same. Under notegrad, the
    processor time of uncounted calls is asked of the kernel too: more than 50 times as much, and more than
    50 ms, is refused.

    Args:
        f: The student's function.
        make_arguments: A function that gives the arguments for a size n.
        small: The smaller size.
        large: The larger size.

    Raises:
        AssertionError: There is a loop (the message has both costs), the answers differ, or the call kept
            from being counted.
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
        AssertionError: Votre fonction exécute ... pour n = 8, et ... pour n = 64 : son coût
        croît avec n, il y a une boucle Python.
    """
    seconds = getattr(f, SECONDS_ATTRIBUTE, lambda: None)
    seconds()  # from now on the clock is looked for
    # the first call of all may import what later ones find: the cheaper of two counts
    before = min(_cost(f, make_arguments(small)) for _ in range(2))
    after = _cost(f, make_arguments(large))
    if after > LOOP_RATIO * before and after > LOOP_COST:
        sentences.fail("expect_loop", before=before, after=after, small=small, large=large)
    if seconds() is not None:
        _compare_seconds(seconds, f, make_arguments, small, large)


def _cost(f: Callable[..., object], arguments: tuple[object, ...]) -> int:
    """The cost of a call, whose answer must be the one that is given where nothing is counted."""
    generators, again = Generators(), twin(arguments)
    done = operations(f, *arguments)
    counted = values((done.result, arguments))
    generators.put_back()
    result = f(*again)
    if not are_alike(counted, values((result, again))):
        sentences.fail("expect_other_when_counted")
    return done.cost


def _compare_seconds(
    seconds: Callable[[], float | None],
    f: Callable[..., object],
    make_arguments: Callable[[int], tuple[object, ...]],
    small: int,
    large: int,
) -> None:
    """Refuse what the count did not see, where the processor did: only where it is far beyond any doubt."""
    if _seconds(seconds, f, make_arguments(large)) < LOOP_SECONDS:
        return
    before = max(min(_seconds(seconds, f, make_arguments(small)) for _ in range(3)), SHORTEST_S)
    after = min(_seconds(seconds, f, make_arguments(large)) for _ in range(3))
    if after > LOOP_SECONDS and after > SECONDS_RATIO * before:
        sentences.fail("expect_slow_loop", times=after / before, small=small, large=large)


def _seconds(
    clock: Callable[[], float | None], f: Callable[..., object], arguments: tuple[object, ...]
) -> float:
    started = clock() or 0.0
    f(*arguments)
    return (clock() or 0.0) - started
