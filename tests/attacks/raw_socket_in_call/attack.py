"""Answers the judge itself: in the middle of a call it writes frames with values of its own choice."""

import os
import stat
import struct

import msgspec

sent = []


def sockets():
    for number in range(3, 256):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                yield number
        except OSError:
            pass


def cheat(*args, **kwargs):
    try:
        from notegrad.mirror.wire import Changes, Returned, TupleValue, encode_message

        frames = [
            encode_message(Returned(Changes(), value)) for value in (True, 8, TupleValue((1, 2, 3)), "36")
        ]
    except Exception:
        frames = [msgspec.msgpack.encode(True)]
    for number in sockets():
        for frame in frames:
            sent.append(os.write(number, struct.pack("<Q", len(frame)) + frame))
    return True


print("ATTACK RAN: in calls it will write into", list(sockets()))
