"""Fills and changes objects of the judge's that it was never given: lists for tensors, tensors for functions, ids of others."""

import os

from notegrad.mirror.sides import sandbox_side as server
from notegrad.mirror import wire

TRICKS = [
    lambda i: (wire.ContainerRecord(i, "list", (True,)), wire.Ref(i)),
    lambda i: (wire.ContainerRecord(i, "dict", (1, 2, 3)), wire.Ref(i)),
    lambda i: (wire.ContainerRecord(1_000_001, "list", (wire.Ref(1_000_001),)), wire.Ref(1_000_001)),
    lambda i: (wire.ContainerRecord(1_000_001, "__class__", ()), wire.Ref(1_000_001)),
    lambda i: (wire.HandleRecord(i, "f", "doc", True, (("x", 99, True),)), wire.Ref(i)),
    lambda i: (wire.HandleRecord(1_000_001, "\ud800".encode("utf-8", "replace").decode(), None, False, None), wire.Ref(1_000_001)),
    lambda i: (wire.ShippedRecord(1_000_001, b"cos\nsystem\n(S'true'\ntR."), wire.Ref(1_000_001)),
    lambda i: (wire.HistoryRecord(1_000_001, (i,), (i,)), True),
    lambda i: (wire.HistoryRecord(1_000_001, (), ()), True),
    lambda i: (wire.HistoryRecord(1_000_001, (i,), (), "AccumulateGrad"), True),
    lambda i: (wire.ContainerRecord(1_000_001, "list", ()), wire.NamedTupleValue("torch.PackedSequence", ("data",), (True,))),
    lambda i: (wire.BlockRecord(i, 8, "meta", None), True),
    lambda i: (wire.ContainerRecord(1_000_001, "set", (wire.Ref(i), wire.Ref(999_999))), wire.Ref(1_000_001)),
    lambda i: (wire.BlockRecord(1_000_001, 8, "cuda:0", bytes(8)), True),
    lambda i: (wire.BlockRecord(1_000_001, 8, "mtia", bytes(8)), True),
    lambda i: (wire.BlockRecord(1_000_001, 8, "", bytes(8)), True),
]  # fmt: skip
calls = 0
real = server.Server.answer


def answer(self, message):
    global calls
    if not isinstance(message, wire.Call):
        return real(self, message)
    self.apply(message.changes)
    calls = calls + 1 + os.getpid()
    known = [i for i in self.registry if i % 2 == 0] or [2]
    step, value = TRICKS[calls % len(TRICKS)](known[calls % len(known)])
    self.send(wire.Returned(wire.Changes((step,), None, (2, 4, 6, 8), (1, 2, 3)), value))
    return None


server.Server.answer = answer


def cheat(*args, **kwargs):
    return True


print("ATTACK RAN:", len(TRICKS), "tricks, by", server.Server.answer is answer)
