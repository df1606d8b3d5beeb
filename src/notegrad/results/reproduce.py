"""Reads the ingredients of a result (versions, bundle, seed, device), and compares them with this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.records import Record

MAX_RESULT_BYTES = 64 << 20


class Ingredients(Record, frozen=True, kw_only=True):
    """The ingredients of a result, as its `results.json` says; a field that it does not hold is empty."""

    submission: str = ""
    assignment: str = ""
    status: str = ""
    max_score: float = 0.0
    versions: dict[str, str] = {}
    bundle_sha256: str = ""
    seed: int | None = None
    device: str = ""
    mode: str = ""
    tier: str = ""


class Comparison(Record, frozen=True, kw_only=True):
    """One ingredient `there`, when the result was made, and `here`; `is_same` None where that is unknown."""

    name: str
    there: str
    here: str = ""
    is_same: bool | None = None


def read_ingredients(path: Path) -> Ingredients:
    """The ingredients of a `results.json`. Raises InputError that says what is wrong with the file."""
    try:
        if path.stat().st_size > MAX_RESULT_BYTES:
            raise InputError(Message("result_too_large", path=path))
        document: Any = json.loads(path.read_bytes())
        ours = document["extra_data"]["notegrad"]
        return msgspec.convert(ours, Ingredients, strict=False)
    except OSError as error:
        raise InputError(Message("cannot_read_file", path=path, strerror=error.strerror)) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(Message("result_no_result", path=path)) from None


def compare(there: Ingredients, *, versions: dict[str, str], bundle_sha256: str | None) -> list[Comparison]:
    """Compares each ingredient with this machine's; `bundle_sha256` None where no bundle is at hand."""
    rows = [
        Comparison(
            name=name, there=version, here=versions.get(name, ""), is_same=versions.get(name, "") == version
        )
        for name, version in sorted(there.versions.items())
    ]
    bundle = Comparison(name="bundle", there=there.bundle_sha256)
    if bundle_sha256 is not None and there.bundle_sha256:
        bundle = msgspec.structs.replace(
            bundle, here=bundle_sha256, is_same=bundle_sha256 == there.bundle_sha256
        )
    seed = "" if there.seed is None else str(there.seed)
    return [
        *rows,
        bundle,
        Comparison(name="seed", there=seed),  # the bundle's: the same bundle has the same
        Comparison(name="device", there=there.device),
        Comparison(name="mode", there=there.mode),
        Comparison(name="tier", there=there.tier),
    ]
