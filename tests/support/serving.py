"""`notegrad serve` in a process, and a visitor of its pages: a browser without JavaScript."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from email.message import Message
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import BaseHandler, HTTPCookieProcessor, HTTPSHandler, Request, build_opener
from uuid import uuid4


class Visitor:
    """A browser without JavaScript: cookies, forms, and nothing else."""

    def __init__(self, root: str, trusts: Path | None = None, says: dict[str, str] | None = None) -> None:
        """`trusts` is the certificate of a page over TLS; `says` are headers that it sends each time."""
        self.root = root
        self.cookies = CookieJar()
        handlers: list[BaseHandler] = [HTTPCookieProcessor(self.cookies)]
        if trusts:
            context = ssl.create_default_context(cafile=trusts)
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # it is signed by itself
            handlers.append(HTTPSHandler(context=context))
        self.opener = build_opener(*handlers)
        self.opener.addheaders += list((says or {}).items())
        self.page, self.url = "", root
        self.status, self.headers = 0, Message()

    def get(self, path: str) -> str:
        return self._read(Request(path if path.startswith("http") else self.root + path))

    def send(
        self, path: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None
    ) -> str:
        """Fill in the form of the page that was read last."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)[1]
        fields = {"csrfmiddlewaretoken": token, **fields}
        url = path if path.startswith("http") else self.root + path
        if not files:
            return self._read(Request(url, urlencode(fields).encode()))
        edge = uuid4().hex
        parts = [
            f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode()
            for n, v in fields.items()
        ]
        for name, (file_name, data) in files.items():
            head = (
                f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n\r\n'
            )
            parts += [head.encode(), data, b"\r\n"]
        body = b"".join([*parts, f"--{edge}--\r\n".encode()])
        head_fields = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self._read(Request(url, body, head_fields))

    def _read(self, request: Request) -> str:
        try:
            if request.full_url.startswith("https:"):
                request.add_header("Referer", request.full_url)  # as a browser does, and Django asks for
            with self.opener.open(request, timeout=60) as answer:
                self._take(answer)
        except HTTPError as error:
            self._take(error)
        return self.page

    def _take(self, answer: Any) -> None:
        self.page, self.url = answer.read().decode(), answer.url
        self.status, self.headers = answer.status, answer.headers


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Serving:
    """`notegrad serve` in a process, with what it says."""

    def __init__(self, data: Path, logs: Path, port: int, *options: str) -> None:
        self.said = logs / f"said-{uuid4().hex}"
        environment = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "NOTEGRAD_DATA")
        }
        environment["PYTHONUNBUFFERED"] = "1"
        command = [
            sys.executable,
            "-m",
            "notegrad",
            "serve",
            "--data",
            str(data),
            "--bind",
            f"127.0.0.1:{port}",
            *options,
        ]
        with self.said.open("wb") as out:
            self.process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
        self.root = f"http://127.0.0.1:{port}"

    def text(self) -> str:
        return self.said.read_text()

    def pids(self) -> list[int]:
        return [int(pid) for pid in re.findall(r": process (\d+)", self.text())]

    def is_up(self) -> bool:
        assert self.process.poll() is None, self.text()
        try:
            return build_opener().open(f"{self.root}/health", timeout=5).status == 200
        except OSError:
            return False

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(90)
