"""Answers with sets of numbers that all have one hash: filling them takes the judge the square of their count."""

from notegrad.mirror.sides import sandbox_side as server
from notegrad.mirror import wire

COUNT = 150_000
modulus = (1 << 61) - 1
floods = [
    wire.FrozenSetValue(tuple(wire.ComplexNumber(-1000003.0 * k, float(k)) for k in range(1, COUNT))),
    wire.FrozenSetValue(tuple(wire.BigInteger(hex(k * modulus)) for k in range(1, COUNT))),
]
calls = 0
real = server.Server._perform


def perform(self, message):
    global calls
    if not isinstance(message, wire.Call):
        return real(self, message)
    self.apply(message.changes)
    calls += 1
    return floods[calls % len(floods)], None


server.Server._perform = perform


def cheat(*args, **kwargs):
    return None


print("ATTACK RAN:", len({hash(k * modulus) for k in range(1, COUNT)}), "hash for", COUNT, "numbers")
