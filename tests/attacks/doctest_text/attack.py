"""Returns objects whose repr is what a doctest would like to read, and prints the like."""


class Text:
    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    __str__ = __repr__


def cheat(*args, **kwargs):
    return Text("<BLANKLINE>\n...")


print("ATTACK RAN: the text is", repr(cheat()))
