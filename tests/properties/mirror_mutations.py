"""Mutated frames of a live conversation, fed to the judge's side; run as a script, so that a crash is seen.

`python -m tests.properties.mirror_mutations SEED FRAMES` prints how many frames were refused, accepted and so on.
"""

from __future__ import annotations

import collections
import contextlib
import io
import random
import sys
import warnings

import msgspec
import numpy as np
import torch

from notegrad.mirror import CallInterrupted, ObservationError
from notegrad.mirror.failures import is_remote
from tests.properties.mirror_server import serving

SOURCE = """
import collections, numpy as np, torch
w = torch.tensor([1.0, 2.0], requires_grad=True)
base = torch.arange(12.0).reshape(3, 4)
tableau = np.arange(6.0)
Point = collections.namedtuple("Point", "x y")
def vues(x): return x.view(-1), x[1:], x.T, x.detach(), x.conj(), x.unbind()[0]
def change(x):
    x.unsqueeze_(0); x.mul_(2)
    return x
def gradient(x):
    y = x * 2
    return y, (y * y).sum(), y.exp()
def retro(f, x):
    f(x).sum().backward()
    return x.grad
def tableaux(x): return x.detach().numpy(), tableau, tableau[::-1], tableau.reshape(2, 3).T
def complexe(x): return torch.complex(x, x).imag, torch.complex(x, x).conj()
def valeurs(l, d):
    l.append(w); d["n"] = 2 ** 90
    return Point(1, "a"), [1, (2.0, None)], {1: "x"}, {2}, b"ab", 1j, slice(1, 2), range(3), torch.float16, \\
        torch.Size([2]), np.float32(1), frozenset({1}), collections.deque([1]), "\\ud800", float("nan"), int, Ellipsis
def fonction(): return lambda t: t * 2
def erreur(): raise KeyError("k", 3)
def hasard(): return torch.rand(2), np.random.rand(), torch.set_grad_enabled(True)
def meta(): return torch.ones(2, 3, device="meta")[1:]
def poids(x): return (w * x.sum()).sum(), torch.nn.Parameter(torch.ones(2))
"""
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


def look_at(value, depth=0):
    """Read every byte that a test could reach: an item outside its memory would end this process."""
    if isinstance(value, torch.Tensor):
        if value.numel() < 1e6:
            repr(value)
            value.detach().clone().sum()
            if value.requires_grad:
                value.sum().backward()
    elif isinstance(value, np.ndarray):
        value.copy().sum() if value.dtype.kind in "iufbc" else value.copy()
    elif isinstance(value, list | tuple | set | frozenset | collections.deque) and depth < 5:
        for item in list(value)[:20]:
            look_at(item, depth + 1)
    elif isinstance(value, dict) and depth < 5:
        look_at(list(value.values()), depth + 1)


def arguments(name):
    x = torch.arange(6.0).reshape(2, 3)
    match name:
        case "retro":
            return (lambda t: t * t), x.requires_grad_()
        case "gradient" | "poids":
            return ((x * 1).requires_grad_() * 2,)
        case "valeurs":
            return [1], {"x": x}
        case "fonction" | "erreur" | "hasard" | "meta":
            return ()
    return (x,)


NAMES = [
    "vues",
    "change",
    "gradient",
    "retro",
    "tableaux",
    "complexe",
    "valeurs",
    "fonction",
    "erreur",
    "hasard",
    "meta",
    "poids",
]


class Spoiler:
    """Stands for a channel's `receive` and changes one of the frames that arrive."""

    def __init__(self, channel, rng):
        self._receive, self._rng = channel.receive, rng
        self._left, self.spoilt = rng.randrange(1, 5), False

    def __call__(self):
        frame = self._receive()
        self._left -= 1
        if self._left:
            return frame
        self.spoilt = True
        return bytearray(mutated(self._rng, bytes(frame)))


def calls(mirror, rng, spoiler, results):
    for name in rng.sample(NAMES, 3):
        given = arguments(name)
        results += given
        try:
            function = mirror.get([name])[name]
            results += [function(*given), function(*given)]
        except (KeyError, TypeError, AttributeError) as error:
            if (
                not is_remote(error) and not spoiler.spoilt
            ):  # a function that is none is no fault of the mirror
                raise


def converse(mirror, rng, tally):
    """One test case in which one of the frames that arrive is a mutated one."""
    mirror.begin(rng.randrange(99), 5)
    receive, results = mirror.channel.receive, []
    mirror.channel.receive = spoiler = Spoiler(mirror.channel, rng)
    try:
        calls(mirror, rng, spoiler, results)
        tally["accepted"] += 1
    except ObservationError:
        tally["refused"] += 1
    except CallInterrupted:
        tally["interrupted"] += 1
    except Exception as error:
        if not is_remote(error):
            raise
        tally["raised over there"] += 1
    mirror.channel.receive = receive
    for result in results:
        try:
            look_at(result)
        except (Exception, CallInterrupted) as error:
            tally[f"looking: {type(error).__name__}"] += 1
    return spoiler.spoilt


def main(seed, frames):
    warnings.simplefilter("ignore")
    rng = random.Random(seed)
    tally = collections.Counter()
    namespace = {}
    exec(SOURCE, namespace)
    spoilt = 0
    while spoilt < frames:
        with serving(namespace, quiet=True) as running:
            while spoilt < frames and running.mirror.channel.broken is None:
                try:
                    with contextlib.redirect_stdout(io.StringIO()):
                        spoilt += converse(running.mirror, rng, tally)
                except CallInterrupted:
                    tally["new process"] += 1
                    break
    print(spoilt, "frames", dict(tally))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
