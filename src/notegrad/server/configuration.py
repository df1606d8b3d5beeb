"""The deployment: where data lies, which database, which address; from the environment and one TOML file.

Everything has a default that is safe on a laptop. The environment wins over the file, so that a container
needs no file at all.
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from notegrad.errors import ConfigError
from notegrad.messages import Message, suggestion
from notegrad.records import Record

CONFIG_FILE = "server.toml"
KEY_FILE = "secret.key"
DATABASE_FILE = "notegrad.sqlite3"
DEFAULT_DATA = "notegrad-data"
MIN_KEY_CHARS = 50
MIN_TOKEN_CHARS = 16
MAX_WORKERS = 256
BUSY_TIMEOUT_S = 20

_ENVIRONMENT = {
    "NOTEGRAD_DATA": "data",
    "DATABASE_URL": "database_url",
    "NOTEGRAD_PUBLIC_URL": "public_url",
    "NOTEGRAD_BIND": "bind",
    "NOTEGRAD_WORKERS": "workers",
    "NOTEGRAD_SECRET_KEY": "secret_key",
    "NOTEGRAD_METRICS_TOKEN": "metrics_token",
    "NOTEGRAD_SMTP_PASSWORD": "smtp_password",
    "NOTEGRAD_LOG_FORMAT": "log_format",
}
_EVERYWHERE = (":", "0.0.0.0:", "[::]:")
SECRET_VARIABLES = ("DATABASE_URL", "NOTEGRAD_SECRET_KEY", "NOTEGRAD_METRICS_TOKEN", "NOTEGRAD_SMTP_PASSWORD")
"""Variables that no process below a worker needs: a grader's student must not read them."""


class SignInProvider(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider of the university's accounts: OIDC by its server's address, SAML by that of its metadata."""

    kind: Literal["oidc", "saml"]
    id: str
    name: str
    client_id: str = ""
    secret: str = ""
    server_url: str = ""
    entity_id: str = ""
    metadata_url: str = ""
    subject_attribute: str = "urn:oasis:names:tc:SAML:attribute:subject-id"
    name_attribute: str = "urn:oid:2.16.840.1.113730.3.1.241"

    @property
    def missing(self) -> str:
        """The first key that its kind needs and that is empty, or nothing."""
        needed = ("client_id", "server_url") if self.kind == "oidc" else ("entity_id", "metadata_url")
        return next((name for name in ("id", "name", *needed) if not getattr(self, name)), "")


class Deployment(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The deployment; `data` is the folder of key and database, made where it is not there.

    `public_url` is what people type; with https the reverse proxy must set `X-Forwarded-Proto`. `hosts` are
    further names. `upload_mb` limits one request, `requests_per_...` those of a minute, of a person and of an
    address without a session. `metrics_token` opens `/metrics` to a monitor. `workers` is how many `serve`
    starts beside the web processes: `auto` one for two cores, 0 none, since they run elsewhere. `lease_s`:
    how long a grading worker may be silent before its job goes to another. `smtp_host` turns letters on.
    `remote_user_header` names who a reverse proxy at one of `proxy_addresses` has signed in.
    `lti_private_hosts` are learning platforms that may have private addresses, or no TLS. `log_format`: lines
    to read, or a JSON object each.
    """

    data: str = DEFAULT_DATA
    database_url: str = ""
    public_url: str = ""
    bind: str = "127.0.0.1:8000"
    hosts: tuple[str, ...] = ()
    secret_key: str = ""
    web_processes: int = 2
    web_threads: int = 4
    workers: int | Literal["auto"] = "auto"
    lease_s: float = 30.0
    upload_mb: int = 40
    requests_per_person: int = 300
    requests_per_address: int = 1_200
    metrics_token: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    remote_user_header: str = ""
    remote_name_header: str = ""
    remote_provider: str = "proxy"
    proxy_addresses: tuple[str, ...] = ("127.0.0.1", "::1")
    sso: tuple[SignInProvider, ...] = ()
    lti_private_hosts: tuple[str, ...] = ()
    log_format: Literal["plain", "json"] = "plain"

    @property
    def url(self) -> str:
        """The address that people type, without a slash at its end."""
        return (self.public_url or f"http://{self.bind}").rstrip("/")

    @property
    def is_https(self) -> bool:
        """Whether people come over TLS."""
        return self.url.startswith("https://")

    @property
    def allowed_hosts(self) -> list[str]:
        """The names under which the page answers."""
        named = urlsplit(self.url).hostname or ""
        return sorted({"localhost", "127.0.0.1", "[::1]", named, *self.hosts} - {"", "0.0.0.0"})  # noqa: S104


def read_deployment(environment: Mapping[str, str]) -> Deployment:
    """The deployment that the environment, and the file in the data folder, describe.

    Raises ConfigError that says which key or variable is wrong.
    """
    data = Path(environment.get("NOTEGRAD_DATA") or DEFAULT_DATA).absolute()
    path = Path(environment.get("NOTEGRAD_SERVER_CONFIG") or data / CONFIG_FILE)
    said = _document(path) if path.is_file() or "NOTEGRAD_SERVER_CONFIG" in environment else {}
    said |= {field: environment[name] for name, field in _ENVIRONMENT.items() if environment.get(name)}
    said["data"] = str(data)
    if isinstance(workers := said.get("workers"), str) and workers.isascii() and workers.isdigit():
        said["workers"] = int(workers)  # a variable is always text
    try:
        found = msgspec.convert(said, Deployment)
    except msgspec.ValidationError as error:
        raise ConfigError(Message("path_error", path=path, error=error)) from None
    if not found.public_url and found.bind.startswith(_EVERYWHERE):
        raise ConfigError(Message("bind_not_typed", bind=found.bind))
    _check_parts(found, path)
    return found


def _check_parts(found: Deployment, path: Path) -> None:
    """Raises ConfigError where parts of a deployment need each other, or are too weak."""
    if found.workers != "auto" and not 0 <= found.workers <= MAX_WORKERS:
        raise ConfigError(f"{path}: workers is {found.workers}: give auto, or 0 to {MAX_WORKERS}")
    token = found.metrics_token
    if token and (len(token) < MIN_TOKEN_CHARS or not token.isascii()):
        raise ConfigError(Message("metrics_token_short", min_token_chars=MIN_TOKEN_CHARS))
    for provider in found.sso:
        if provider.missing:
            raise ConfigError(
                Message(
                    "sso_missing", path=path, id=provider.id, kind=provider.kind, missing=provider.missing
                )
            )
    if found.smtp_host and not found.mail_from:
        raise ConfigError(Message("mail_from_missing", path=path))


def _document(path: Path) -> dict[str, object]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(Message("cannot_read_path", path=path, strerror=error.strerror)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(Message("no_toml", path=path, error=error)) from None
    known = Deployment.__struct_fields__
    for key in document:
        if key not in known:
            raise ConfigError(Message("toml_no_key", path=path, name=key, meant=suggestion(key, known)))
    return document


def prepare_data(deployment: Deployment) -> Path:
    """Make the data folder and, where nothing names a key, its key file; both for their owner only.

    Raises ConfigError where the folder cannot be made.
    """
    folder = Path(deployment.data)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = folder / KEY_FILE
        if not deployment.secret_key and not key.exists():
            descriptor = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(MIN_KEY_CHARS) + "\n")
    except OSError as error:
        raise ConfigError(Message("data_not_made", folder=folder, strerror=error.strerror)) from None
    return folder


def secret_key_of(deployment: Deployment) -> str:
    """The key that signs sessions and links.

    Raises ConfigError where there is none, or where it is too short to be one.
    """
    key = deployment.secret_key
    path = Path(deployment.data, KEY_FILE)
    if not key:
        try:
            key = path.read_text("utf-8").strip()
        except OSError:
            raise ConfigError(Message("secret_key_unreadable", path=path)) from None
    if len(key) < MIN_KEY_CHARS:
        raise ConfigError(Message("secret_key_short", count=len(key), min_key_chars=MIN_KEY_CHARS))
    return key


def database_of(deployment: Deployment) -> dict[str, object]:
    """The database as Django's settings name it: SQLite in the data folder, or what `database_url` says.

    Raises ConfigError for an address that is neither SQLite's nor PostgreSQL's.
    """
    url = urlsplit(deployment.database_url)
    if not deployment.database_url or url.scheme == "sqlite":
        name = unquote(url.path) if url.path else str(Path(deployment.data, DATABASE_FILE))
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": {
                # a transaction that reads and then writes must wait at its beginning, or it fails at its end
                "transaction_mode": "IMMEDIATE",
                "timeout": BUSY_TIMEOUT_S,
                # FULL: what a receipt has promised survives a power cut
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    if url.scheme not in ("postgres", "postgresql"):
        raise ConfigError(Message("database_scheme", scheme=url.scheme))
    options = dict(parse_qsl(url.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": options.pop("host", url.hostname or ""),
        "PORT": str(url.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
