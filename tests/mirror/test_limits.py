"""A value too large, too deep or of no known kind fails its one call, clearly, and the next call works."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from notegrad.mirror import ObservationError, ProcessDied
from notegrad.mirror.autograd import graph
from notegrad.mirror.memory import blocks, registry
from notegrad.mirror.objects import encoding
from notegrad.mirror.sides.sandbox_side import Server
from notegrad.mirror.wire import limits
from notegrad.records import Limits
from tests.support.mirror_server import serving

SMALL = Limits(observation_bytes=1_000_000)
SOURCE = """
import numpy as np, torch
gros = torch.zeros(2_000_000)
def double(x): return 2 * x
def octets(): return torch.zeros(2_000_000)
def tableau(): return np.zeros(2_000_000)
def enfle(x): x.resize_(2_000_000)
def profond(n):
    v = ()
    for _ in range(n): v = (v,)
    return v
def listes(n):
    v = []
    for _ in range(n): v = [v]
    return v
def chiffres(): return 10 ** 6000
def texte(): return "é" * 5_000_000
def brut(): return bytes(5_000_000)
def objets(): return [torch.ones(1) for _ in range(300)]
def elements(): return list(range(2_000_000))
def etendu(n): return torch.zeros(1).expand(n)
def etendu_meta(n): return torch.zeros(1, device="meta").expand(n)
def etendu_tableau(n): return np.broadcast_to(np.zeros(1), (n,))
def pas_nuls(n): return np.lib.stride_tricks.as_strided(np.zeros(1), (n, n), (0, 0))
def dans_une_liste(n): return [{"x": (torch.zeros(1, 1).expand(n, n),)}]
def etend_le_parametre(x, n): x.data = torch.zeros(1).expand(n)
def etend_le_gradient(x, n): x.grad = None; x.data = torch.zeros(1).expand(n); x.grad = torch.zeros(1).expand(n)
def textes(n): return [str(i) + "z" * 1_000_000 for i in range(n)]
def meme_texte(n): return ["é" * 1_000_000] * n
def octets_ranges(n): return {i: (bytes(1_000_000),) for i in range(n)}
def textes_en_rond(n): return tuple(frozenset({str(i) + "z" * 1_000_000}) for i in range(n))
def un_texte(i): return [str(i) + "z" * 300_000]
def biais(x, b): return b.expand_as(x), torch.broadcast_to(b, (64, 1000, 100))
def graphe(x):
    for _ in range(2000): x = x * 1
    return x
def creux(): return torch.eye(4).to_sparse_bsr((2, 2))
def objet(): return np.zeros(1, dtype=[("a", "O")])
def bruyant(): print("x" * 1_000_000)
def long_message(): raise ValueError("y" * 1_000_000)
def remplit(l):
    l.append(torch.zeros(2_000_000))
    l.append(1)
"""


def lower_limits():
    registry.MAX_OBJECTS = 200
    graph.MAX_GRAPH_NODES = 500


@pytest.fixture(scope="module")
def served():
    namespace = {}
    exec(SOURCE, namespace)
    with serving(namespace, limits=SMALL, prepare=lower_limits) as running:
        yield running


@pytest.fixture
def call(served):
    served.mirror.begin(1, 20)

    def calling(name, *args):
        return served.mirror.get([name])[name](*args)

    return calling


@pytest.mark.parametrize(
    ("name", "args", "says"),
    [
        ("octets", (), "8,000,000 bytes; the limit is 1,000,000"),
        ("tableau", (), "bytes; the limit is 1,000,000"),
        ("etendu", (1 << 45,), "a tensor of 35,184,372,088,832 elements; the limit is 268,435,456"),
        ("etendu_tableau", (1 << 45,), "a tensor of 35,184,372,088,832 elements; the limit is 268,435,456"),
        ("pas_nuls", (1 << 20,), "elements; the limit is 268,435,456"),
        ("dans_une_liste", (1 << 20,), "elements; the limit is 268,435,456"),
        ("textes", (5,), "texts and items of more than 1,000,000 bytes"),
        ("meme_texte", (10_000,), "texts and items of more than 1,000,000 bytes"),
        ("octets_ranges", (5,), "texts and items of more than 1,000,000 bytes"),
        ("textes_en_rond", (5,), "texts and items of more than 1,000,000 bytes"),
        ("profond", (150,), f"nested more than {limits.MAX_DEPTH} deep"),
        ("listes", (150,), f"nested more than {limits.MAX_DEPTH} deep"),
        ("chiffres", (), f"an integer of more than {limits.MAX_INTEGER_BITS:,} bits"),
        ("texte", (), "a text of more than 4,000,000"),
        ("brut", (), "more than 4,000,000 bytes"),
        ("objets", (), "more than 200 objects"),
        ("elements", (), "more than 1,000,000 items"),
        ("graphe", (torch.ones(2, requires_grad=True),), "an autograd graph of more than 500 nodes"),
        ("creux", (), "tensors of layout torch.sparse_bsr cannot cross"),
        ("objet", (), "arrays of dtype .* cannot cross"),
    ],
)
def test_a_result_beyond_a_limit_fails_its_call_only(call, name, args, says):
    """Each limit has its sentence, and the call after it works as if nothing had been."""
    with pytest.raises(ObservationError, match=says.replace("|", r"\|").replace("(", r"\(")):
        call(name, *args)
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    result = call("double", x)
    result.sum().backward()
    assert result.tolist() == [2.0, 4.0] and x.grad.tolist() == [2.0, 2.0]


def test_what_calls_leave_in_containers_counts_together(call):
    """A list that the test holds is read for each message: many texts are too many, and the judge does not grow."""
    held = []
    with pytest.raises(ObservationError, match="texts and items"):
        for i in range(100):
            held.append(call("un_texte", i))


def test_what_a_test_lets_go_of_costs_nothing_more(call):
    """A test may ask a thousand times for a list, or with one: only those that it holds count, and are read."""
    for i in range(40):
        call("un_texte", i)
    for i in range(2 * 200):  # more than may be known at once
        assert call("double", [i]) == [i, i]


def test_moderate_views_of_few_bytes_pass(call):
    """A bias expanded to a batch, and anything on the meta device, is no giant."""
    x, b = torch.zeros(500, 100), torch.arange(200.0)
    expanded, broadcast = call("biais", x, b[:100])
    assert expanded.stride() == (0, 1) and expanded.sum() == 500 * 4950
    assert broadcast.shape == (64, 1000, 100) and broadcast.untyped_storage().nbytes() <= 800
    assert call("etendu_meta", 1 << 45).shape == (1 << 45,)
    assert call("etendu", 1 << 28).shape == (1 << 28,)
    assert call("etendu_tableau", 1 << 24).strides == (0,)


def test_an_input_grown_beyond_the_limit_is_refused(call):
    """A known tensor that the call made too large is named in bytes; the judge's own stays as it was."""
    x = torch.ones(2)
    with pytest.raises(ObservationError, match="8,000,000 bytes"):
        call("enfle", x)
    assert x.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("name", ["etend_le_parametre", "etend_le_gradient"])
def test_an_input_stretched_beyond_the_limit_is_refused(call, name):
    """A known tensor, or its gradient, that the call made endless leaves the judge's own as it was."""
    x = torch.ones(2)
    with pytest.raises(ObservationError, match="elements; the limit is 268,435,456"):
        call(name, x, 1 << 45)
    assert x.tolist() == [1.0, 1.0] and x.grad is None


def test_a_list_that_cannot_be_read_back_leaves_the_rest_alone(call):
    """The judge's list is unchanged when what was put in cannot cross."""
    items = [0]
    with pytest.raises(ObservationError, match="bytes"):
        call("remplit", items)
    assert items == [0]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (torch.zeros(2_000_000), "bytes; the limit"),
        (1 << 20_000, "bits"),
        (np.zeros(1, dtype=[("a", "O")]), "cannot cross"),
        ("x" * 5_000_000, "characters"),
    ],
    ids=["tensor", "integer", "array", "text"],
)
def test_an_argument_beyond_a_limit_is_the_tests_fault_and_the_next_call_works(call, value, says):
    """The judge refuses before it sends, with the same sentences."""
    with pytest.raises(ObservationError, match=says):
        call("double", value)
    assert call("double", torch.ones(1)).tolist() == [2.0]


def test_what_a_call_prints_and_says_is_cut_off(call, capsys):
    """A flood of output or a huge message does not grow without bounds."""
    call("bruyant")
    assert len(capsys.readouterr().out) == limits.MAX_OUTPUT_CHARACTERS
    with pytest.raises(ValueError) as caught:
        call("long_message")
    assert len(str(caught.value)) <= limits.MAX_TEXT_BYTES


def raise_limits():
    encoding.MAX_DEPTH = 5000
    encoding.MAX_INTEGER_BITS = 10**9
    encoding.MAX_TEXT_BYTES = 10**9
    blocks.MAX_ELEMENTS = 1 << 62
    Server.count_bytes = lambda *_: None


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("octets", ()),
        ("tableau", ()),
        ("chiffres", ()),
        ("texte", ()),
        ("brut", ()),
        ("remplit", ([],)),
        ("etendu", (1 << 45,)),
        ("etendu_tableau", (1 << 45,)),
        ("dans_une_liste", (1 << 20,)),
        ("etend_le_parametre", (torch.ones(3), 1 << 45)),
        ("etend_le_gradient", (torch.ones(3), 1 << 45)),
        ("textes", (50,)),
    ],
)
def test_the_judge_does_not_rely_on_the_sandbox_to_keep_the_limits(name, args):
    """A sandbox that does not count is refused by the judge all the same."""
    namespace = {}
    exec(SOURCE, namespace)
    with serving(namespace, prepare=raise_limits, judge_limits=SMALL) as running:
        running.mirror.begin(1, 20)
        functions = running.mirror.get([name, "double"])
        with pytest.raises(ObservationError):
            functions[name](*args)
        try:
            running.mirror.begin(1, 20)
            assert running.mirror.get(["double"])["double"](torch.ones(1)).tolist() == [2.0]
        except ProcessDied:  # a frame above the limit is not read, so that the connection is of no more use
            assert running.mirror.channel.broken is ProcessDied


def test_arrays_that_a_test_lets_go_of_leave_their_memory(call):
    """A training loop over NumPy arrays knows a few at a time: together they may be more than what may cross."""
    for i in range(20):
        x = np.full(50_000, float(i))  # 400 kB of 1 MB
        assert call("double", x)[0] == 2 * i
    kept = [call("double", np.full(10_000, 1.0)) for _ in range(5)]
    assert all(each[0] == 2 for each in kept)
