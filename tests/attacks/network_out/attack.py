"""Looks for somebody to ask: a server on this machine, names, sockets of every family, a container engine."""

import json
import socket

port = json.load(open("target.json"))[
    "port"
]  # somebody who listens, as whoever prepares an attack would know
reached, refused = [], 0
for ask in (
    lambda: socket.create_connection(("127.0.0.1", port), 0.5).close(),
    lambda: socket.socket(socket.AF_UNIX).connect("/var/run/docker.sock"),
    lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM),
    lambda: socket.socket(38, socket.SOCK_SEQPACKET),
):
    try:
        ask()
        reached.append(ask)
    except OSError:
        refused += 1
if not reached:  # names are asked for only where nobody can hear it
    try:
        socket.getaddrinfo("example.org", 80)
        reached.append("a name")
    except OSError:
        refused += 1


def cheat(*args, **kwargs):
    return socket.create_connection(("127.0.0.1", port), 0.5).recv(100)


print("ATTACK RAN: reached", len(reached), "refused", refused)
if reached:
    print("ATTACK SUCCEEDED: reached", len(reached))
