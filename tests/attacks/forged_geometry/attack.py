"""Sends tensors and arrays whose sizes, strides, offsets, bases and versions lead out of their memory."""

import os

from notegrad.mirror.sides import sandbox_side as server
from notegrad.mirror import wire

BIG = (1 << 63) - 1
FIELDS = dict(
    id=1_000_005, storage=1_000_003, dtype="float32", size=(2,), stride=(1,), offset=0, base=0, sharer=0,
    differentiable=False, parameter=False, conjugate=False, negative=False, requires_grad=False, leaf=True,
    retains_grad=False, version=0, grad=0, creation=0,
)  # fmt: skip
LIES = [
    {"size": (BIG,), "stride": (0,)},
    {"size": (BIG, BIG, BIG), "stride": (0, 0, 0)},
    {"size": (BIG, 0, BIG), "stride": (BIG, BIG, BIG), "offset": BIG},
    {"size": (2,), "stride": (BIG,)},
    {"size": (2,), "stride": (-1,), "offset": 1},
    {"size": (1 << 62, 4), "stride": (0, 1)},
    {"offset": BIG},
    {"offset": -1},
    {"size": (1,) * 70, "stride": (1,) * 70},
    {"base": 1_000_005},
    {"sharer": 1_000_005},
    {"grad": 1_000_005},
    {"version": BIG},
    {"version": -5},
    {"creation": 99},
    {"conjugate": True},
    {"negative": True, "conjugate": True, "dtype": "complex64", "size": (1,)},
    {"dtype": "complex32", "size": (1,)},
    {"dtype": "float8_e4m3fn", "size": (8,)},
    {"dtype": "bool", "size": (8,)},
    {"requires_grad": True, "dtype": "int64", "size": (1,)},
    {"parameter": True, "dtype": "int64", "size": (1,), "requires_grad": True},
    {"leaf": False, "requires_grad": True, "retains_grad": True},
]
ARRAYS = [
    ("<f8", (BIG,), (0,), 0),
    ("<f8", (1,), (8,), BIG),
    ("<f8", (1,), (8,), -8),
    ("<f8", (2,), (-8,), 0),
    ("|O8", (1,), (8,), 0),
    ("<U9999", (1,), (8,), 0),
    ("<f8", (0, BIG), (BIG, BIG), BIG),
]
calls = 0
real = server.Server.answer


def answer(self, message):
    global calls
    if not isinstance(message, wire.Call):
        return real(self, message)
    self.apply(message.changes)
    calls += 1
    number = (os.getpid() + calls) % (len(LIES) + len(ARRAYS))
    steps = [wire.BlockRecord(1_000_001, 8, "cpu", b"\xff" * 8)]
    if number < len(LIES):
        steps += [
            wire.StorageRecord(1_000_003, 1_000_001, 0, 8, True, True),
            wire.TensorRecord(**FIELDS | LIES[number]),
        ]
    else:
        dtype, shape, strides, offset = ARRAYS[number - len(LIES)]
        steps.append(wire.ArrayRecord(1_000_005, 1_000_001, dtype, shape, strides, offset, True, True))
    self.send(wire.Returned(wire.Changes(tuple(steps)), wire.Ref(1_000_005)))
    return None


server.Server.answer = answer


def cheat(*args, **kwargs):
    return None


print("ATTACK RAN:", len(LIES) + len(ARRAYS), "lies, by", server.Server.answer is answer)
