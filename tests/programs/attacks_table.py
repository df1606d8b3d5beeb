"""The table of attacks by level: `python -m tests.programs.attacks_table [ATTACK...]`, or `make attacks`.

Each attack at each level: held, and by what; at level `full` also its control. Exit status 1 where one was not
held, did not run, had no control, or left something behind.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence

import msgspec

from notegrad.messages.typography import ascii_spaces
from notegrad.sandbox.outside.sandbox import Sandbox
from tests.attacks import controls, harness, levels
from tests.attacks.cards import Card, in_force, read_card
from tests.attacks.run import End, Row

INSIDE = "inside_reach"
"""The attack on what is judged outside by what is judged inside (`tests.attacks.inside`), with its own questions."""

RUN_TIMEOUT_S = 1_800.0
WAYS = (*((level, "fork") for level in levels.LEVELS), ("full", "stepped"))
"""Levels of confinement, and the mode of the sandbox: every level in mode fork, the strongest in mode stepped too."""


def at_level(level: str, mode: str, attacks: Sequence[str]) -> tuple[dict[str, Row], End]:
    """What came of the attacks at a level in a mode, in a process that has it. Raises RuntimeError where ours failed."""
    with levels.scratch_folder() as scratch:
        arguments = ["-m", "tests.attacks.run", level, mode, *attacks]
        done = levels.run_python(level, arguments, scratch, RUN_TIMEOUT_S)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    rows = [msgspec.convert(line["row"], Row) for line in lines if "row" in line]
    ends = [msgspec.convert(line["end"], End) for line in lines if "end" in line]
    if done.returncode != 0 or not ends:
        raise RuntimeError(f"the grader itself failed at level {level}: {done.stderr[-2_000:]}")
    return {row.attack: row for row in rows}, ends[0]


def inside_faults(level: str, mode: str) -> list[str]:
    """What a case that is judged inside gave away of one that is not. Raises RuntimeError where ours failed."""
    with levels.scratch_folder() as scratch:
        done = levels.run_python(level, ["-m", "tests.attacks.inside", level, mode], scratch, RUN_TIMEOUT_S)
    if done.returncode != 0:
        raise RuntimeError(f"the grader itself failed at level {level}: {done.stderr[-2_000:]}")
    return msgspec.json.decode(done.stdout, type=list[str])


def faults(row: Row, card: Card) -> list[str]:
    """What is not as the card says; empty for an attack that was held."""
    found = []
    met = any(text in ascii_spaces(row.raw + row.shown) for text in card.met)
    if not row.proofs and not met and card.status == ("graded",):
        found.append("it did not run")
    if row.score or row.won:
        found.append(f"it won {row.won}")
    if row.successes:
        found.append("; ".join(row.successes))
    if row.status not in card.status:
        found.append(f"status {row.status}")
    if odd := set(row.outcomes) - set(card.outcomes):
        found.append(f"outcomes {sorted(odd)}")
    if seen := [text for text in card.shown if text in row.shown]:
        found.append(f"shown: {seen!r}")
    if card.shown and not any(text in row.raw for text in card.shown):
        found.append("what it says is not even in the record")
    return found


def end_faults(end: End, level: str) -> list[str]:
    """What is wrong with the grader after all attacks."""
    found = [f"left behind: {what}" for what in end.left_behind]
    if end.tier != level:
        found.append(f"the tier was {end.tier}")
    if end.blank_score or end.honest_score != end.max_score:
        found.append(f"afterwards a blank notebook had {end.blank_score}, an honest one {end.honest_score}")
    return found


def main(attacks: Sequence[str]) -> int:
    """Print the table as it is made."""
    names = list(attacks) or harness.attack_names()
    cards = {name: read_card(name) for name in names}
    wrong = 0
    for level, mode in WAYS:
        if why := levels.why_not(level):
            sys.stdout.write(f"level {level}: skipped, because {why}\n")
            continue
        started = time.monotonic()
        rows, end = at_level(level, mode, names)
        sys.stdout.write(f"\nlevel {level}, mode {mode}: {', '.join(end.active)}\n")
        for name in names:
            bad = faults(rows[name], cards[name]) if name in rows else ["no result"]
            held = in_force(cards[name], set(end.active))
            wrong += bool(bad) or not held
            verdict = (
                f"NOT STOPPED: {'; '.join(bad)}" if bad else f"stopped by {', '.join(held) or 'NOTHING'}"
            )
            duration_s = rows[name].duration_s if name in rows else 0
            sys.stdout.write(f"  {name:26} {duration_s:5.1f} s  {verdict}\n")
        bad = inside_faults(level, mode)
        wrong += bool(bad)
        held_inside = "stopped by separation, single use; its control found what it looks for"
        sys.stdout.write(
            f"  {INSIDE:26}         {'NOT STOPPED: ' + '; '.join(bad) if bad else held_inside}\n"
        )
        bad = end_faults(end, level)
        wrong += len(bad)
        sys.stdout.write(f"  afterwards: {'; '.join(bad) or 'nothing left behind, marks as before'}")
        sys.stdout.write(f" ({time.monotonic() - started:.0f} s)\n")
    wrong += print_controls(cards)
    sys.stdout.write(f"\n{len(names)} attacks, {wrong or 'none'} not as it must be\n")
    return int(wrong > 0)


def print_controls(cards: dict[str, Card]) -> int:
    """The positive controls, at level full; how many did not show what their card says."""
    if why := levels.why_not("full"):
        sys.stdout.write(f"controls: skipped, because {why}\n")
        return 0
    sys.stdout.write("\ncontrols: the same attack where nothing stops it\n")
    wrong = 0
    bundle = harness.fixture_bundle()
    with Sandbox.start(bundle.settings.limits, "full") as plain:
        for name, card in cards.items():
            confirmed = controls.is_confirmed(card, name, bundle, plain)
            wrong += not confirmed
            what = " ".join((card.control, *card.without, *map(str, card.limits)))
            sys.stdout.write(f"  {name:26} {what:40} {'yes' if confirmed else 'NOT CONFIRMED'} {card.why}\n")
            sys.stdout.flush()
    return wrong


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
