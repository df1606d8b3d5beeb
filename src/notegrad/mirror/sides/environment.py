"""A notebook's namespace is shown to a test function as a dict, which it may also write into."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any

from notegrad.mirror.sides.judge_side import Mirror

_KEPT = object()


class Environment(dict[str, Any]):
    """A notebook's namespace as the dict that a test gets: each name is fetched when it is asked for.

    What a test writes into it is bound over there too, since the student's functions would see it with otter.
    """

    def __init__(self, mirror: Mirror, own: Callable[[str], Mapping[str, Any]]) -> None:
        """`own` gives what stands under a name whatever the notebook says; an empty mapping for most."""
        super().__init__()
        self._mirror, self._own = mirror, own
        self._read_at = 0

    def __getitem__(self, name: str) -> Any:
        """What a name stands for now: a call since the last time may have bound it anew."""
        if self._mirror.message_number != self._read_at:
            super().clear()
        try:
            return super().__getitem__(name)
        finally:
            self._read_at = self._mirror.message_number

    def __missing__(self, name: str) -> Any:
        found = self._own(name) or self._mirror.get((name,))
        if name not in found:
            raise KeyError(name)
        super().__setitem__(name, found[name])
        return found[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._mirror.put(name, value)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self._mirror.remove(name)
        super().pop(name, None)

    def pop(self, name: str, default: Any = _KEPT) -> Any:
        """The value of a name, which is then gone. Raises KeyError for none without a default."""
        value = self.get(name, default)
        if value is _KEPT:
            raise KeyError(name)
        if name in self:
            del self[name]
        return value

    def update(self, *others: Any, **names: Any) -> None:
        """Bind many names."""
        for name, value in dict(*others, **names).items():
            self[name] = value

    def setdefault(self, name: str, default: Any = None) -> Any:
        """The value of a name, bound now if it was not."""
        if name not in self:
            self[name] = default
        return self[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, fetched now if it was not yet."""
        try:
            return self[name]
        except KeyError:
            return default

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """The notebook's names."""
        return KeysView(self)

    def values(self) -> ValuesView[Any]:  # type: ignore[override]
        """What the notebook's names stand for, each fetched when it is reached."""
        return ValuesView(self)

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]
        """The notebook's names with what they stand for, each fetched when it is reached."""
        return ItemsView(self)

    def copy(self) -> dict[str, Any]:
        """A dict of all names, fetched now."""
        return dict(self.items())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (
            dict.__contains__(self, name) or bool(self._own(name)) or bool(self._mirror.get((name,)))
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._mirror.names())

    def __len__(self) -> int:
        return len(self._mirror.names())
