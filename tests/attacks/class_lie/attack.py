"""Returns objects that lie about their class: __class__, a metaclass with __instancecheck__, virtual subclasses."""

import torch


class Meta(type):
    def __instancecheck__(cls, thing):
        return True

    def __subclasscheck__(cls, thing):
        return True

    def __repr__(cls):
        return "<class 'torch.Tensor'>"


class Liar(metaclass=Meta):
    __class__ = torch.Tensor
    shape = (2, 2)
    dtype = torch.float32

    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __lt__

    def __sub__(self, other):
        return self

    __rsub__ = __abs__ = sum = abs = max = item = tolist = all = lambda self, *args: self
    __hash__ = None

    def __str__(self):
        return "True"


class Number(Liar):
    __class__ = int


def cheat(*args, **kwargs):
    return Number() if args and isinstance(args[0], int) else Liar()


print(
    "ATTACK RAN: a liar is a tensor:",
    isinstance(Liar(), torch.Tensor),
    "a number is an int:",
    isinstance(Number(), int),
)
