"""The scan counts the values of a MessagePack frame before anything is made of them.

A byte of a frame can become thirty bytes of Python objects: the limit on a frame's bytes, which leaves room
for tensors, would let a hostile sandbox fill the judge with gigabytes of small values. Bytes and texts are
one value each, however long. Frames below `SMALL_FRAME_BYTES` cannot hold enough to matter.
"""

from __future__ import annotations

from notegrad.mirror.wire.limits import MAX_VALUES
from notegrad.mirror.wire.mirror_errors import ObservationError

SMALL_FRAME_BYTES = MAX_VALUES

_MARKERS = 256
_FIXED_STRINGS = range(0xA0, 0xC0)
# Bytes of the length that follows a marker and says how many more bytes belong to the value.
_LENGTHS = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xC7: 1, 0xC8: 2, 0xC9: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_EXTENSIONS = range(0xC7, 0xCA)  # have one byte more, their kind
# Bytes that follow a marker: of numbers, of extensions of fixed size, of the counts of arrays and maps.
_SIZES = {
    0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8,
    0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4,
    **{marker: marker - _FIXED_STRINGS.start for marker in _FIXED_STRINGS},
}  # fmt: skip
_SKIPPED = bytes(_SIZES.get(marker, 0) for marker in range(_MARKERS))


def check_values(frame: bytes | bytearray) -> None:
    """Refuse a frame of more than `MAX_VALUES` values.

    Raises ObservationError. What is no MessagePack at all is left to the decoder.
    """
    if len(frame) <= SMALL_FRAME_BYTES:
        return
    at, end, left = 0, len(frame), MAX_VALUES
    while at < end:
        marker = frame[at]
        at += 1 + _SKIPPED[marker]
        length_bytes = _LENGTHS.get(marker, 0)
        if length_bytes:
            length = int.from_bytes(frame[at : at + length_bytes], "big")
            at += length_bytes + length + (marker in _EXTENSIONS)
        left -= 1
        if left < 0:
            raise ObservationError(f"more than {MAX_VALUES:,} values at once", "objects")
