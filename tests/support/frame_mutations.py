"""Neighbours of MessagePack frames: what a sandbox might send instead."""

from __future__ import annotations

import msgspec

WORDS = [
    "float32", "float64", "complex64", "bool", "int64", "bfloat16", "float8_e4m3fn", "uint16", "meta", "cpu", "cuda", "list",
    "dict", "set", "deque", "builtins", "ValueError", "KeyError", "<f8", "|b1", "<c16", "<U9999", "|O", "<M8[s]", "",
    "\x00", "r", "T", "B", "S", "A", "G", "C", "vjp", "call", "ret", "err", "x" * 300, "dtype", "module", "torch", "0x" + "f" * 99,
]  # fmt: skip
INTEGERS = [
    0,
    1,
    -1,
    2,
    3,
    7,
    64,
    2**31 - 1,
    2**31,
    -(2**31),
    2**32,
    2**62,
    2**63 - 1,
    -(2**63),
    2**64 - 1,
    1 << 40,
]


def mutate(rng, value, depth=0):
    """A neighbour of a decoded message: one leaf, or one list, changed."""
    if isinstance(value, list) and value and (depth < 2 or rng.random() < 0.85):
        changed = list(value)
        index = rng.randrange(len(changed))
        choice = rng.random()
        if choice < 0.06:
            del changed[index]
        elif choice < 0.12:
            changed.insert(index, changed[rng.randrange(len(changed))])
        elif choice < 0.16:
            other = rng.randrange(len(changed))
            changed[index], changed[other] = changed[other], changed[index]
        else:
            changed[index] = mutate(rng, changed[index], depth + 1)
        return changed
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return rng.choice([*INTEGERS, value + 1, value - 1, value * 2, -value, rng.randrange(40)])
    if isinstance(value, str):
        return rng.choice(WORDS)
    if isinstance(value, bytes):
        return rng.choice(
            [b"", value[:-1], value + b"\0", bytes(rng.randrange(256) for _ in range(len(value) % 6000))]
        )
    return rng.choice([None, 0, 1, "x", b"", [], [["r", 3]], True, 1.5, float("nan")])


def mutated(rng, frame):
    """A frame with one to three changes: of the message's structure, or of its bytes."""
    if rng.random() < 0.75:
        value = msgspec.msgpack.decode(frame)
        for _ in range(rng.choice([1, 1, 2, 3])):
            value = mutate(rng, value)
        try:
            return msgspec.msgpack.encode(value)
        except (OverflowError, UnicodeEncodeError, msgspec.MsgspecError):
            return frame[:-1]
    data = bytearray(frame)
    for _ in range(rng.choice([1, 1, 2, 8])):
        choice, index = rng.random(), rng.randrange(max(len(data), 1))
        if choice < 0.6 and data:
            data[index] = rng.randrange(256)
        elif choice < 0.8:
            del data[index : index + rng.randrange(1, 9)]
        else:
            data[index:index] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9)))
    return bytes(data)
