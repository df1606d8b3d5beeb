"""Writing a bundle's zip so that the same contents give the same bytes on every machine and day."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Mapping
from types import MappingProxyType

from notegrad.course.bundle import OTTER_CONFIG_NAME, SETTINGS_NAME, settings_document
from notegrad.course.requirements import REQUIREMENTS_NAME
from notegrad.settings import AssignmentSettings

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name
_UNIX = 3
_NOTHING: Mapping[str, bytes] = MappingProxyType({})
_MODE, _MODE_OF_PROGRAM = 0o100644 << 16, 0o100755 << 16


def pack_bundle(
    *,
    settings: AssignmentSettings,
    tests: Mapping[str, str],
    files: Mapping[str, bytes],
    otter_config: Mapping[str, object],
    requirements: str,
    deployment: Mapping[str, bytes] = _NOTHING,
    programs: Collection[str] = (),
) -> bytes:
    """Return the bytes of an autograder zip; `bundle` says what it holds, `deployment` the rest."""
    members = {f"tests/{name}": source.encode() for name, source in tests.items()}
    members |= {f"files/{name}": content for name, content in files.items()}
    members[OTTER_CONFIG_NAME] = json_bytes(otter_config)
    members[REQUIREMENTS_NAME] = requirements.encode()
    members[SETTINGS_NAME] = json_bytes(settings_document(settings))
    return pack({**deployment, **members}, programs)


def pack(members: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """Return a zip of the members, sorted by name; those in `programs` may be executed.

    Nothing is compressed: different builds of zlib write different bytes for the same text.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = _MODE_OF_PROGRAM if name in programs else _MODE
            archive.writestr(info, members[name])
    return buffer.getvalue()


def json_bytes(value: object) -> bytes:
    """Return JSON with sorted keys, indented, as UTF-8 with a final line end."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
