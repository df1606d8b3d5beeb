"""Student code that replaces functions of its own process has no say in what crosses."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.support.mirror_server import serving

SOURCE = """
import numpy as np, torch
base = torch.arange(6.0).reshape(2, 3)
poids = torch.tensor([2.0, 3.0], requires_grad=True)
def valeurs(): return base
def vue(): return base.T
def morceau(): return base[1]
def tableau(): return np.arange(3.0)
def feuille(): return poids
def ajoute(x, y): return x + y
def copie(x): return x.clone()
def identite(x): return x
def remplit_(x): return x.fill_(2)
"""

GARBAGE = 666.0


def replace_kernels():
    """Replace the operations that a capture might use by ones that give garbage."""
    global library
    library = torch.library.Library("aten", "IMPL")

    def garbage(tensor, *args, **kwargs):
        return torch.from_numpy(np.full(tuple(tensor.shape), GARBAGE, np.float32))

    for name in [
        "add.Tensor",
        "clone",
        "detach",
        "as_strided",
        "_to_copy",
        "alias",
        "contiguous",
        "view",
        "select.int",
    ]:
        library.impl(name, garbage, "CPU", with_keyset=False)


def patch_python():
    """Replace what Python lets one replace."""
    lie = property(lambda self: torch.Size([99]))
    for name in [
        "shape",
        "grad",
        "data",
        "is_leaf",
        "requires_grad",
        "dtype",
        "grad_fn",
        "_version",
        "_base",
    ]:
        setattr(torch.Tensor, name, lie)
    for name in [
        "numpy",
        "detach",
        "clone",
        "size",
        "stride",
        "data_ptr",
        "tolist",
        "untyped_storage",
        "storage_offset",
    ]:
        setattr(torch.Tensor, name, lambda self, *a, **k: 1 / 0)
    for name in ["is_tensor", "numel", "as_strided", "is_grad_enabled", "get_default_dtype"]:
        setattr(torch, name, lambda *a, **k: 1 / 0)
    torch.Tensor.__torch_function__ = classmethod(lambda *a, **k: 1 / 0)
    torch.Tensor.__eq__ = lambda *a: True


def leave_mode_on():
    """A dispatch mode and a function mode that lie, left active."""
    from torch.overrides import TorchFunctionMode
    from torch.utils._python_dispatch import TorchDispatchMode

    class Lies(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            found = func(*args, **(kwargs or {}))
            if isinstance(found, torch.Tensor) and found.dtype.is_floating_point:
                found.detach().numpy()[...] = GARBAGE
            return found

    class LiesToo(TorchFunctionMode):
        def __torch_function__(self, func, types, args=(), kwargs=None):
            raise ZeroDivisionError

    Lies().__enter__()
    LiesToo().__enter__()


def namespace():
    found = {}
    exec(SOURCE, found)
    return found


def test_replaced_kernels_change_what_students_compute_but_not_what_crosses():
    """Capture runs no torch operation: garbage kernels work (they are seen to), and true bytes arrive."""
    x, y = torch.ones(3), torch.arange(3.0)
    with serving(namespace(), prepare=replace_kernels) as running:
        running.mirror.begin(1, 20)
        f = running.mirror.get(["valeurs", "ajoute", "copie", "identite", "remplit_", "feuille", "tableau"])
        assert f["ajoute"](x, y).tolist() == [GARBAGE] * 3, "the attack must have run"
        assert f["copie"](x).tolist() == [GARBAGE] * 3, "the attack must have run"
        assert f["valeurs"]().tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
        assert f["identite"](y) is y and y.tolist() == [0.0, 1.0, 2.0]
        assert f["remplit_"](x) is x and x.tolist() == [2.0] * 3 and x._version == 1
        assert f["feuille"]().tolist() == [2.0, 3.0] and f["feuille"]().requires_grad
        assert f["tableau"]().tolist() == [0.0, 1.0, 2.0]


def test_a_patched_python_side_does_not_lie():
    """Attributes of `torch.Tensor` and functions of `torch` are not what is asked."""
    with serving(namespace(), prepare=patch_python) as running:
        running.mirror.begin(1, 20)
        f = running.mirror.get(["valeurs", "vue", "morceau", "feuille"])
        base = f["valeurs"]()
        assert base.shape == (2, 3) and base.tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
        assert f["feuille"]().requires_grad and f["feuille"]().is_leaf
        assert f["vue"]()._base is base._base and f["morceau"]().storage_offset() == 3


def test_modes_left_active_do_not_lie():
    """A dispatch mode that rewrites results, left on by a cell, does not touch what crosses."""
    with serving(namespace(), prepare=leave_mode_on) as running:
        running.mirror.begin(1, 20)
        f = running.mirror.get(["valeurs", "identite", "ajoute"])
        assert f["valeurs"]().tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
        x = torch.arange(3.0)
        assert f["identite"](x) is x and x.tolist() == [0.0, 1.0, 2.0]
        with pytest.raises(ZeroDivisionError):
            f["ajoute"](x, x)


def test_a_tensor_class_of_the_students_arrives_as_a_plain_tensor():
    """A sub-class that overrides everything is a tensor with its true bytes, and nothing of the class comes."""
    source = """
import torch
class Menteur(torch.Tensor):
    shape = property(lambda self: (7,))
    def __eq__(self, other): return True
    def __bool__(self): return True
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None): return 3
def menteur(): return torch.arange(2.0).as_subclass(Menteur)
class Vrai(int):
    def __eq__(self, other): return True
    __hash__ = int.__hash__
class Texte(str):
    def __eq__(self, other): return True
    __hash__ = str.__hash__
class Liste(list):
    def __iter__(self): return iter([9])
    def __len__(self): return 9
    def __eq__(self, other): return True
def valeurs(): return Vrai(3), Texte("a"), Liste([1, 2])
"""
    found = {}
    exec(source, found)
    with serving(found) as running:
        running.mirror.begin(1, 20)
        f = running.mirror.get(["menteur", "valeurs"])
        tensor = f["menteur"]()
        assert type(tensor) is torch.Tensor and tensor.shape == (2,) and tensor.tolist() == [0.0, 1.0]
        number, text, items = f["valeurs"]()
        assert (type(number), type(text), type(items)) == (int, str, list)
        assert number != 4 and text != "b" and items == [1, 2]


def test_a_clone_that_claims_to_be_a_view_is_caught_by_a_challenge():
    """What the test writes into its input is written over there before the next call reads it."""
    source = "def vue(x): return x.view(-1)\ndef copie(x): return x.clone().view(-1)\ndef lit(x): return x.tolist()"
    found = {}
    exec(source, found)
    with serving(found) as running:
        running.mirror.begin(1, 20)
        f = running.mirror.get(["vue", "copie", "lit"])
        x = torch.zeros(2, 2)
        view, copy = f["vue"](x), f["copie"](x)
        x[0, 1] = 7
        assert f["lit"](view) == [0, 7, 0, 0] and view.tolist() == [0, 7, 0, 0]
        assert f["lit"](copy) == [0, 0, 0, 0] and copy.tolist() == [0, 0, 0, 0]
        view[3] = 5
        assert f["lit"](x) == [[0, 7], [0, 5]]
