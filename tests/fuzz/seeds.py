"""`python -m tests.fuzz.seeds TARGET FOLDER`: writes real inputs to begin from."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from tests.fuzz import targets


def write(name: str, folder: Path) -> None:
    for data in targets.load(name).seeds():
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


if __name__ == "__main__":
    write(sys.argv[1], Path(sys.argv[2]))
