"""Sends requests to platforms: with time limits, to checked addresses only, and past no proxy.

The address that was checked is the one that is connected to: a name is looked up once, by the connection
itself. TLS is checked against the name as ever.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.poolmanager import PoolManager

from notegrad.lti.addresses import ForbiddenAddressError, addresses_of

CONNECT_S, READ_S, WHOLE_S = 5.0, 20.0, 60.0
MAX_REDIRECTS = 3
MAX_ANSWER_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 64 * 1024
AGENT = "notegrad"


class RefusedRequestError(requests.exceptions.RequestException):
    """A request that may not be made, or an answer that is not read to its end."""


def guarded_session() -> requests.Session:
    """A session for requests to platforms; the hosts that may be private are the administrator's."""
    return GuardedSession(frozenset(host.lower() for host in settings.LTI_PRIVATE_HOSTS))


class GuardedSession(requests.Session):
    """A session that follows a GET's redirects only, three at most, each of them checked anew."""

    def __init__(self, listed: Collection[str]) -> None:
        super().__init__()
        self.trust_env = False
        self.max_redirects = MAX_REDIRECTS
        self.headers["User-Agent"] = AGENT
        self.mount("https://", GuardedAdapter(listed))
        self.mount("http://", GuardedAdapter(listed))

    def request(
        self, method: str | bytes, url: str | bytes, *arguments: Any, **keywords: Any
    ) -> requests.Response:
        """The answer to a request; a redirected POST would come back as a GET that changed nothing."""
        keywords["allow_redirects"] = str(method).upper() == "GET"
        return super().request(method, url, *arguments, **keywords)


class GuardedAdapter(HTTPAdapter):
    """An adapter whose connections look up, check and connect in one go."""

    def __init__(self, listed: Collection[str]) -> None:
        self._listed = frozenset(listed)
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **keywords: Any) -> None:
        """Make the pools of connections."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, **keywords)
        self.poolmanager.pool_classes_by_scheme = _pools(self._listed)

    def send(self, request: requests.PreparedRequest, **keywords: Any) -> requests.Response:
        """The answer, read to its end. Raises RefusedRequestError for what may not be asked."""
        parts = urlsplit(request.url or "")
        if parts.scheme != "https" and (parts.hostname or "") not in self._listed:
            raise RefusedRequestError(f"{parts.hostname} is asked without TLS", request=request)
        if parts.username or parts.password:
            raise RefusedRequestError("the address holds a password", request=request)
        keywords |= {"timeout": (CONNECT_S, READ_S), "stream": True, "proxies": {}}
        end = time.monotonic() + WHOLE_S
        try:
            response = super().send(request, **keywords)
        except requests.exceptions.ConnectionError as error:
            if (forbidden := _forbidden(error)) is not None:
                raise RefusedRequestError(str(forbidden), request=request) from None
            raise
        response._content = _whole(response, end)  # noqa: SLF001 (so that `content` and `json` find it)
        response._content_consumed = True  # noqa: SLF001
        return response


def _whole(response: requests.Response, end: float) -> bytes:
    """The body of an answer. Raises RefusedRequestError where it is too long, or too slow in coming."""
    pieces, size = [], 0
    for piece in response.iter_content(PIECE_BYTES):
        size += len(piece)
        pieces.append(piece)
        if size > MAX_ANSWER_BYTES:
            response.close()
            raise RefusedRequestError(f"the answer has more than {MAX_ANSWER_BYTES >> 20} MB")
        if time.monotonic() > end:
            response.close()
            raise RefusedRequestError(f"the answer took more than {WHOLE_S:g} s")
    return b"".join(pieces)


def _forbidden(error: BaseException | None) -> ForbiddenAddressError | None:
    """The forbidden address that stands behind an error of requests, or none."""
    seen = 0
    while error is not None and seen < 8:
        if isinstance(error, ForbiddenAddressError):
            return error
        inner = getattr(error, "reason", None) or (error.args[0] if error.args else None)
        error = inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
        seen += 1
    return None


def _pools(listed: frozenset[str]) -> dict[str, Any]:
    """The pools of both schemes, whose connections go to checked addresses only."""

    class Checked(HTTPConnection):
        """A connection to a checked address."""

        def _new_conn(self) -> socket.socket:
            return _connect(self, listed)

    class CheckedTls(HTTPSConnection):
        """The same with TLS, checked against the name."""

        def _new_conn(self) -> socket.socket:
            return _connect(self, listed)

    class Pool(HTTPConnectionPool):
        """The connections without TLS."""

        ConnectionCls = Checked

    class TlsPool(HTTPSConnectionPool):
        """The connections with TLS."""

        ConnectionCls = CheckedTls

    return {"http": Pool, "https": TlsPool}


def _connect(connection: HTTPConnection, listed: frozenset[str]) -> socket.socket:
    """A socket to the first address of a connection's host that answers."""
    try:
        places = addresses_of(connection.host, connection.port or connection.default_port, listed)
    except ForbiddenAddressError as error:
        raise NewConnectionError(connection, str(error)) from error
    last: OSError | None = None
    for family, protocol, place in places:
        made = socket.socket(family, socket.SOCK_STREAM, protocol)
        try:
            made.settimeout(CONNECT_S)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            made.connect(place)
        except OSError as error:
            made.close()
            last = error
            continue
        return made
    if isinstance(last, TimeoutError):
        raise ConnectTimeoutError(connection, f"no answer within {CONNECT_S:g} s")
    raise NewConnectionError(connection, f"no connection: {last}")
