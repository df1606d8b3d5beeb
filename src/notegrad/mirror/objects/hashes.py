"""Keys of one hash are refused where there are many: filling a set takes the square of their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from notegrad.mirror.wire.limits import MAX_EQUAL_HASHES
from notegrad.mirror.wire.mirror_errors import ObservationError


def check_hashes(keys: Sequence[object]) -> None:
    """Refuse keys that were made to have one hash.

    Raises ObservationError, or TypeError for what has no hash.
    """
    if len(keys) > MAX_EQUAL_HASHES and max(Counter(map(hash, keys)).values()) > MAX_EQUAL_HASHES:
        raise ObservationError(f"more than {MAX_EQUAL_HASHES:,} keys with the same hash")
