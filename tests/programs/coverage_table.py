"""Lines of each room that the tests ran, from the data of the last `make coverage`: `python -m tests.programs.coverage_table`.

Only the process of the tests is measured. Graders, zygotes and notebooks are processes of their own, some of them
confined: rooms that live there (`sandbox.inside`, `sandbox.walls`) are tested more than their figures say.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from coverage import Coverage
from coverage.exceptions import CoverageException

PACKAGE = Path(__file__).resolve().parents[2] / "src/notegrad"
SPLIT = ("sandbox",)  # rooms whose parts live in different processes


def lines_by_room() -> dict[str, tuple[int, int]]:
    """Statements of each room, and how many of them were run. Raises CoverageException where there are no data."""
    measured = Coverage()
    measured.load()
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for name in measured.get_data().measured_files():
        _, statements, _, missing, _ = measured.analysis2(name)
        room = room_of(Path(name).relative_to(PACKAGE))
        counts[room] = (counts[room][0] + len(statements), counts[room][1] + len(statements) - len(missing))
    return dict(sorted(counts.items()))


def room_of(path: Path) -> str:
    """The room of a file; files beside the rooms together are the ground."""
    folders = path.parent.parts
    if not folders:
        return "(ground)"
    return ".".join(folders[:2] if folders[0] in SPLIT else folders[:1])


def main() -> int:
    """Print a row for each room, and the sum; the exit status is 1 where nothing was measured."""
    try:
        counts = lines_by_room()
    except CoverageException as error:
        print(f"{error}: say `make coverage`", file=sys.stderr)
        return 1
    total = tuple(map(sum, zip(*counts.values(), strict=True)))
    for room, (statements, run) in (*counts.items(), ("all", total)):
        print(f"{room:20} {statements:6} lines {100 * run / max(statements, 1):5.0f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
