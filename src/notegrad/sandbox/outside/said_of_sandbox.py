"""Sentences on a sandbox that cannot be had, from the keys and facts that came out of it."""

from __future__ import annotations

from notegrad.messages import Message, together
from notegrad.sandbox.protocol import ZygoteRefused

_NEEDS = {
    "full": "sandbox_needs_full",
    "userns": "sandbox_needs_userns",
    "no-namespaces": "sandbox_needs_no_namespaces",
}


def said_of_refusal(refused: ZygoteRefused) -> Message:
    """The sentence on what the zygote refused; of each tier that was tried, what it needs."""
    facts: dict[str, object] = dict(refused.facts)
    if "tried" in refused.facts:
        tried = refused.facts["tried"].split()
        facts["reasons"] = together([Message(_NEEDS[tier]) for tier in tried if tier in _NEEDS])
    return Message(refused.key, **facts)
