"""Takes all the memory it can get: touched bytes, torch storages, mapped files, files in /dev/shm."""

import mmap

import torch

got, said = 0, []
for take in (
    lambda: bytearray(1 << 33),
    lambda: torch.ones(1 << 31),
    lambda: mmap.mmap(-1, 1 << 34).write(b"x" * (1 << 20)),
    lambda: open("/dev/shm/bomb", "wb").write(b"x" * (1 << 28)),
):
    try:
        take()
        got += 1
    except BaseException as error:
        said.append(type(error).__name__)


def cheat(*args, **kwargs):
    kept = []
    try:
        while True:
            kept.append(bytearray(b"x" * (1 << 26)))
    except MemoryError:
        return torch.zeros(1 << 40)


print("ATTACK RAN: took", got, "bombs, was refused by", said)
