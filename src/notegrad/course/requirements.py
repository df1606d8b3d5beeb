"""Packages that a bundle asks for, and the modules that they bring."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterable, Iterator, Mapping

import yaml
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from notegrad.probes.installed_modules import known_to_pip, packages_with

REQUIREMENTS_NAME = "requirements.txt"
ENVIRONMENT_NAME = "environment.yml"
"""Where plain otter 7 writes what it installs on Gradescope."""

_OF_OTTERS_MACHINE = frozenset({"python", "pip", "jupyter-server"})  # in each environment.yml of otter's
_CONDA_NAME = re.compile(r"(?:[\w.-]+::)?([A-Za-z0-9][\w.-]*)")


def requirements_of(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The names of the packages that a bundle's files ask for here, sorted; unreadable lines ask for none."""
    lines = _text(files, REQUIREMENTS_NAME).splitlines()
    conda, pip = _environment(_text(files, ENVIRONMENT_NAME))
    named = {found[1] for line in conda if (found := _CONDA_NAME.match(line))}
    names = {str(canonicalize_name(name)) for name in (*_named(lines), *_named(pip), *named)}
    return tuple(sorted(names - _OF_OTTERS_MACHINE))


def not_installed(packages: Iterable[str]) -> tuple[str, ...]:
    """Those of the packages that are not here, by the names that pip knows."""
    wanted = dict.fromkeys(map(known_to_pip, packages))
    return tuple(name for name in wanted if not _is_installed(name))


def bring(packages: Iterable[str], module: str) -> bool:
    """Whether one of the packages, as `requirements_of` names them, brings a top module."""
    bringing = {str(canonicalize_name(name)) for name in packages_with(module)}
    return not bringing.isdisjoint(packages)


def _text(files: Mapping[str, bytes], name: str) -> str:
    return files.get(name, b"").decode("utf-8-sig", "replace")


def _named(lines: Iterable[str]) -> Iterator[str]:
    """The names in lines as pip reads them, but for options, addresses without a name and other machines."""
    for line in lines:
        try:
            wanted = Requirement(re.split(r"(?:^|\s)#|\s--", line, maxsplit=1)[0].strip())
        except InvalidRequirement:
            continue
        if wanted.marker is None or wanted.marker.evaluate():
            yield wanted.name


def _environment(text: str) -> tuple[list[str], list[str]]:
    """The lines for conda, and those for pip, of an environment.yml."""
    try:
        document = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return [], []
    found = document.get("dependencies") if isinstance(document, dict) else None
    entries = found if isinstance(found, list) else []
    for_pip = [entry["pip"] for entry in entries if isinstance(entry, dict) and "pip" in entry]
    pip = [line for lines in for_pip if isinstance(lines, list) for line in lines]
    return [e for e in entries if isinstance(e, str)], [line for line in pip if isinstance(line, str)]


def _is_installed(package: str) -> bool:
    try:
        importlib.metadata.distribution(package)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return False
    return True
