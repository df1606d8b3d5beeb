"""Answers byte by byte, half, with the wire shut on one side, or with a flood of descriptors."""

import array
import os
import socket
import time

from notegrad.mirror.wire import channel

real = channel.Channel.send
ways = 0


def send(self, frame):
    global ways
    ways += 1
    way = (os.getpid() + ways) % 5
    data = channel._HEADER.pack(len(frame)) + frame
    if way == 0:
        for byte in data[:40]:
            self.socket.send(bytes([byte]))
            time.sleep(0.002)
        self.socket.sendall(data[40:])
    elif way == 1:
        self.socket.send(data[: len(data) // 2])
        self.socket.shutdown(socket.SHUT_WR)
        time.sleep(0.05)
    elif way == 2:
        null = os.open("/dev/null", os.O_RDONLY)
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null] * 200))]
        for _ in range(20):
            self.socket.sendmsg([data[:1]], rights)
        real(self, frame)
    elif way == 3:
        os.dup2(os.open("/dev/zero", os.O_RDONLY), self.socket.fileno())
        real(self, frame)
    else:
        self.socket.send(channel._HEADER.pack((1 << 64) - 1))
        real(self, frame)


channel.Channel.send = send


def cheat(*args, **kwargs):
    return True


print("ATTACK RAN: the wire is ours", channel.Channel.send is send)
