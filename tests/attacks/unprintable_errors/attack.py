"""Raises exceptions that cannot be shown: numbers of 4,900 digits, syntax errors whose places are no numbers."""

errors = [
    ValueError(1 << 16_000),
    KeyError(1 << 16_000),
    SyntaxError("oui", ("tests/q01.py", "première", "ligne", b"attendu")),
    SyntaxError("oui", ("tests/q01.py", 1, "ligne", "attendu", "x", "y")),
    UnicodeDecodeError("utf-8", b"x", 10**9, -(10**9), "x"),
    OSError(1 << 16_000, 1 << 16_000, 1 << 16_000),
    AssertionError(("x", 1 << 16_000)),
    ImportError(1 << 16_000),
]
calls = 0


def cheat(*args, **kwargs):
    global calls
    calls += 1
    raise errors[calls % len(errors)]


unprintable = 0
for error in errors:
    try:
        str(error)
    except ValueError:
        unprintable += 1
print("ATTACK RAN:", unprintable, "of its errors have no text")
