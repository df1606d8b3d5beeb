"""A YAML file that is read strictly: errors name the file, the line, the path in it, and what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args, get_type_hints

import msgspec
import yaml

from notegrad.errors import ConfigError
from notegrad.messages import suggestion
from notegrad.records import Record

R = TypeVar("R", bound=Record)

_TYPE_WORDS = {
    "object": "keys below it",
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "null": "nothing",
}


class YamlDocument:
    """A YAML file with its data, and with the line on which each key stands."""

    def __init__(self, text: str, path: Path) -> None:
        """Reads the text of the file at `path`.

        Raises ConfigError where it is no YAML, repeats a key, or holds anything but keys at the top.
        """
        self.path = path
        try:
            self._tree = yaml.compose(text, Loader=yaml.SafeLoader)
            self._checked: set[int] = set()
            self._check_keys(self._tree, ())
            self.data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or " ".join(str(error).split())
            msg = (
                f"{path}{line}: not valid YAML: {problem}; check the indentation and quotes around this line"
            )
            raise ConfigError(msg) from error
        except (ValueError, RecursionError) as error:  # a date that there is not, brackets without end
            problem = " ".join(str(error).split())[:200]
            raise ConfigError(f"{path}: not usable YAML: {problem}; put texts in quotes") from None
        if self.data is None:
            self.data = {}
        if not isinstance(self.data, dict):
            self.fail((), "expected keys such as title and limits, each on its own line")

    def refuse_unknown(
        self, data: Any, record: type[Record], where: Sequence[str], *, but: Sequence[str] = ()
    ) -> None:
        """Refuse keys that are no fields of the record, or of a record in it; `but`: fields that are no keys.

        Raises ConfigError that names the key and the likely one.
        """
        known = {name: hint for name, hint in get_type_hints(record).items() if name not in but}
        for key, value in data.items():
            if key not in known:
                self.fail([*where, key], f"there is no such key{suggestion(key, known)}")
            if isinstance(value, dict) and isinstance(known[key], type) and issubclass(known[key], Record):
                self.refuse_unknown(value, known[key], [*where, key])

    def convert(self, data: object, record: type[R], where: Sequence[str]) -> R:
        """Convert strictly. Raises ConfigError that names the path of what is wrong."""
        try:
            return msgspec.convert(data, record)
        except msgspec.ValidationError as error:
            problem, _, inner = str(error).partition(" - at ")
            self._explain(problem, data, record, where, re.findall(r"\.(\w+)", inner))

    def _explain(
        self, problem: str, data: Any, record: type[Record], where: Sequence[str], inner: Sequence[str]
    ) -> NoReturn:
        keys = [*where, *inner]
        annotation: Any = record
        for key in inner:
            data, annotation = data[key], get_type_hints(annotation)[key]
        choices = [c for a in (annotation, *get_args(annotation)) for c in get_args(a) if isinstance(c, str)]
        if choices and problem.startswith("Invalid enum value"):
            listed = ", ".join(choices)
            self.fail(keys, f"{data!r} is not one of {listed}{suggestion(str(data), choices)}")
        if "matching regex" in problem:
            self.fail(
                keys,
                f"{data!r} is no device; use cpu, cuda, cuda:N, sim or auto"
                f"{suggestion(data, ('cpu', 'cuda', 'sim', 'auto'))}",
            )
        for name, words in _TYPE_WORDS.items():
            problem = problem.replace(f"`{name}", f"`{words}")
        self.fail(keys, f"{problem[0].lower()}{problem[1:].replace('`', '')} (it says {data!r})")

    def fail(self, keys: Sequence[str], problem: str) -> NoReturn:
        """Raise ConfigError about the value at `keys`; the items of a list are counted from 1."""
        line = self._line(keys)
        place = f"{self.path}, line {line}" if line else f"{self.path}"
        dotted = ".".join(keys)
        raise ConfigError(f"{place}: {dotted}: {problem}" if dotted else f"{place}: {problem}")

    def _line(self, keys: Sequence[str]) -> int | None:
        node, line = self._tree, None
        for key in keys:
            if isinstance(node, yaml.SequenceNode):
                node = node.value[int(key) - 1]
                line = node.start_mark.line + 1
                continue
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            found = next(((k, v) for k, v in pairs if k.value == key), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        return line

    def _check_keys(
        self, node: yaml.Node | None, keys: tuple[str, ...], inside: tuple[yaml.Node, ...] = ()
    ) -> None:
        if not isinstance(node, yaml.CollectionNode) or id(node) in self._checked:
            return
        if node in inside:
            self.fail(keys, "contains itself, through an alias (*); write out what is meant")
        if isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value, 1):
                self._check_keys(value, (*keys, str(number)), (*inside, node))
            self._checked.add(id(node))
            return
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                self.fail(keys, f"a key must be a word (line {key.start_mark.line + 1}); put it in quotes")
            if key.value in seen:
                self.fail(
                    (*keys, key.value), f"given twice (again on line {key.start_mark.line + 1}); keep one"
                )
            seen.add(key.value)
            self._check_keys(value, (*keys, key.value), (*inside, node))
        self._checked.add(id(node))
