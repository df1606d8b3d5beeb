"""Gives names that doctests read to objects of its own: torch, np and all that they call."""


class Yes:
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: True


torch = Yes()
np = Yes()
numpy = Yes()


def cheat(*args, **kwargs):
    return None


print("ATTACK RAN: torch.equal(0, 1) is", torch.equal(0, 1))

# %%
import builtins

builtins.torch, builtins.np = torch, np
