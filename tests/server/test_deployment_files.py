"""The files of `deploy/`: they name what there is, hold no secret, and give the sandbox's rights to workers only."""

from __future__ import annotations

import re
import sys
import tomllib
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from notegrad.cli.main import cli
from notegrad.server import configuration
from tests.support.compose import ROOT

sys.path.append(str(ROOT / "autograder" / "container"))
import build_image as builder

DEPLOY = ROOT / "deploy"
FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.name != ".env")
UNITS = [path for path in FILES if path.suffix in (".container", ".service", ".timer", ".network", ".volume")]
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
OF_OTHERS = {"NOTEGRAD_HOST", "NOTEGRAD_WEB", "NOTEGRAD_BUFFERING", "NOTEGRAD_IMAGE"}
"""Variables of the proxy and of compose: notegrad itself reads none of them."""
WORKER_RIGHTS = ["SETUID", "SETGID", "KILL", "CHOWN", "SETPCAP", "DAC_OVERRIDE"]


class Unit(RawConfigParser):
    """A unit of systemd's or podman's: each key with all of its values."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, delimiters=("=",), comment_prefixes=("#",), dict_type=_Gathering)
        self.optionxform = str  # type: ignore[assignment, method-assign]
        self.read_string(path.read_text("utf-8"))

    def words(self, section: str, key: str) -> list[str]:
        """The words of all lines of a key."""
        return self.get(section, key, fallback="").split()


class _Gathering(dict[Any, Any]):
    """A dictionary that adds to a list instead of replacing it, as repeated keys of a unit do."""

    def __setitem__(self, key: Any, value: Any) -> None:
        known = self.get(key)
        if isinstance(known, list) and isinstance(value, list) and known is not value:
            known.extend(value)
        else:
            super().__setitem__(key, value)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_parse(path: Path) -> None:
    """Each unit is a file of sections, with a description or a resource in it."""
    unit = Unit(path)
    assert set(unit.sections()) & {"Unit", "Network", "Volume"}


def test_variables_are_those_that_are_read() -> None:
    """A variable that a file sets is one that the configuration reads: a wrong name would be silence."""
    read = {*configuration._ENVIRONMENT, "NOTEGRAD_SERVER_CONFIG"}
    for path in FILES:
        named = set(re.findall(r"\b(?:NOTEGRAD_[A-Z_]+|DATABASE_URL)\b", path.read_text("utf-8")))
        assert named - read - OF_OTHERS == set(), path


def test_keys_of_server_toml_are_known(tmp_path: Path) -> None:
    """The example of a configuration is one, with its optional lines too."""
    text = (DEPLOY / "server.toml").read_text("utf-8")
    whole = re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE)
    for said in (text, whole):
        path = tmp_path / "server.toml"
        path.write_text(said, "utf-8")
        found = configuration.read_deployment(
            {"NOTEGRAD_DATA": str(tmp_path), "NOTEGRAD_SERVER_CONFIG": str(path)}
        )
        assert found.upload_mb == configuration.Deployment().upload_mb
    assert len(tomllib.loads(whole)) > len(tomllib.loads(text))


def command_lines() -> list[list[str]]:
    """The arguments of every `notegrad` that a file starts."""
    found = [service["command"] for service in COMPOSE["services"].values() if "command" in service]
    for path in UNITS:
        unit = Unit(path)
        if path.suffix == ".container" and "notegrad:" in unit.get("Container", "Image"):
            found.append(unit.words("Container", "Exec"))
        if path.suffix == ".service":
            found += [
                line.split()
                for line in re.findall(
                    r"notegrad/bin/notegrad ([\w -]+)", unit.get("Service", "ExecStart", fallback="")
                )
            ]
    return found


def test_commands_are_there() -> None:
    """Each command that a file starts is one of ours, with options that it has."""
    context = click.Context(cli)
    lines = command_lines()
    assert len(lines) >= 8
    for name, *words in lines:
        command = cli.get_command(context, name)
        assert command is not None, name
        options = {option for one in command.params for option in one.opts}
        assert {word for word in words if word.startswith("--")} <= options, (name, words)


def test_no_file_holds_a_secret() -> None:
    """Templates leave secrets empty, and no other file has a value for one."""
    for path in FILES:
        text = path.read_text("utf-8")
        for name in (*configuration.SECRET_VARIABLES, "POSTGRES_PASSWORD"):
            for value in re.findall(rf"(?<![{{\w]){name}[=:][ ]*(\S*)", text):
                assert value.strip("\"'") == "" or "$" in value, (path, name)
        for password in re.findall(r"postgresql://\w+:([^@\s]+)@", text):
            assert password == "PASSWORD" or password.startswith("$"), path


def test_only_workers_have_the_rights_of_the_sandbox() -> None:
    """In compose, web processes have no capability and a read-only root; workers have those of docs/container.md."""
    services = COMPOSE["services"]
    web, worker = services["web"], services["worker"]
    for one in (web, worker):
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
    assert not {"cap_add", "user", "privileged", "ports"} & set(web)
    assert worker["cap_add"] == WORKER_RIGHTS
    named = (ROOT / "docs" / "container.md").read_text("utf-8")
    assert ",".join(WORKER_RIGHTS) in named
    assert "noexec" in web["tmpfs"][0]


def test_nobody_reaches_a_worker() -> None:
    """Workers listen to nobody, and stand on a network that has no way out, with the database and the web processes."""
    services = COMPOSE["services"]
    assert services["worker"]["networks"] == ["database"]
    assert COMPOSE["networks"]["database"] == {"internal": True}
    assert "front" not in services["postgres"]["networks"]
    assert [name for name, one in services.items() if "ports" in one] == ["caddy"]
    for path in (DEPLOY / "quadlets").glob("*.container"):
        unit = Unit(path)
        assert unit.has_option("Container", "PublishPort") == (path.name == "notegrad-caddy.container")
        assert unit.has_option("Container", "Unmask") == ("worker" in path.name)
        assert unit.get("Container", "DropCapability") == "all"
        if "worker" in path.name:
            assert not unit.has_option("Container", "AddCapability")
    network = Unit(DEPLOY / "quadlets" / "notegrad-database.network")
    assert network.get("Network", "Internal") == "true"
    worker = Unit(DEPLOY / "quadlets" / "notegrad-worker@.container")
    assert worker.words("Container", "Network") == ["notegrad-database.network"]


def test_units_close_what_they_can() -> None:
    """The web unit closes namespaces and system calls; the worker's leaves /proc alone, which its sandbox mounts anew."""
    web = Unit(DEPLOY / "systemd" / "notegrad-web.service")
    worker = Unit(DEPLOY / "systemd" / "notegrad-worker@.service")
    assert web.get("Service", "RestrictNamespaces") == "yes"
    for key in ("ProtectProc", "ProtectKernelTunables", "ProtectKernelLogs", "RestrictNamespaces"):
        assert web.has_option("Service", key)
        assert not worker.has_option("Service", key)
    for unit in (web, worker):
        assert unit.get("Service", "NoNewPrivileges") == "yes"
        assert unit.get("Service", "CapabilityBoundingSet") == ""
    assert web.get("Service", "User") != worker.get("Service", "User")


def test_images_are_those_that_are_built() -> None:
    """The files name the images that `make image` makes."""
    names = {builder.default_tag(variant, "server,sso") for variant in ("cpu", "cuda")}
    assert names == {"notegrad:server", "notegrad:server-cuda"}
    assert builder.default_tag("cpu", "") == "notegrad:cpu"
    found = set()
    for path in FILES:
        found |= set(re.findall(r"\bnotegrad:server[\w-]*", path.read_text("utf-8")))
    assert found == names


def test_proxies_leave_large_files_to_the_page() -> None:
    """A proxy takes a little more than the page does, so that the page's own sentence is read; and it logs nobody."""
    nginx = (DEPLOY / "nginx-site.conf").read_text("utf-8")
    caddy = (DEPLOY / "Caddyfile").read_text("utf-8")
    limits = re.findall(r"(?:client_max_body_size|max_size|request_buffers) (\d+)(?:m;|MB)", nginx + caddy)
    assert len(limits) == 3
    page_bytes = configuration.Deployment().upload_mb * 2**20
    assert all(1.1 * page_bytes <= int(limit) * 10**6 <= 1.5 * page_bytes for limit in limits)
    assert nginx.count("access_log off;") == nginx.count("server {")
    for header, value in (("X-Forwarded-For", "$remote_addr"), ("X-Forwarded-Proto", "$scheme")):
        assert f"proxy_set_header {header} {value};" in nginx
    assert "trusted_proxies" not in caddy and not re.search(r"^\s*log\b", caddy, re.MULTILINE)
