"""Inputs that are several frames: each has two bytes of length before it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

LENGTH_BYTES = 2
MAX_FRAME_BYTES = 256**LENGTH_BYTES - 1


def join(frames: Sequence[bytes]) -> bytes:
    return b"".join(len(frame).to_bytes(LENGTH_BYTES, "little") + frame for frame in frames)


def split(data: bytes) -> list[bytes]:
    frames = []
    while len(data) >= LENGTH_BYTES:
        length, data = int.from_bytes(data[:LENGTH_BYTES], "little"), data[LENGTH_BYTES:]
        frames.append(data[:length])
        data = data[length:]
    return frames


def mutate_one(rng: random.Random, data: bytes, mutate: Callable[[random.Random, bytes], bytes]) -> bytes:
    """One frame changed by `mutate`, or left out, given twice or moved."""
    frames = split(data)
    if not frames:
        return data
    index, choice = rng.randrange(len(frames)), rng.random()
    if choice < 0.8:
        frames[index] = mutate(rng, frames[index])[:MAX_FRAME_BYTES]
    elif choice < 0.87:
        del frames[index]
    elif choice < 0.94:
        frames.insert(index, frames[index])
    else:
        frames.insert(rng.randrange(len(frames)), frames.pop(index))
    return join(frames)
