"""Reads YAML that strangers may have written: text only, and never deeper than a person writes.

PyYAML builds nested collections by calling itself, and a file of 100 kB that is nested in itself ends the
process (a stack overflow that nobody can catch). libyaml's parser does not, so depth is counted before
anything is built.
"""

from __future__ import annotations

from typing import Any

import yaml

MAX_NESTING = 40

# Scalars stay text (a student number keeps its zeros), tags mean nothing, nothing is constructed.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class NestingError(ValueError):
    """A YAML document is nested deeper than `MAX_NESTING`."""


def read_shallow_yaml(text: str) -> object:
    """The one document of a text, in dicts, lists and texts. Raises yaml.YAMLError and NestingError."""
    _refuse_depth(text)
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (the base loader makes text only)


def compose_shallow_yaml(text: str) -> yaml.Node | None:
    """The nodes of the one document of a text, which know their lines; None where there is none.

    Raises yaml.YAMLError and NestingError.
    """
    _refuse_depth(text)
    return yaml.compose(text, Loader=_Loader)


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_NESTING:
                raise NestingError(f"nested more than {MAX_NESTING} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
