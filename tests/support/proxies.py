"""Reverse proxies with the files of `deploy/`: ports, names and the certificate are the test's, all else is as shipped."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
CADDY = shutil.which("caddy")
PATIENCE_S = "3s"
"""For how long the proxies of tests wait for a slow client, in place of the shipped times."""


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """The text with each first word in place of which the second one stands; each must be there."""
    for old, new in pairs:
        assert old in text, f"{old!r} is no longer in the file that is shipped"
        text = text.replace(old, new)
    return text


def nginx_files(folder: Path, pair: Path, *, port: int, plain_port: int, page_port: int) -> list[str]:
    """The command that starts nginx with the shipped site."""
    site = replaced(
        (DEPLOY / "nginx-site.conf").read_text("utf-8"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("    listen [::]:443 ssl;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{plain_port};"),
        ("    listen [::]:80;\n", ""),
        ("rendus.example.org;", "localhost;"),
        ("/etc/ssl/rendus.example.org/fullchain.pem", str(pair)),
        ("/etc/ssl/rendus.example.org/privkey.pem", str(pair)),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{page_port}"),
        ("https://$host$request_uri", f"https://$host:{port}$request_uri"),
        ("proxy_set_header Host $host;", f"proxy_set_header Host $host:{port};"),
        ("client_body_timeout 30s;", f"client_body_timeout {PATIENCE_S};"),
    )
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = (
        f"daemon off;\nuser {'root' if os.geteuid() == 0 else 'nobody'};\npid {folder}/pid;\n"
        f"error_log stderr;\nevents {{}}\nhttp {{\n{places}{site}}}\n"
    )
    (folder / "nginx.conf").write_text(main, "utf-8")
    return [str(NGINX), "-c", str(folder / "nginx.conf"), "-p", str(folder)]


def caddy_files(folder: Path, pair: Path, *, port: int, plain_port: int, page_port: int) -> list[str]:
    """The command that starts Caddy with the shipped file."""
    del page_port  # a variable
    text = replaced(
        (DEPLOY / "Caddyfile").read_text("utf-8"),
        ("{\n\tservers", f"{{\n\tadmin off\n\thttp_port {plain_port}\n\thttps_port {port}\n\tservers"),
        ("{$NOTEGRAD_HOST} {\n", f"{{$NOTEGRAD_HOST}} {{\n\ttls {pair} {pair}\n"),
        ("read_body 150s", f"read_body {PATIENCE_S}"),
    )
    (folder / "Caddyfile").write_text(text, "utf-8")
    return [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


def caddy_environment(folder: Path, *, port: int, page_port: int) -> dict[str, str]:
    """The environment that the Caddyfile wants; before 2.6.4 buffering had another name."""
    said = subprocess.run([str(CADDY), "version"], capture_output=True, text=True, check=False).stdout
    words = {"NOTEGRAD_HOST": f"https://localhost:{port}", "NOTEGRAD_WEB": f"127.0.0.1:{page_port}"}
    if said.startswith(("2.6.2", "v2.6.2")):
        words["NOTEGRAD_BUFFERING"] = "buffer_requests"
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    return {**os.environ, **home, **words}


@contextmanager
def running_proxy(
    kind: str, folder: Path, pair: Path, *, port: int, plain_port: int, page_port: int
) -> Iterator[Path]:
    """A proxy before the page at `page_port`; the path of what it says."""
    ports = {"port": port, "plain_port": plain_port, "page_port": page_port}
    command = (nginx_files if kind == "nginx" else caddy_files)(folder, pair, **ports)
    environment = caddy_environment(folder, port=port, page_port=page_port) if kind == "caddy" else None
    said = folder / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environment)
    try:
        yield said
    finally:
        process.terminate()
        process.wait(30)
