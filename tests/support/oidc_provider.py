"""A provider of OpenID Connect for tests: discovery, a page that signs in at once, tokens, and who it is."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, SECRET = "notegrad", "a secret of the client"


class Provider(ThreadingHTTPServer):
    """Whoever comes is signed in as `claims` say; `codes` are what the last visitors were given."""

    claims: dict[str, Any]
    codes: dict[str, dict[str, str]]

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        root = self.server.root
        if parts.path == "/.well-known/openid-configuration":
            places = {f"{name}_endpoint": f"{root}/{name}" for name in ("authorization", "token", "userinfo")}
            self._json({"issuer": root, "jwks_uri": f"{root}/jwks", **places})
        elif parts.path == "/authorization":
            code = f"code-{len(self.server.codes)}"
            self.server.codes[code] = query
            self.send_response(302)
            self.send_header(
                "Location", f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
            )
            self.end_headers()
        elif parts.path == "/userinfo" and self.headers.get("Authorization") == "Bearer access":
            self._json(self.server.claims)
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        sent = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
        asked = self.server.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if asked is None or asked.get("code_challenge") != challenge.decode().rstrip("="):
            self.send_error(400)
            return
        now = int(time.time())
        claims = {**self.server.claims, "iss": self.server.root, "aud": CLIENT, "iat": now, "exp": now + 60}
        if "nonce" in asked:
            claims["nonce"] = asked["nonce"]
        self._json({"access_token": "access", "token_type": "Bearer", "id_token": _signed(claims)})

    def _json(self, value: Any) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def _signed(claims: dict[str, Any]) -> str:
    import jwt

    return jwt.encode(claims, SECRET * 2, algorithm="HS256")


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    """The provider while it runs."""
    server = Provider(("127.0.0.1", 0), Answer)
    server.claims, server.codes = {"sub": "u-1"}, {}
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
