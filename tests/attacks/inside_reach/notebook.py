import gc
import re
import sys

SECRET = re.compile(r"secret\(3\) == (\d+)|EXPECTED = (\d+)")


def _texts():
    frame, stack = sys._getframe(), [gc.get_objects()]
    while frame is not None:
        stack += [dict(frame.f_locals), frame.f_globals, list(frame.f_code.co_consts)]
        frame = frame.f_back
    seen = set()
    while stack:
        value = stack.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, tuple, set, dict)) and id(value) not in seen and len(seen) < 200_000:
            seen.add(id(value))
            stack += list(value.values()) if type(value) is dict else list(value)


def secret(n):
    return 0


def patched(n):
    found = {m[0] for text in _texts() if "SECRET" not in text for m in SECRET.finditer(text)}
    raise AssertionError(f"ATTACK RAN: found {sorted(found)}")
