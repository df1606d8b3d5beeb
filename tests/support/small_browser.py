"""A small browser for whole ways through platforms: follows redirects, keeps cookies byte for byte, sends forms."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

MAX_STEPS = 10


class _Forms(HTMLParser):
    """The forms of a page: where they go, and their fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        known = dict(attrs)
        if tag == "form":
            self.found.append((known.get("action") or "", {}))
        elif tag == "input" and self.found and known.get("name"):
            is_off = known.get("type") in ("checkbox", "radio") and "checked" not in known
            if not is_off:
                self.found[-1][1][known["name"]] = known.get("value") or ""


@dataclass
class SmallBrowser:
    """A browser; `url`, `status` and `page` are those of the page that it shows."""

    cookies: dict[str, str] = field(default_factory=dict)
    url: str = ""
    status: int = 0
    page: str = ""

    def go(self, url: str, data: dict[str, Any] | None = None) -> SmallBrowser:
        """Open an address, or send a form to it, and follow where that leads."""
        for _ in range(MAX_STEPS):
            url = urljoin(self.url, url)
            location = self._once(url, data)
            if not location:
                return self
            url, data = location, None
        raise AssertionError(f"no end of redirects at {url}")

    def send(self, number: int = 0, **fields: Any) -> SmallBrowser:
        """Send a form of the page, as it stands or with other fields."""
        action, known = _Forms(self.page).found[number]
        return self.go(action or self.url, {**known, **fields})

    def send_to(self, ending: str, **fields: Any) -> SmallBrowser:
        """Send the form of the page whose address ends so."""
        actions = [action for action, _ in _Forms(self.page).found]
        (number,) = [n for n, action in enumerate(actions) if urlsplit(action).path.endswith(ending)]
        return self.send(number, **fields)

    def _once(self, url: str, data: dict[str, Any] | None) -> str:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None if data is None else urlencode(data, doseq=True)
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("GET" if body is None else "POST", target, body, headers)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            # byte for byte: a value may be quoted and hold semicolons as octal escapes
            self.cookies[name] = rest.partition("; ")[0]
        self.url, self.status = url, answer.status
        self.page = answer.read().decode()
        connection.close()
        return answer.headers.get("Location", "") if answer.status in (301, 302, 303, 307) else ""
