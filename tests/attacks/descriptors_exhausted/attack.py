"""Opens files until no descriptor is left, and leaves them open when it is asked."""

import os

kept = []
try:
    while True:
        kept.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    said = error.strerror


def cheat(*args, **kwargs):
    try:
        while True:
            kept.append(os.dup(0))
    except OSError:
        return None


print("ATTACK RAN:", len(kept), "descriptors, then", said)
for descriptor in kept[:20]:
    os.close(descriptor)
