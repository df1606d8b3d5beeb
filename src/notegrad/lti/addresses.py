"""Addresses that requests to platforms may go to: public ones, and hosts that an administrator has listed."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Any

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SocketAddress = tuple[Any, int, Any]
"""The family of a socket, its protocol, and where it connects to."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_IPV4_BITS = 0xFFFFFFFF


class ForbiddenAddressError(OSError):
    """The host has an address that no request of ours may go to, or none at all."""


def is_public(address: Address) -> bool:
    """Whether an address is on the public internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is None and address in _NAT64:
            inside = ipaddress.IPv4Address(int(address) & _IPV4_BITS)
        if inside is not None:
            return is_public(inside)
        if address.teredo is not None or address.scope_id is not None:
            return False
    return address.is_global and not address.is_multicast


def addresses_of(host: str, port: int, listed: Collection[str]) -> list[SocketAddress]:
    """The places to connect to for a host, looked up once: connect to these and to no others.

    Raises ForbiddenAddressError where one of them is not public and the host is not listed.
    """
    name = host.strip("[]").rstrip(".").lower()
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ForbiddenAddressError(f"{name} has no address ({error})") from None
    if name not in listed:
        for *_, place in found:
            if not is_public(ipaddress.ip_address(str(place[0]))):
                raise ForbiddenAddressError(f"{name} has the address {place[0]}, which is not public")
    return [(family, protocol, place) for family, _, protocol, _, place in found]
