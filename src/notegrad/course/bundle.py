"""The autograder bundle: a zip that plain otter understands, plus `notegrad.json` with what otter cannot say.

| in the zip          | what                                                     |
|---------------------|----------------------------------------------------------|
| `tests/*.py`        | otter's test files, hidden test cases included           |
| `files/**`          | data files that the notebook reads                       |
| `otter_config.json` | otter's own options                                      |
| `requirements.txt`  | what grading needs installed; plain otter's `environment.yml` |
| `notegrad.json`     | the settings (`settings.AssignmentSettings`)             |
| `setup.sh`, `run_autograder`, `notegrad-*.whl`, ... | what Gradescope runs (`deployment`) |

A bundle of plain otter lacks `notegrad.json`; defaults stand in for it, and what cannot be judged outside is
judged inside.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from notegrad.course.requirements import ENVIRONMENT_NAME, REQUIREMENTS_NAME, requirements_of
from notegrad.errors import InputError
from notegrad.intake.zip_faults import ZIPFILE_ERRORS
from notegrad.messages import Message
from notegrad.records import SCHEMA_VERSION, Limits, Record
from notegrad.settings import AssignmentSettings, GradescopeSettings, LateSettings, SandboxSettings

SETTINGS_NAME = "notegrad.json"
OTTER_CONFIG_NAME = "otter_config.json"
MAX_BUNDLE_BYTES = 1_000_000_000  # uncompressed; a bundle holds tests and a few data files

_FOREIGN_LIMITS = Limits(cell_wall_s=Limits().wall_s)  # otter stops no cell that trains for a while
_OTTER_ZIP_NAME = re.compile(r"^(.*?)-autograder_\d{4}_\d\d_\d\dT[\d_]+$")  # what otter assign calls its zips


class Bundle(Record, frozen=True, kw_only=True):
    """The tests, files and settings of one assignment; `tests` and `files` are sorted by name.

    `requirements`: the names of the packages that it asks for.
    """

    settings: AssignmentSettings
    tests: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...] = ()
    otter_config: dict[str, object] = {}
    requirements: tuple[str, ...] = ()
    digest: str = ""


class _Versioned(Record, frozen=True, kw_only=True):
    schema_version: int = SCHEMA_VERSION


def read_bundle(path: Path) -> Bundle:
    """Read an autograder zip, ours or plain otter's.

    Raises InputError that says what is wrong with the file. `digest` is the SHA-256 of the zip's bytes.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(Message("bundle_missing", path=path)) from None
    except OSError as error:
        raise InputError(Message("cannot_read_path", path=path, strerror=error.strerror)) from None
    return parse_bundle(data, path)


def parse_bundle(data: bytes, path: Path) -> Bundle:
    """Read the bytes of an autograder zip; `path` names it in errors and, for plain otter's, in `slug`.

    Raises InputError that says what is wrong with the bytes.
    """
    return _bundle(_members(data, path), path, hashlib.sha256(data).hexdigest())


def read_unpacked(folder: Path) -> Bundle:
    """Read a bundle that was unpacked into a folder, as Gradescope does it; raises InputError.

    `digest` is the SHA-256 of the names and contents that matter for grading.
    """
    names = [OTTER_CONFIG_NAME, SETTINGS_NAME, REQUIREMENTS_NAME, ENVIRONMENT_NAME]
    names += [path.relative_to(folder).as_posix() for path in sorted(folder.glob("tests/*.py"))]
    names += [path.relative_to(folder).as_posix() for path in sorted(folder.glob("files/**/*"))]
    try:
        members = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    except OSError as error:
        raise InputError(Message("cannot_read_folder", folder=folder, error=error)) from None
    digest = hashlib.sha256()
    for name, content in members.items():
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return _bundle(members, folder, digest.hexdigest())


def _bundle(members: dict[str, bytes], path: Path, digest: str) -> Bundle:
    tests = tuple(
        (PurePosixPath(name).name, _text(content, f"{path}: {name}"))
        for name, content in members.items()
        if PurePosixPath(name).parent == PurePosixPath("tests") and name.endswith(".py")
    )
    if not tests:
        raise InputError(Message("bundle_no_tests", path=path))
    otter_config = _otter_config(members.get(OTTER_CONFIG_NAME, b"{}"), path)
    return Bundle(
        settings=_settings(members.get(SETTINGS_NAME), otter_config, path),
        tests=tests,
        files=tuple((n.removeprefix("files/"), c) for n, c in members.items() if n.startswith("files/")),
        otter_config=otter_config,
        requirements=requirements_of(members),
        digest=digest,
    )


def _members(data: bytes, path: Path) -> dict[str, bytes]:
    """Return the zip's files by name, sorted; names that would leave the bundle are refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = sorted((e for e in archive.infolist() if not e.is_dir()), key=lambda e: e.filename)
            if sum(e.file_size for e in entries) > MAX_BUNDLE_BYTES:
                raise InputError(Message("bundle_too_large", path=path, max_bundle_bytes=MAX_BUNDLE_BYTES))
            for entry in entries:
                parts = PurePosixPath(entry.filename.replace("\\", "/"))
                if parts.is_absolute() or ".." in parts.parts:
                    raise InputError(Message("bundle_name_outside", path=path, filename=entry.filename))
            return {e.filename: archive.read(e) for e in entries}
    except ZIPFILE_ERRORS as error:
        raise InputError(Message("bundle_no_zip", path=path, error=error)) from None


def _otter_config(data: bytes, path: Path) -> dict[str, object]:
    try:
        config = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(
            Message("bundle_no_json", path=path, otter_config_name=OTTER_CONFIG_NAME, error=error)
        ) from None
    if not isinstance(config, dict):
        raise InputError(Message("bundle_no_object", path=path, otter_config_name=OTTER_CONFIG_NAME))
    if config.get("lang", "python") != "python":
        raise InputError(Message("bundle_other_language", path=path, config=config["lang"]))
    return config


def settings_document(settings: AssignmentSettings) -> dict[str, object]:
    """The document `notegrad.json`: the settings, those of the sandbox beside the others, and the schema."""
    document: dict[str, Any] = msgspec.to_builtins(settings)
    sandbox = document.pop("sandbox")
    if settings.handout is None:
        del document["handout"]
    if settings.late == LateSettings():
        del document["late"]
    for key in ("others", "questions", "shares_state"):
        if not document[key]:
            del document[key]
    if settings.judge == "outside":
        del document["judge"]
    return {"schema_version": SCHEMA_VERSION, **document, **sandbox}


def _settings(data: bytes | None, otter_config: dict[str, object], path: Path) -> AssignmentSettings:
    if data is None:
        named_by_otter = _OTTER_ZIP_NAME.match(path.stem)
        slug = named_by_otter[1] if named_by_otter else path.stem
        seed = otter_config.get("seed")
        return AssignmentSettings(
            slug=slug,
            title=str(otter_config.get("assignment_name") or slug),
            seed=seed if isinstance(seed, int) and seed >= 0 else 0,
            judge="auto",
            limits=_FOREIGN_LIMITS,
            gradescope=_gradescope(otter_config),
        )
    try:
        document = msgspec.json.decode(data, type=dict[str, Any])
        version = msgspec.convert(document, _Versioned).schema_version
        sandbox = msgspec.convert(document, SandboxSettings)
        settings = msgspec.convert({**document, "sandbox": {}}, AssignmentSettings)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(
            Message("bundle_bad_settings", path=path, settings_name=SETTINGS_NAME, error=error)
        ) from None
    if version > SCHEMA_VERSION:
        newer = f"{version} is newer than {SCHEMA_VERSION}"
        raise InputError(Message("bundle_newer", path=path, newer=newer))
    return msgspec.structs.replace(settings, sandbox=sandbox)


def _gradescope(otter_config: Mapping[str, object]) -> GradescopeSettings:
    """Hidden test cases are shown once marks are out, unless otter's `show_hidden` says no."""
    if otter_config.get("show_hidden") is False:
        return GradescopeSettings(hidden_visibility="hidden")
    return GradescopeSettings()


def _text(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(Message("bundle_no_utf8", where=where)) from None
