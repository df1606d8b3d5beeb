"""A message is a request of one side or a reply of the other; msgspec encodes it as MessagePack.

Messages are strict, typed and length-limited; each carries the changes of its sender.
"""

from __future__ import annotations

import msgspec

from notegrad.mirror.wire.changes import Changes, StateRecord
from notegrad.mirror.wire.forms import Id, Ref, Value, Wire
from notegrad.probes.watch import Disturbance


class Get(Wire, frozen=True, array_like=True, tag="get"):
    """Ask for names of the student's namespace."""

    changes: Changes
    names: tuple[str, ...]


class Names(Wire, frozen=True, array_like=True, tag="names"):
    """Ask which names the student's namespace defines."""

    changes: Changes


class Put(Wire, frozen=True, array_like=True, tag="put"):
    """Bind a name of the student's namespace, as a test does that writes into it; or unbind it (`gone`)."""

    changes: Changes
    name: str
    value: Value
    gone: bool = False


class Call(Wire, frozen=True, array_like=True, tag="call"):
    """Call `target`, or its method `method`; `observed` asks for the operations that ran."""

    changes: Changes
    target: Value
    method: str
    args: tuple[Value, ...]
    kwargs: tuple[tuple[str, Value], ...]
    observed: bool


class VectorJacobian(Wire, frozen=True, array_like=True, tag="vjp"):
    """Ask for the vector-Jacobian product of a history; one cotangent (or None) per output.

    `task` is the same for all products of one backward pass.
    """

    changes: Changes
    history: Id
    cotangents: tuple[Value, ...]
    create_graph: bool
    keep_graph: bool
    task: int


class RunCase(Wire, frozen=True, array_like=True, tag="case"):
    """Run a test case there, on the real objects, and say how it ended: the named exception to all else.

    `function`: the test function's name in `source`; empty where that is a doctest.
    """

    changes: Changes
    source: str
    function: str


class Reset(Wire, frozen=True, array_like=True, tag="reset"):
    """Take this global state, and seed: a new test case begins. What crossed is forgotten, or kept.

    Without a `state` there is no seed either: the global state stays, and the next reply tells all of it.
    """

    state: StateRecord | None
    seed: int
    keeps_objects: bool


class OperationCounts(Wire, frozen=True, array_like=True, tag="ops"):
    """The aten operations that a call ran, bytes of new storage that they made, lines of Python executed.

    `disturbance`: a word where the call kept from being counted.
    """

    names: tuple[str, ...]
    new_bytes: int
    lines: int
    disturbance: Disturbance = ""


class Returned(Wire, frozen=True, array_like=True, tag="ret"):
    """A reply: the value, and what the call printed, to `sys.stderr` too."""

    changes: Changes
    value: Value
    printed: str = ""
    operations: OperationCounts | None = None
    printed_as_error: str = ""


class Failure(Wire, frozen=True, array_like=True, tag="fail"):
    """An exception: the names of its types from its own up to BaseException, and its message.

    `where`: the line of a cell that it went through last; `by_library`: not a cell raised it, but Python or a
    library that the cell called. `kind`: the number of its class, where that is the notebook's own.
    `attributes`: what else it holds; `partial`: it holds more than that.
    """

    types: tuple[tuple[str, str], ...]
    message: str
    args: tuple[Value, ...] | None
    where: str = ""
    by_library: bool = False
    kind: Ref | None = None
    attributes: tuple[tuple[str, Value], ...] = ()
    partial: bool = False


class Raised(Wire, frozen=True, array_like=True, tag="err"):
    """A reply: student code raised."""

    changes: Changes
    failure: Failure
    printed: str = ""
    printed_as_error: str = ""


Request = Get | Names | Put | Call | VectorJacobian | RunCase | Reset
Message = Request | Returned | Raised

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode_message(message: Message) -> bytes:
    """Bytes of a message."""
    return _encoder.encode(message)


def decode_message(data: bytes | bytearray | memoryview) -> Message:
    """The message in `data`.

    Raises msgspec.DecodeError (or RecursionError, for nesting beyond any limit) where it is malformed.
    """
    return _decoder.decode(data)
