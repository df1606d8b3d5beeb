"""Configurations in cells: YAML that is read as otter reads it, and what otter would take without a word."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import yaml

from notegrad.authoring.master_cells import MasterCell
from notegrad.authoring.slips import Slip, slip
from notegrad.records import Record

TEST_KEYS = frozenset({"hidden", "points", "success_message", "failure_message", "name"})
_RARELY_FALSE = ("hidden", "manual")  # without a value, since false is what they are by default
_WORDS_FOR_TRUE = ("oui", "vrai", "si", "sí", "ja", "y", "1", "true", "yes", "on", "t")


class CellKeys(Record, frozen=True, kw_only=True):
    """The keys of a configuration, empty where it cannot be read; `slips` say why it cannot."""

    keys: dict[str, Any]
    slips: tuple[Slip, ...] = ()


def read_keys(lines: tuple[str, ...], cell: MasterCell, question: str = "", *, first: int = 1) -> CellKeys:
    """Read lines of a cell as YAML; `first` is the number in the cell of the first of them."""
    source = "\n".join(lines)
    try:
        tree = yaml.compose(source, Loader=yaml.SafeLoader)
        read = yaml.safe_load(source)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        number = first + (mark.line if mark else 0)
        line = lines[mark.line].strip() if mark and mark.line < len(lines) else ""
        why = getattr(error, "problem", None) or " ".join(str(error).split())
        key = "slip_yaml_tab" if "\t" in line or "'\\t'" in why else "slip_yaml"
        return _unread(slip(key, cell, question, line_number=number, line=line, why=why))
    except (ValueError, RecursionError) as error:  # a date that there is not, brackets without end
        return _unread(
            slip("slip_yaml", cell, question, line_number=first, line=lines[0].strip(), why=str(error))
        )
    if read is None:
        return CellKeys(keys={})
    if not isinstance(read, dict):
        return _unread(slip("slip_yaml_no_keys", cell, question, text=" ".join(source.split())[:60]))
    return CellKeys(
        keys={str(key): value for key, value in read.items()},
        slips=tuple(slip("slip_key_twice", cell, question, entry=key) for key in _repeated(tree)),
    )


def find_unknown(
    keys: Mapping[str, Any], known: Collection[str], cell: MasterCell, question: str = "", *, under: str = ""
) -> Iterator[Slip]:
    """Yield the keys that otter would ignore, each with the one that was probably meant."""
    for key in keys:
        if key not in known:
            close = difflib.get_close_matches(key.lower(), known, n=1)
            facts = {
                "entry": f"{under}{key}",
                "known": ", ".join(sorted(known)),
                "meant": f"{under}{''.join(close)}",
            }
            yield slip("slip_unknown_key" if close else "slip_unknown_key_far", cell, question, **facts)


def find_not_boolean(
    keys: Mapping[str, Any], names: Collection[str], cell: MasterCell, question: str = "", *, under: str = ""
) -> Iterator[Slip]:
    """Yield the keys that are to be true or false and are something else, which otter would take for true."""
    for name in names:
        value = keys.get(name)
        if name in keys and not isinstance(value, bool):
            said = str(value).strip().lower() if value is not None else name
            word = "true" if said in (*_WORDS_FOR_TRUE, *_RARELY_FALSE) else "false"
            key = "slip_not_boolean"
            yield slip(
                key, cell, question, entry=f"{under}{name}", value="" if value is None else value, meant=word
            )


def find_not_text(
    keys: Mapping[str, Any], names: Collection[str], cell: MasterCell, question: str = ""
) -> Iterator[Slip]:
    """Yield the keys that are to be a sentence and are something else, such as a number or a list."""
    for name in names:
        if keys.get(name) is not None and not isinstance(keys[name], str):
            yield slip("slip_not_text", cell, question, entry=name, value=keys[name])


def _unread(one: Slip) -> CellKeys:
    return CellKeys(keys={}, slips=(one,))


def _repeated(node: yaml.Node | None) -> Iterator[str]:
    """Yield the keys that stand twice in one mapping, of which YAML takes the last."""
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        if str(key.value) in seen:
            yield str(key.value)
        seen.add(str(key.value))
        yield from _repeated(value)
