"""Lists, dicts, sets, tables, streams are mirrored by identity: what either side puts in, the other finds."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from sys import getrefcount, maxsize
from typing import Any

from notegrad.mirror.memory.registry import Registry
from notegrad.mirror.objects import tables
from notegrad.mirror.objects.decoding import decode
from notegrad.mirror.objects.encoding import encode
from notegrad.mirror.objects.hashes import check_hashes
from notegrad.mirror.objects.live_objects import LIVE, fill_live, live_kind
from notegrad.mirror.objects.referring import Referring
from notegrad.mirror.wire.changes import ContainerRecord
from notegrad.mirror.wire.forms import Id
from notegrad.mirror.wire.limits import ITEM_BYTES, MAX_ITEMS
from notegrad.mirror.wire.mirror_errors import ObservationError

_mro = type.__dict__["__mro__"].__get__
_KINDS: dict[str, type] = {
    "OrderedDict": OrderedDict,
    "defaultdict": defaultdict,
    "Counter": Counter,
    "deque": deque,
    "dict": dict,
    "list": list,
    "set": set,
}
_maxlen = deque.__dict__["maxlen"].__get__
_default_factory = defaultdict.__dict__["default_factory"].__get__
_FACTORIES: dict[str, type] = {
    kind.__name__: kind for kind in (bool, int, float, str, list, tuple, dict, set)
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_OURS = 3
"""References to a container that nobody else holds: of the registry, of the loop, of the argument."""


def container_kind(value: object) -> str | None:
    """The kind of container a value really is, or None."""
    lineage = _mro(type(value))
    for base in lineage:
        name = _NAMES.get(base)
        if name is not None:
            return name
    found = tables.pandas_kind(lineage)
    return found if tables.is_table(found) else live_kind(value) or None


def _made_with(value: Any, kind: str) -> str:
    """What a container of its kind is made with: a bound, or what makes new values, if both sides have it."""
    if kind == "deque":
        bound = _maxlen(value)
        return "" if bound is None else f":{bound}"
    if kind != "defaultdict":
        return ""
    factory = _default_factory(value)
    return next((f":{name}" for name, kind in _FACTORIES.items() if kind is factory), "")


def _contents(value: Any, kind: str) -> list[Any]:
    if tables.is_table(kind):
        return tables.contents(value, kind)
    if kind in LIVE:
        return LIVE[kind].contents(value)
    # The methods of the builtin types are used, so that an overridden `__iter__` has no say.
    if kind == "list":
        return list(list.__iter__(value))
    if kind == "set":
        return list(set.__iter__(value))
    if kind == "deque":
        return list(deque.__iter__(value))
    return [part for item in dict.items(value) for part in item]


def _fill(value: Any, kind: str, items: list[Any]) -> None:
    if tables.is_table(kind):
        tables.fill(value, kind, items)
    elif kind == "list":
        value[:] = items
    elif kind == "set":
        check_hashes(items)
        value.clear()
        value.update(items)
    elif kind == "deque":
        value.clear()
        value.extend(items)
    else:
        if len(items) % 2:
            raise ObservationError("a dict with a key that has no value")
        check_hashes(items[::2])
        value.clear()
        for key, item in zip(items[::2], items[1::2], strict=True):
            value[key] = item


def _empty(name: str, made_with: str) -> Any:
    if tables.is_table(name):
        return tables.new_table(name)
    if name in LIVE:
        return LIVE[name].make()
    kind = _KINDS.get(name)
    if kind is None:
        raise ObservationError(f"there is no container {name[:40]!r}")
    if kind is defaultdict:
        return defaultdict(_FACTORIES.get(made_with))
    if kind is deque and made_with:
        if not (made_with.isascii() and made_with.isdecimal()) or int(made_with[:20]) > maxsize:
            raise ObservationError(f"there is no bound {made_with[:40]!r}")
        return deque(maxlen=int(made_with))
    return kind()


class ContainerTable:
    """The containers that both sides know."""

    def __init__(self, registry: Registry, *, is_judge: bool = False) -> None:
        """`is_judge`: on the side that believes nothing."""
        self._registry, self._is_judge = registry, is_judge
        self._depths: dict[Id, int] = {}
        self._last: dict[Id, ContainerRecord | None] = {}
        self._seen: dict[Id, ContainerRecord] = {}
        self._arrived: list[ContainerRecord] = []
        self._guards: dict[Id, Callable[[list[Any]], None]] = {}
        self._referred: set[Id] = set()

    def guard(self, container_id: Id, check: Callable[[list[Any]], None]) -> None:
        """Have what arrived for a container looked at by `check`, which may raise, before it takes it."""
        self._guards[container_id] = check

    def refer(self, value: Any, depth: int) -> Id:
        """The number of a container, known from now on."""
        container_id = self._registry.id_of(value)
        if container_id is None:
            container_id = self._registry.next_id()
            self._registry.add(container_id, value, strong=True)
            self._last[container_id] = None
            self._depths[container_id] = depth
        self._referred.add(container_id)
        return container_id

    def unheld(self) -> list[Id]:
        """Numbers of the containers that nobody here holds any more, nor the message that is being made.

        Lists and dicts take no weak references that would tell. A test that calls an answer with a list a
        thousand times would have a thousand of them read for each message.
        """
        found = []
        for container_id in self._last.keys() - self._referred - self._guards.keys():
            value = self._registry.find(container_id)
            if getrefcount(value) == _OURS:
                found.append(container_id)
        return found

    def look(self, refer: Referring) -> None:
        """Read all containers for a message; what they hold becomes known.

        Raises ObservationError where one is too large or too deep.
        """
        self._seen = records = {}
        self._referred = set()
        while pending := [i for i in self._last if i not in records]:
            for container_id in pending:
                records[container_id] = self._read(container_id, refer)

    def take(self) -> list[ContainerRecord]:
        """Records of the containers that were new or changed when looked at."""
        changed = [record for i, record in self._seen.items() if record != self._last[i]]
        self._last.update(self._seen)
        return changed

    def _read(self, container_id: Id, refer: Referring) -> ContainerRecord:
        value = self._registry.get(container_id)
        kind = container_kind(value) or "list"
        items = _contents(value, kind)
        if len(items) > MAX_ITEMS:
            raise ObservationError(f"a {kind} of more than {MAX_ITEMS:,} items", "objects")
        refer.count_bytes(ITEM_BYTES * len(items))
        depth = self._depths[container_id] + 1
        name = f"{kind}{_made_with(value, kind)}"
        return ContainerRecord(container_id, name, tuple(encode(item, refer, depth) for item in items))

    def apply(self, record: ContainerRecord) -> None:
        """Make a container known, still empty; `finish` fills it, when all that it refers to exists.

        Raises ObservationError for an unknown kind.
        """
        if record.id not in self._registry:
            name, _, made_with = record.kind.partition(":")
            self._registry.add(record.id, _empty(name, made_with), strong=True)
            self._depths[record.id] = 0
        self._arrived.append(record)

    def finish(self) -> None:
        """Fill the containers that arrived.

        Raises ObservationError where one cannot hold its items.
        """
        for record in self._arrived:
            value = self._registry.get(record.id)
            kind = container_kind(value)
            if kind is None:
                raise ObservationError(f"object {record.id} is not a container")
            items = [decode(item, self._registry.get) for item in record.items]
            if record.id in self._guards:
                self._guards[record.id](items)
            if kind in LIVE:
                is_ours = self._is_judge and self._registry.gives(record.id)
                fill_live(value, kind, items, is_ours=is_ours)
                self._last[record.id] = record
                continue
            try:
                _fill(value, kind, items)
            except TypeError as error:
                raise ObservationError(f"a {kind} that cannot be filled: {error}") from None
            self._last[record.id] = record
        self._arrived = []

    def release(self, container_id: Id) -> None:
        """Forget a container."""
        self._last.pop(container_id, None)
        self._depths.pop(container_id, None)
        self._guards.pop(container_id, None)
