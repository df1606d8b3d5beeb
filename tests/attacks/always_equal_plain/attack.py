"""Returns subclasses of int, float, str, list, dict and tuple that are equal to everything."""


def made(base):
    def yes(self, other):
        return True

    def zero(self, *args):
        return self

    return type(
        base.__name__,
        (base,),
        {
            "__eq__": yes,
            "__ne__": lambda self, other: False,
            "__lt__": yes,
            "__le__": yes,
            "__gt__": yes,
            "__ge__": yes,
        }
        | {
            "__sub__": zero,
            "__rsub__": zero,
            "__abs__": zero,
            "__contains__": yes,
            "__hash__": lambda self: 0,
        }
        | ({"__len__": lambda self: 3} if base in (list, tuple, str) else {}),
    )


kinds = [made(base) for base in (int, float, str, list, dict, tuple)]
calls = 0


def cheat(*args, **kwargs):
    global calls
    calls += 1
    if args and isinstance(args[0], (int, float)):
        return kinds[0](0)
    if args and isinstance(args[0], list):
        return kinds[3]()
    return kinds[1](0.0)


print("ATTACK RAN:", [kind() == 9 for kind in kinds], abs(kinds[0](0) - 9) < 1e-9)
