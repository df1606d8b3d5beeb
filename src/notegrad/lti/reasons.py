"""Reasons that tables keep as a key with facts, as sentences."""

from __future__ import annotations

from typing import Any

from notegrad.messages import CATALOGUES, translate


def reason_text(reason: dict[str, Any], language: str) -> str:
    """The sentence of a reason; nothing where there is none."""
    key = reason.get("key", "")
    return translate(key, language, **reason.get("facts", {})) if key in CATALOGUES[language] else ""
