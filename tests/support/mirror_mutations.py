"""Mutated frames of a live conversation, fed to the judge's side; run as a script, so that a crash is seen.

`python -m tests.support.mirror_mutations SEED FRAMES` prints how many frames were refused, accepted and so on.
"""

from __future__ import annotations

import collections
import contextlib
import io
import random
import sys
import warnings

import numpy as np
import torch

from notegrad.mirror import CallInterrupted, ObservationError
from notegrad.mirror.objects.exceptions import is_remote
from tests.support.frame_mutations import mutated
from tests.support.mirror_server import serving

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
