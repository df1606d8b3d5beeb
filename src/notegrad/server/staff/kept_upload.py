"""A list kept between its preview and the confirmation: bytes in the database, named by a signed token."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.core import signing

from notegrad.server.blobs import content_of, keep
from notegrad.server.models import Blob

SALT = "notegrad.kept-upload"
MAX_AGE_S = 24 * 3600.0
MAX_NAME_CHARS = 150


def keep_upload(file: Any, scope: str) -> str:
    """The token of an uploaded file; `scope` is what it may be confirmed for."""
    name = PurePosixPath(str(file.name).replace("\\", "/")).name[-MAX_NAME_CHARS:]
    blob = keep(file.read())
    return signing.dumps([scope, blob.sha256, name], salt=SALT)


def kept_upload(token: str, scope: str) -> tuple[bytes, str] | None:
    """The bytes and the name behind a token; None where it is too old, forged, or for something else."""
    try:
        of, sha256, name = signing.loads(token, salt=SALT, max_age=MAX_AGE_S)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    blob = Blob.objects.filter(sha256=sha256).first() if of == scope else None
    return None if blob is None else (content_of(blob), name)
