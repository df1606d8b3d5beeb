"""Two functions count what a call did where the function lives; what keeps from being counted fails."""

from __future__ import annotations

from collections.abc import Callable

from notegrad.expect import sentences
from notegrad.probes.operations import REMOTE_ATTRIBUTE, Operations, count_operations

_KEYS = {
    "tracing": "expect_tracing",
    "mode": "expect_mode",
    "thread": "expect_thread",
    "alarm": "expect_alarm",
}


def operations(f: Callable[..., object], *args: object, **kwargs: object) -> Operations:
    """Calls a function and counts the operations, bytes and lines of the call, where the function lives.

    `new_bytes` adds up the storages of results that alias no input of their operation, and the growth of
    resized ones; memory that NumPy or Python allocates by itself is not tensor memory and is not seen.
    `lines` counts calls and lines outside of libraries, once each time they run; a loop inside a builtin that
    calls builtins only, such as `list(map(math.exp, values))`, is not seen. A call is refused that touches
    what counts it (tracing, torch's modes), or leaves work to a thread, a process or an alarm.

    Args:
        f: The function; one of the student's is counted in the sandbox.
        *args: Its arguments.
        **kwargs: Its named arguments.

    Returns:
        The result with the counts.

    Raises:
        AssertionError: `f` did what keeps it from being counted; the message says what.
        Exception: Whatever `f` raises.

    Example:
        >>> done = expect.operations(lambda x: (x * 2).sum(), torch.ones(4))
        >>> done.result, done.ops
        (tensor(8.), ('aten.mul.Tensor', 'aten.sum.default'))
        >>> done.new_bytes  # four floats, and one
        20
    """
    remote = getattr(f, REMOTE_ATTRIBUTE, None)
    if remote is not None:
        done: Operations = remote(args, kwargs)
    else:
        done = count_operations(lambda: f(*args, **kwargs))
    if done.disturbance:
        sentences.fail(_KEYS[done.disturbance])
    return done


def allocated_bytes(f: Callable[..., object], *args: object, **kwargs: object) -> int:
    """Counts the bytes of tensor memory that a call allocates; see `operations`.

    A test that counts looks at the values too: whoever allocates nothing may have done nothing.

    Args:
        f: The function; one of the student's is counted in the sandbox.
        *args: Its arguments.
        **kwargs: Its named arguments.

    Returns:
        The number of bytes.

    Raises:
        AssertionError: `f` did what keeps it from being counted; the message says what.
        Exception: Whatever `f` raises.

    Example:
        >>> x = torch.ones(1000)
        >>> expect.allocated_bytes(torch.add, x, 1), expect.allocated_bytes(x.add_, 1)
        (4000, 0)
    """
    return operations(f, *args, **kwargs).new_bytes
