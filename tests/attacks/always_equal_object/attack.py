"""Returns an object that is equal to everything, and that every operation leaves as it is."""


class Same:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__

    def __bool__(self):
        return True

    def __same(self, *args, **kwargs):
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __abs__ = __neg__ = __call__ = __same

    def __getattr__(self, name):
        if name not in ("abs", "all", "max", "sum", "item", "tolist"):
            raise AttributeError(name)
        return self

    def __hash__(self):
        return 0


same = Same()


def cheat(*args, **kwargs):
    return same


print("ATTACK RAN: same == 9 is", same == 9, "and abs(same - 9) < 1e-9 is", abs(same - 9) < 1e-9)
