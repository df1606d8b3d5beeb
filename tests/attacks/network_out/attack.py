"""Looks for somebody to ask: names, addresses, sockets of every family, the clouds' metadata service."""

import socket
import urllib.request

reached, refused = [], 0
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK, 38):
    try:
        socket.socket(family, socket.SOCK_RAW if family != socket.AF_VSOCK else socket.SOCK_STREAM)
        reached.append(family)
    except OSError:
        refused += 1
for ask in (
    lambda: socket.create_connection(("169.254.169.254", 80), 0.5),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: urllib.request.urlopen("http://127.0.0.1:8888", timeout=0.5).read(),
    lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"),
):
    try:
        ask()
        reached.append(ask)
    except OSError:
        refused += 1


def cheat(*args, **kwargs):
    return socket.create_connection(("127.0.0.1", 8888), 0.5).recv(100)


print("ATTACK RAN: reached", reached, "refused", refused)
assert not reached, reached
