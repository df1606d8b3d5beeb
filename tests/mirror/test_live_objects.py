"""Streams and generators of random numbers that both sides hold: used there, they are used here."""

from __future__ import annotations

import io
import random

import numpy as np
import pytest
import torch

from notegrad.mirror import ObservationError
from notegrad.mirror.globals.generators import is_drawn_from_pcg
from tests.support.mirror_server import serving

SOURCE = """
import numpy as np, random, torch
def torch_rand(g, n): return torch.rand(n, generator=g)
def normal(g, n): return g.normal(size=n)
def shuffle(g, items): g.shuffle(items)
def seed(g):
    if isinstance(g, torch.Generator): g.manual_seed(1)
    elif isinstance(g, np.random.Generator): g.bit_generator.state = np.random.default_rng(1).bit_generator.state
    else: g.seed(1)
def made(n): return np.random.default_rng(n)
def write(file, text): return file.write(text)
def line(file): return file.readline()
def close(file): file.close()
"""


def notebook():
    """The names of a notebook."""
    namespace: dict[str, object] = {}
    exec(SOURCE, namespace)
    return namespace


def get(served, *names):
    """Functions of the notebook."""
    found = served.mirror.get(names)
    return [found[name] for name in names]


def test_what_an_answer_draws_is_drawn_here() -> None:
    """After a call the test's generator goes on behind what the answer drew."""
    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        torch_rand, normal, shuffle = get(served, "torch_rand", "normal", "shuffle")
        ours, same = torch.Generator().manual_seed(3), torch.Generator().manual_seed(3)
        assert torch.equal(torch_rand(ours, 4), torch.rand(4, generator=same))
        assert torch.equal(torch.rand(4, generator=ours), torch.rand(4, generator=same))
        ours, same = np.random.default_rng(3), np.random.default_rng(3)
        assert normal(ours, 5).tolist() == same.normal(size=5).tolist()
        assert ours.integers(10**9) == same.integers(10**9)
        for kind in (random.Random, np.random.RandomState):
            ours, same = kind(3), kind(3)
            items, expected = list(range(20)), list(range(20))
            shuffle(ours, items)
            same.shuffle(expected)
            assert items == expected
            assert ours.uniform(0, 1) == same.uniform(0, 1)


@pytest.mark.parametrize(
    "generator",
    [torch.Generator(), np.random.default_rng(5), random.Random(5), np.random.RandomState(5)],
    ids=lambda each: type(each).__name__,
)
def test_an_answer_cannot_choose_what_a_test_draws(generator: object) -> None:
    """A generator of the test's that was seeded anew is no state that drawing leads to."""
    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        (seed,) = get(served, "seed")
        with pytest.raises(ObservationError, match="seeded anew"):
            seed(generator)


def test_a_generator_of_an_answer_s_is_one_here() -> None:
    """What a test draws from it is what the answer's would give."""
    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        (made,) = get(served, "made")
        assert made(4).normal() == np.random.default_rng(4).normal()


def test_streams_are_read_and_written_on_both_sides() -> None:
    """Content and place cross both ways; so does that a stream is closed."""
    with serving(notebook()) as served:
        served.mirror.begin(1, 60)
        write, line, close = get(served, "write", "line", "close")
        text = io.StringIO("a\nb\nc\n")
        assert line(text) == "a\n"
        assert text.readline() == "b\n"
        assert line(text) == "c\n"
        data = io.BytesIO()
        assert write(data, b"12") == 2
        data.write(b"3")
        write(data, b"4")
        assert data.getvalue() == b"1234"
        close(data)
        assert data.closed


def test_the_distance_of_pcg_is_what_was_drawn() -> None:
    """Draws are told from other states: before, after, far away, and on another circle."""
    generator = np.random.PCG64(1)
    before = generator.state["state"]
    generator.random_raw(12_345)
    after = generator.state["state"]
    assert is_drawn_from_pcg(before["state"], after["state"], before["inc"])
    assert is_drawn_from_pcg(before["state"], before["state"], before["inc"])
    assert not is_drawn_from_pcg(after["state"], before["state"], before["inc"])
    other = np.random.PCG64(2).state["state"]["state"]
    assert not is_drawn_from_pcg(before["state"], other, before["inc"])
