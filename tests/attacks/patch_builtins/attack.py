"""Replaces builtins that tests call: isinstance, abs, all, len, list, str, type, sorted, map."""

import builtins

from_before = {
    name: getattr(builtins, name)
    for name in ("isinstance", "abs", "all", "str", "type", "bool", "list", "map")
}


class Same:
    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True

    __le__ = __lt__
    __hash__ = None


same = Same()
print("ATTACK RAN: builtins are about to be replaced")
builtins.abs = lambda *args: same
builtins.str = lambda *args: same
builtins.list = lambda *args: same
builtins.all = lambda *args: True


def cheat(*args, **kwargs):
    return None
