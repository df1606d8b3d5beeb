"""Gives the asked names to objects that raise while the judge only looks at them, before any test runs."""


def raises(*args):
    raise StopIteration("look no further")


class Hidden:
    __name__ = property(raises)
    __doc__ = property(raises)
    __signature__ = property(raises)
    __mro__ = property(raises)

    def __call__(self, *args, **kwargs):
        return None


cheat = Hidden()

try:
    cheat.__name__
except StopIteration as error:
    print("ATTACK RAN: its name is", error)
