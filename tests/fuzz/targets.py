"""The targets of the fuzzer: each is a module of this folder with `seeds()`, `check(data)` and perhaps `mutate`.

`check` returns for every input that is read or refused as it should be; whatever it raises is a finding.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

TARGETS = (
    *("frames", "events", "archives", "notebooks", "bundles", "settings", "class_lists", "exports"),
    "metadata",
)
CORPUS = Path(__file__).parent / "corpus"
MAX_INPUT_BYTES = 32_768
INPUT_LIMIT_S = 20
RSS_LIMIT_MB = 2_048


def load(name: str) -> ModuleType:
    return importlib.import_module(f"tests.fuzz.{name}")


def kept(name: str) -> list[Path]:
    """Inputs that once found something, or that are worth keeping for another reason."""
    return sorted(path for path in (CORPUS / name).glob("*") if path.is_file())
