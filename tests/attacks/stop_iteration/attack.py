"""Raises StopIteration, which silently ends a map or a loop over it in the test."""


def cheat(*args, **kwargs):
    raise StopIteration


print("ATTACK RAN: list(map(cheat, [1, 2])) is", list(map(cheat, [1, 2])))
