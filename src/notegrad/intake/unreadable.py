"""The fault of a hand-in that cannot be read: told to its student, never to the person who grades."""

from __future__ import annotations

from notegrad.messages import Message


class UnreadableError(Exception):
    """A hand-in cannot be read; `message` is one sentence for the student, in any language."""

    def __init__(self, key: str, **facts: object) -> None:
        self.message = Message(key, **facts)
        super().__init__(key)
