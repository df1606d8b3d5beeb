"""A YAML file that is read strictly: errors name the file, the line, the path in it, and what was meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar, get_args, get_origin, get_type_hints

import msgspec
import yaml

from notegrad.errors import ConfigError
from notegrad.messages import Message, suggestion
from notegrad.records import Record

R = TypeVar("R", bound=Record)

_WANTED = {
    dict: "yaml_want_keys",
    int: "yaml_want_int",
    float: "yaml_want_float",
    str: "yaml_want_str",
    bool: "yaml_want_bool",
    tuple: "yaml_want_list",
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
            why = getattr(error, "problem", None) or " ".join(str(error).split())
            place = _place(path, mark.line + 1 if mark else None)
            raise ConfigError(Message("yaml_not_valid", place=place, why=why)) from error
        except (ValueError, RecursionError) as error:  # a date that there is not, brackets without end
            problem = " ".join(str(error).split())[:200]
            raise ConfigError(Message("yaml_unusable", path=path, problem=problem)) from None
        if self.data is None:
            self.data = {}
        if not isinstance(self.data, dict):
            self.fail((), Message("yaml_keys_lines"))

    def refuse_unknown(
        self, data: Any, record: type[Record], where: Sequence[str], *, but: Sequence[str] = ()
    ) -> None:
        """Refuse keys that are no fields of the record, or of a record in it; `but`: fields that are no keys.

        Raises ConfigError that names the key and the likely one.
        """
        known = {name: hint for name, hint in get_type_hints(record).items() if name not in but}
        for key, value in data.items():
            if key not in known:
                self.fail([*where, key], Message("yaml_no_key", meant=suggestion(key, known)))
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
            data, annotation = data[key], get_type_hints(annotation, include_extras=True)[key]
        choices = [c for a in (annotation, *get_args(annotation)) for c in get_args(a) if isinstance(c, str)]
        if choices and problem.startswith("Invalid enum value"):
            listed = ", ".join(choices)
            self.fail(
                keys,
                Message("yaml_not_one_of", data=data, listed=listed, data2=suggestion(str(data), choices)),
            )
        if "matching regex" in problem:
            self.fail(
                keys,
                Message("yaml_no_device", data=data, data2=suggestion(data, ("cpu", "cuda", "sim", "auto"))),
            )
        self.fail(keys, Message("yaml_wrong_value", why=_wanted(annotation) or problem, data=data))

    def fail(self, keys: Sequence[str], said: Message) -> NoReturn:
        """Raise ConfigError about the value at `keys`; the items of a list are counted from 1."""
        place = _place(self.path, self._line(keys))
        if keys:
            raise ConfigError(Message("yaml_at", place=place, keys=".".join(keys), said=said))
        raise ConfigError(Message("yaml_here", place=place, said=said))

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
            self.fail(keys, Message("yaml_within_itself"))
        if isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value, 1):
                self._check_keys(value, (*keys, str(number)), (*inside, node))
            self._checked.add(id(node))
            return
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                self.fail(keys, Message("yaml_key_no_word", line=key.start_mark.line + 1))
            if key.value in seen:
                self.fail((*keys, key.value), Message("yaml_key_twice", line=key.start_mark.line + 1))
            seen.add(key.value)
            self._check_keys(value, (*keys, key.value), (*inside, node))
        self._checked.add(id(node))


def _place(path: Path, line: int | None) -> Message | str:
    return Message("yaml_place", path=path, line=line) if line else str(path)


def _wanted(annotation: Any) -> Message | None:
    """What a key takes, where that is one plain type; None where the error's own words say more."""
    parts = (annotation, *get_args(annotation))
    types = [each for each in parts if isinstance(each, type) and each in _WANTED]
    least = next((each.ge for each in parts if isinstance(each, msgspec.Meta) and each.ge is not None), None)
    if types and least is not None:
        return Message("yaml_expected_from", wanted=Message(_WANTED[types[0]]), least=least)
    if not types and isinstance(get_origin(annotation) or annotation, type):
        kind = get_origin(annotation) or annotation
        types = [dict] if issubclass(kind, (dict, Record)) else [tuple] if issubclass(kind, tuple) else []
    return Message("yaml_expected", wanted=Message(_WANTED[types[0]])) if types else None
