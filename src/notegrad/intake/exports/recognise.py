"""Recognises the platform of an export by the names of its files alone.

All files weigh: one student's file may be called as another platform calls its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from notegrad.errors import InputError
from notegrad.intake.class_list.joining import identity
from notegrad.intake.exports import blackboard, brightspace, canvas, gradescope, moodle
from notegrad.intake.exports.gradescope import METADATA
from notegrad.intake.exports.handings import Export
from notegrad.intake.exports.source import Source
from notegrad.intake.submission_ids import printable
from notegrad.messages import Message
from notegrad.records import Platform

MAX_WRAPPERS = 3


class PlatformModule(Protocol):
    """The module of a platform."""

    def explained(self, source: Source) -> int:
        """How many of the files are named as this platform names them."""

    def read(self, source: Source) -> Export:
        """Read the attempts and their students."""


# Where two explain as many files, the first: a Blackboard name may be the end of anybody's, and Canvas counts
# its own numbers (`canvas.explained`).
PLATFORMS: dict[Platform, PlatformModule] = {
    "gradescope": gradescope,
    "moodle": moodle,
    "canvas": canvas,
    "brightspace": brightspace,
    "blackboard": blackboard,
}

_EXAMPLES = {
    "gradescope": "submission_metadata.yml and submission_123/",
    "moodle": "Alice Durand_900110_assignsubmission_file/",
    "blackboard": "TP2_adurand_attempt_2026-03-01-23-59-00_tp2.ipynb",
    "brightspace": "12345-67890 - Alice Durand - Mar 1, 2026 1159 PM/",
    "canvas": "durandalice_123_456_tp2.ipynb",
}


def recognise(source: Source) -> tuple[Platform, Source] | None:
    """The platform, and the source seen from where its names begin; None where they are no platform's."""
    inside: Source | None = source
    for _ in range(MAX_WRAPPERS):
        if inside is None:
            return None
        weights = {platform: module.explained(inside) for platform, module in PLATFORMS.items()}
        best = _best(weights, inside)
        if weights[best] * 2 > len(inside.entries) + len(inside.folders) or (
            weights[best] and METADATA in {entry.path for entry in inside.entries}
        ):
            return best, inside
        inside = inside.below()
    return None


def _best(weights: Mapping[Platform, int], source: Source) -> Platform:
    """The platform that names most files; of equal ones that with most students, then the surest.

    Who is taken for another loses an attempt: the reading that makes fewer students is the wrong one.
    """
    highest = max(weights.values())
    equal = [platform for platform in PLATFORMS if weights[platform] == highest]
    return max(equal, key=lambda one: _students(one, source)) if highest and len(equal) > 1 else equal[0]


def _students(platform: Platform, source: Source) -> int:
    handings = PLATFORMS[platform].read(source).handings
    return len({identity(student) for handing in handings for student in handing.students})


def read_as(platform: Platform, source: Source) -> Export:
    """The export, read as this platform's. Raises InputError where no name in it is that platform's."""
    inside: Source | None = source
    for _ in range(MAX_WRAPPERS):
        if inside is None:
            break
        export = PLATFORMS[platform].read(inside)
        if not all(handing.is_stray for handing in export.handings):
            return export
        inside = inside.below()
    raise InputError(
        Message(
            "export_not_of",
            path=printable(str(source.path)),
            title=platform.title(),
            examples=_EXAMPLES[platform],
        )
    )
