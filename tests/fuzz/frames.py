"""The judge's parser: frames that a sandbox sends, while a test calls a function of it and looks at the results.

An input is the function that is called (one byte), and all frames that arrive, one after the other.
"""

from __future__ import annotations

import contextlib
import io
import random
import warnings

import msgspec
import torch

from notegrad.mirror import CallInterrupted, ObservationError
from notegrad.mirror.objects.exceptions import is_remote
from notegrad.mirror.sides.judge_side import Mirror
from notegrad.mirror.sides.stubs import Stub
from notegrad.mirror.wire.mirror_errors import ProcessDied
from tests.fuzz.framed import join, mutate_one, split
from tests.support.frame_mutations import mutated
from tests.support.mirror_mutations import NAMES, SOURCE, arguments, look_at
from tests.support.mirror_server import serving

MAX_BYTES = 4_000_000
torch.set_num_threads(1)
warnings.simplefilter("ignore")


class Recorded:
    """Stands for a channel: gives the frames of an input, then is dead."""

    broken = None
    deadline = None

    def __init__(self, frames: list[bytes]) -> None:
        self._frames = iter(frames)

    def send(self, frame: bytes) -> None:
        pass

    def receive(self) -> bytearray:
        try:
            return bytearray(next(self._frames))
        except StopIteration:
            raise ProcessDied from None


def seeds() -> list[bytes]:
    """What really arrives while each of the functions is called."""
    namespace: dict[str, object] = {}
    exec(SOURCE, namespace)
    found = []
    for number, name in enumerate(NAMES):
        with serving(namespace, quiet=True) as running:
            channel, frames = running.mirror.channel, []
            receive = channel.receive

            def recording(receive=receive, frames=frames):
                frame = receive()
                frames.append(bytes(frame))
                return frame

            channel.receive = recording
            play(running.mirror, name)
            found.append(bytes([number]) + join(frames))
    return found


def check(data: bytes) -> None:
    if not data:
        return
    try:
        play(Mirror(Recorded(split(data[1:])), max_bytes=MAX_BYTES), NAMES[data[0] % len(NAMES)])
    finally:
        torch.set_grad_enabled(True)
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)


def play(mirror: Mirror, name: str) -> None:
    """A test case: fetch a function, call it twice, look at everything; only the named refusals may come out."""
    results: list[object] = []
    function: object = None
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            mirror.begin(7, 5.0)
            function = mirror.get([name]).get(name)
            given = arguments(name)
            results += given
            if callable(function):
                results += [function(*given), function(*given)]
        except (ObservationError, CallInterrupted):
            pass
        except Exception as error:
            # A name may stand for a type that both sides have, which does not take these arguments.
            if not is_remote(error) and (function is None or isinstance(function, Stub)):
                raise
        for result in results:
            with contextlib.suppress(Exception, CallInterrupted):
                look_at(result)


def mutate(rng: random.Random, data: bytes) -> bytes:
    def changed(rng: random.Random, frame: bytes) -> bytes:
        try:
            return mutated(rng, frame)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return frame[: rng.randrange(len(frame) + 1)]

    return data[:1] + mutate_one(rng, data[1:], changed)
