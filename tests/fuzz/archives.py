"""Zips that students hand in."""

from __future__ import annotations

import random

from notegrad.intake.hand_in import read_submission
from tests.support import hostile_zips
from tests.support.hostile_zips import notebook, zipped
from tests.support.intake_promise import keeps_its_promise

SIGNATURES = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08")


def seeds() -> list[bytes]:
    ordinary = zipped(
        ("rendu/tp.ipynb", notebook("x = 1")), ("rendu/données.csv", b"1,2"), ("rendu/vide/", b"")
    )
    return [
        ordinary,
        zipped(("rendu.zip", ordinary)),
        zipped(),
        hostile_zips.same_bytes_many_times(3, 100),
        hostile_zips.quoted_headers(3, 100),
        hostile_zips.flood_of_extra_fields(2, 5),
        hostile_zips.giant_zip64(),
        hostile_zips.another_name_inside(),
        hostile_zips.more_entries_than_declared(3),
    ]


def check(data: bytes) -> None:
    keeps_its_promise(read_submission(data, id="a", source="rendu.zip"))
    keeps_its_promise(read_submission(SIGNATURES[0] + data[4:], id="a", source="rendu.zip"))


def mutate(rng: random.Random, data: bytes) -> bytes:
    """A field near a signature changed: sizes, offsets, flags, methods and lengths of names are there."""
    places = [
        at for signature in SIGNATURES if (at := data.find(signature, rng.randrange(len(data) + 1))) >= 0
    ]
    if not places:
        return data + rng.choice(SIGNATURES)
    at = rng.choice(places) + rng.randrange(4, 46)
    width = rng.choice((1, 2, 4, 8))
    value = rng.choice(
        (0, 1, 8, 12, 14, 0x7F, 0xFF, 0xFFFF, 0xFFFFFFFF, 2**63 - 1, rng.randrange(1 << 16), len(data))
    )
    field = (value & (256**width - 1)).to_bytes(width, "little")
    return data[:at] + field + data[at + width :]
