"""A small learning platform on loopback: its keys, tokens, gradebook and roster, and the faults that it is told to have."""

from __future__ import annotations

import functools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
ROLES = "http://purl.imsglobal.org/vocab/lis/v2/membership"
TEACHER, LEARNER = f"{ROLES}#Instructor", f"{ROLES}#Learner"
ASSISTANT = f"{ROLES}/Instructor#TeachingAssistant"
SCOPES = [f"{AGS}scope/score", f"{AGS}scope/lineitem", f"{AGS}scope/result.readonly"]

Fault = Callable[[str, str], tuple[int, str] | None]
"""Says for a method and a path with which status and words the platform fails, or that it does not."""


@functools.cache
def new_pair(kid: str) -> Any:
    """A key pair; the same for a name within a run, since making one takes a second."""
    from jwcrypto.jwk import JWK

    return JWK.generate(kty="RSA", size=2048, kid=kid, alg="RS256", use="sig")


@dataclass
class Platform:
    """A platform; `scores` holds what its gradebook has taken, by column and student, `posts` all that came."""

    url: str = ""
    client_id: str = "client-1"
    deployment_id: str = "1"
    pairs: dict[str, Any] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    scores: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    members: list[dict[str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    token_requests: int = 0
    page_size: int = 50
    fault: Fault = lambda _method, _path: None
    tool_keys: Callable[[], dict[str, Any]] | None = None
    lock: Any = field(default_factory=threading.Lock)

    def register(self, **fields: Any) -> Any:
        """This platform as an administrator registers it here."""
        from notegrad.lti.models import LtiPlatform

        known = {
            "name": "Moodle d’essai",
            "issuer": self.url,
            "client_id": self.client_id,
            "deployment_ids": self.deployment_id,
            "login_url": f"{self.url}/auth",
            "token_url": f"{self.url}/token",
            "key_set_url": f"{self.url}/keys",
        }
        return LtiPlatform.objects.create(**(known | fields))

    def claims(self, its_nonce: str, sub: str = "u-ana", **more: Any) -> dict[str, Any]:
        """The claims of a student's launch of a link."""
        now = int(time.time())
        said: dict[str, Any] = {
            "iss": self.url,
            "aud": self.client_id,
            "sub": sub,
            "iat": now,
            "exp": now + 300,
            "nonce": its_nonce,
            "name": "Ana Élève",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}deployment_id": self.deployment_id,
            f"{CLAIM}target_link_uri": "http://127.0.0.1:8000/lti/launch/",
            f"{CLAIM}roles": [LEARNER],
            f"{CLAIM}context": {"id": "c-1", "title": "Apprentissage"},
            f"{CLAIM}resource_link": {"id": "l-1", "title": "TP 0"},
            f"{AGS}claim/endpoint": {"scope": SCOPES, "lineitems": f"{self.url}/items"},
            NRPS: {"context_memberships_url": f"{self.url}/members", "service_versions": ["2.0"]},
        }
        said |= more
        return {name: value for name, value in said.items() if value is not None}

    def sign(self, claims: dict[str, Any], kid: str = "k1", **header: Any) -> str:
        """A token of this platform."""
        import jwt

        pem = self.pairs[kid].export_to_pem(private_key=True, password=None)
        return jwt.encode(claims, pem, algorithm="RS256", headers={"kid": kid, **header})

    def begin(self, browser: Any, **more: str) -> dict[str, str]:
        """Begin a login in a browser; what the platform is then asked."""
        asked = {
            "iss": self.url,
            "client_id": self.client_id,
            "login_hint": "h",
            "target_link_uri": "x",
            **more,
        }
        answer = browser.get("/lti/login/", asked)
        assert answer.status_code == 302, answer.content.decode()
        return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}

    def launch(self, browser: Any, sub: str = "u-ana", **more: Any) -> Any:
        """A whole launch in a browser: the answer to its last step."""
        asked = self.begin(browser)
        token = self.sign(self.claims(asked["nonce"], sub, **more))
        return browser.post("/lti/launch/", {"state": asked["state"], "id_token": token})

    def add_item(self, **item: Any) -> str:
        """A column of the gradebook."""
        with self.lock:
            address = f"{self.url}/items/{len(self.items) + 1}"
            self.items[address] = {**item, "id": address}
        return address

    # the services
    def answer(
        self, method: str, path: str, query: dict[str, str], body: bytes, token: str
    ) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        if (fault := self.fault(method, path)) is not None:
            return fault[0], fault[1]
        if path == "/keys":
            return 200, {"keys": [pair.export_public(as_dict=True) for pair in self.pairs.values()]}
        if path == "/token":
            return self._token(body)
        if token not in self.tokens:
            return 401, "invalid token"
        if path == "/members":
            return self._members(int(query.get("page", "1")))
        if path == "/items" and method == "POST":
            address = self.add_item(**json.loads(body))
            return 201, self.items[address]
        if path == "/items":
            names = {"resource_id": "resourceId", "resource_link_id": "resourceLinkId"}
            wanted = {names[name]: value for name, value in query.items() if name in names}
            # a platform that filters by one name only, as some do
            first = dict(list(wanted.items())[:1])
            return 200, [i for i in self.items.values() if all(i.get(n) == v for n, v in first.items())]
        if path.endswith("/results"):
            known = self.scores.get(
                (f"{self.url}{path.removesuffix('/results')}", query.get("user_id", "")), {}
            )
            row = {
                "userId": known.get("userId"),
                "resultScore": known.get("scoreGiven"),
                "resultMaximum": 20.0,
            }
            return 200, [row] if "scoreGiven" in known else []
        if path.endswith("/scores"):
            return self._score(f"{self.url}{path.removesuffix('/scores')}", json.loads(body))
        return 404, "no such thing"

    def _token(self, body: bytes) -> tuple[int, Any]:
        import jwt

        said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        keys = jwt.PyJWKSet.from_dict(self.tool_keys() if self.tool_keys else {"keys": []})
        kid = jwt.get_unverified_header(said["client_assertion"])["kid"]
        key = next((key for key in keys.keys if key.key_id == kid), None)
        if key is None:
            return 400, {"error": "invalid_client"}
        jwt.decode(said["client_assertion"], key.key, algorithms=["RS256"], audience=f"{self.url}/token")
        with self.lock:
            self.token_requests += 1
            token = f"t{self.token_requests}"
            self.tokens.add(token)
        return 200, {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": 3600,
            "scope": said["scope"],
        }

    def _members(self, page: int) -> tuple[int, Any]:
        chosen = self.members[(page - 1) * self.page_size : page * self.page_size]
        more = len(self.members) > page * self.page_size
        return 200, {
            "id": "m",
            "members": chosen,
            "_next": f"{self.url}/members?page={page + 1}" if more else "",
        }

    def _score(self, column: str, score: dict[str, Any]) -> tuple[int, Any]:
        with self.lock:
            self.posts.append((column, score))
            if column not in self.items:
                return 404, "<p>Line item not found</p>"
            known = self.scores.get((column, score["userId"]))
            if known is not None and known["timestamp"] >= score["timestamp"]:
                return 409, "Refusing score with an earlier timestamp"
            self.scores[column, score["userId"]] = score
        return 200, None


@contextmanager
def running_platform(**fields: Any) -> Iterator[Platform]:
    """A platform that answers on loopback."""
    platform = Platform(**fields)
    platform.pairs.setdefault("k1", new_pair("k1"))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _do(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, said = platform.answer(self.command, parts.path, query, body, token)
            following = said.pop("_next", "") if isinstance(said, dict) else ""
            data = (
                b"" if said is None else said.encode() if isinstance(said, str) else json.dumps(said).encode()
            )
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(said, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            if following:
                self.send_header("Link", f'<{following}>; rel="next"')
            if status in (301, 302, 307):
                self.send_header("Location", str(said))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _do

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Say nothing of clients that are gone: some are killed on purpose."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    platform.url = f"http://127.0.0.1:{server.server_port}"
    yield platform
    server.shutdown()
    thread.join()
    server.server_close()


def launch_address(platform: Platform, **more: str) -> str:
    """The address with which a platform begins a login."""
    asked = {"iss": platform.url, "client_id": platform.client_id, "login_hint": "h", **more}
    return f"/lti/login/?{urlencode(asked)}"
