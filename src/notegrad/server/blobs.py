"""Keeps bytes in the database by their SHA-256, so that any worker that has the database has them."""

from __future__ import annotations

import contextlib
import hashlib
import zlib

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet

from notegrad.server.database_time import after
from notegrad.server.models import Blob


def keep(data: bytes) -> Blob:
    """The row of these bytes, made where it is not there; within the caller's transaction.

    A row that is there is locked until that ends, so that nobody prunes it meanwhile.
    """
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        found = Blob.objects.select_for_update(no_key=True).defer("data").filter(pk=digest).first()
        if found is not None:
            return found
        defaults = {"data": zlib.compress(data, 6), "size": len(data)}
        return Blob.objects.get_or_create(sha256=digest, defaults=defaults)[0]


def prune(min_age_s: float = 0.0) -> int:
    """Delete the bytes to which nothing points any more and which are so old; return how many rows.

    One transaction a row: what is handed in again at that moment stays.
    """
    pruned = 0
    for name in list(_unused(min_age_s).values_list("pk", flat=True)):
        with contextlib.suppress(IntegrityError, ProtectedError), transaction.atomic():
            locked = Blob.objects.select_for_update().defer("data").filter(pk=name).first()
            if locked is not None and _unused(min_age_s).filter(pk=name).exists():
                pruned += Blob.objects.filter(pk=name).delete()[0]
    return pruned


def _unused(min_age_s: float) -> QuerySet[Blob]:
    """The rows to which no table points, whichever tables there are."""
    found = Blob.objects.filter(created_at__lte=after(-min_age_s))
    for field in Blob._meta.get_fields(include_hidden=True):  # noqa: SLF001 (Django's public name for it)
        if field.one_to_many or field.one_to_one:
            pointing = field.related_model.objects.filter(**{field.field.name: OuterRef("pk")})
            found = found.exclude(Exists(pointing))
    return found


def content_of(blob: Blob) -> bytes:
    """The bytes of a row.

    Raises ValueError where the database holds other bytes than the row's name says.
    """
    data = zlib.decompress(bytes(blob.data))
    if hashlib.sha256(data).hexdigest() != blob.sha256:
        raise ValueError(f"the blob {blob.sha256} is damaged")
    return data
