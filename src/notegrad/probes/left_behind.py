"""Global state that a call left behind, and that was put back after it, is remembered until somebody asks."""

from __future__ import annotations

from typing import TypeVar

Field = TypeVar("Field")

_left: dict[str, tuple[object, object]] = {}
_generators: dict[str, bytes] = {}


def forget() -> None:
    """A test case begins: nothing was left behind yet."""
    _left.clear()
    _generators.clear()


def note(name: str, put_back: object, left: object) -> None:
    """A call left `left` under a name, such as `grad_enabled`, where `put_back` is in force again."""
    _left[name] = put_back, left


def note_generator(name: str, left: bytes) -> None:
    """A call left a state of a random generator that drawing does not lead to."""
    _generators[name] = left


def anything() -> bool:
    """Whether calls of this test case left anything behind."""
    return bool(_left or _generators)


def as_left(name: str, now: Field) -> Field:
    """What stands under a name: the state that a call left, unless another than was put back is in force."""
    put_back, left = _left.get(name, (now, now))
    return left if type(left) is type(now) and now == put_back else now


def generator_as_left(name: str, now: bytes) -> bytes:
    """A state of a generator, which differs from any other where a call left one that was put back."""
    return now + _generators.get(name, b"")
