"""Keeps bytes in the database by their SHA-256, so that any worker that has the database has them."""

from __future__ import annotations

import hashlib
import zlib

from notegrad.server.models import Blob


def keep(data: bytes) -> Blob:
    """The row of these bytes, made where it is not there; within the caller's transaction."""
    digest = hashlib.sha256(data).hexdigest()
    blob, _ = Blob.objects.get_or_create(
        sha256=digest, defaults={"data": zlib.compress(data, 6), "size": len(data)}
    )
    return blob


def content_of(blob: Blob) -> bytes:
    """The bytes of a row.

    Raises ValueError where the database holds other bytes than the row's name says.
    """
    data = zlib.decompress(bytes(blob.data))
    if hashlib.sha256(data).hexdigest() != blob.sha256:
        raise ValueError(f"the blob {blob.sha256} is damaged")
    return data
