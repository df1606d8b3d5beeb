"""Names around a test's functions: those that they change are mirrored, those that they read are the test's."""

from __future__ import annotations

import pytest

from notegrad.mirror import ObservationError

SOURCE = """
import threading, time
def apply(f, n): return [f(i) for i in range(n)]
def rewrite(f, value):
    for cell in f.__closure__: cell.cell_contents = value
    return f(1)
def known(f):
    found = {}
    def g(n):
        if n not in found: found[n] = f(n)
        return found[n]
    return g
def slow_square(n):
    time.sleep(0.001 * (n % 3))
    return n * n
"""


def begin(mirror, *names):
    mirror.begin(0, 20)
    found = mirror.get(names)
    return [found[name] for name in names]


def test_a_nonlocal_counter_counts_on_both_sides(mirror) -> None:
    """What a test's function counts over there is counted here, and what is set here counts there."""
    (apply,) = begin(mirror, "apply")
    count = 0

    def step(_):
        nonlocal count
        count += 1
        return count

    step.__module__ = "__main__"
    assert apply(step, 3) == [1, 2, 3]
    assert count == 3
    count = 10
    assert apply(step, 1) == [11]


def test_a_name_that_a_function_only_reads_takes_no_value_from_there(mirror) -> None:
    """An answer cannot set what the test expects, where a function of the test's speaks of it."""
    apply, rewrite = begin(mirror, "apply", "rewrite")
    wanted = 6

    def plus(x):
        return wanted - 1 + x

    def outer(x):
        return plus(x)

    plus.__module__ = outer.__module__ = "__main__"
    assert rewrite(plus, 8) == 8
    assert wanted == 6
    assert apply(plus, 1) != [wanted]
    with pytest.raises(ObservationError):
        rewrite(outer, print)
    assert outer(1) == wanted


def test_a_recursive_function_finds_what_decorates_it(mirror) -> None:
    """`@known` over a test's own function is seen by the function, over there too."""
    (known,) = begin(mirror, "known")
    calls = []

    def fibonacci(n):
        calls.append(n)
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    fibonacci.__module__ = "__main__"
    fibonacci = known(fibonacci)
    assert fibonacci(15) == 610
    assert len(calls) == 16


def test_calls_of_several_threads_keep_their_answers(mirror) -> None:
    """Two threads of a test do not read each other's replies."""
    from concurrent.futures import ThreadPoolExecutor

    (square,) = begin(mirror, "slow_square")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(square, range(24))) == [n * n for n in range(24)]
