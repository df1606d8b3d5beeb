"""Returns objects whose length, text, hash, comparison and end of life never come to an end."""


def forever(*args, **kwargs):
    while True:
        pass


class Endless:
    __repr__ = __str__ = __len__ = __hash__ = __eq__ = __bool__ = __iter__ = __getattr__ = __del__ = forever
    __sub__ = __rsub__ = __float__ = __int__ = __array__ = __reduce_ex__ = __format__ = forever


def cheat(*args, **kwargs):
    return Endless()


print("ATTACK RAN: an object that never answers is ready")
