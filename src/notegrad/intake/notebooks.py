"""Reads the code cells of a notebook out of bytes that a stranger sent.

The JSON is parsed here and not by nbformat: nbformat validates against a schema, and so refuses notebooks
that every front end opens (no metadata, no outputs, unknown keys, cell ids that clash). What is kept is
small: the sources of the code cells. File names, kernels, languages and outputs decide nothing.
"""

from __future__ import annotations

import codecs
import itertools
import json
import re
from collections.abc import Collection, Iterator

from notegrad.intake.unreadable import UnreadableError
from notegrad.messages import Message

MAX_NOTEBOOK_BYTES = 32 * 1024 * 1024
MAX_CODE_CELLS = 2_000
MAX_SOURCE_CHARS = 4_000_000
MAX_INT_DIGITS = 400
MAX_TESTS_OF_CELL = 20
# A byte of JSON becomes up to 50 bytes of memory: 32 MiB of `[[[]]]` would be 1.6 GB. Outputs that are text
# or images are one value each, however long.
MAX_JSON_VALUES = 2_000_000

# A string (also one that never ends), or what opens or separates values outside of strings; never backtracks.
_JSON_VALUE = re.compile(r'"[^"\\]*+(?:\\.?[^"\\]*+)*+"?|[\[{,]', re.DOTALL)

_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_CELLS = re.compile(
    rb'"\x00?(?:c\x00?e\x00?l\x00?l\x00?s|w\x00?o\x00?r\x00?k\x00?s\x00?h\x00?e\x00?e\x00?t\x00?s)\x00?"'
)  # UTF-16 too

# The same two marks as otter's GradingPreprocessor.filter_ignored_cells.
IGNORE_CELL_TAG = "otter_ignore"
OTTER_METADATA_KEY = "otter"

_CHECK = re.compile(r"""\.check\(\s*['"]([^'"\n]{1,200})['"]""")

_DEFINITION = re.compile(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)[ \t]*\(", re.MULTILINE)

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "kind_zip"),
    (b"PK\x05\x06", "kind_zip_empty"),
    (b"Rar!", "kind_rar"),
    (b"7z\xbc\xaf\x27\x1c", "kind_7z"),
    (b"\x1f\x8b", "kind_gzip"),
    (b"%PDF", "kind_pdf"),
    (b"\x89PNG", "kind_png"),
    (b"\xff\xd8\xff", "kind_jpeg"),
    (b"\xd0\xcf\x11\xe0", "kind_office"),
)


FIRST_BYTES = 4096
"""Of a file: enough to see what it begins as."""


def read_code_cells(data: bytes) -> tuple[str, ...]:
    r"""Sources of the code cells of a notebook, in order, with `\n` line ends and no lone surrogate.

    Takes nbformat 1 to 4.5 and what looks like them; cells that otter ignores are left out.
    Raises `UnreadableError` for everything that is not a notebook with at least one code cell.
    """
    cells = _cells_of(_parse(_decode(data)))
    if not cells:
        raise UnreadableError("no_cell")
    code = [cell for cell in cells if _is_code(cell) and not _is_ignored(cell)]
    sources = tuple(_with_checks(code))
    if not sources:
        raise UnreadableError("no_code_cell")
    if len(sources) > MAX_CODE_CELLS or sum(map(len, sources)) > MAX_SOURCE_CHARS:
        raise UnreadableError(
            "notebook_too_long", cells=MAX_CODE_CELLS, millions=MAX_SOURCE_CHARS // 1_000_000
        )
    return sources


def names_in_text(data: bytes, names: Collection[str]) -> tuple[str, ...]:
    """Those of `names` that a cell of text defines as a function, sorted; none where it cannot be read."""
    try:
        cells = _cells_of(_parse(_decode(data)))
    except UnreadableError:
        return ()
    texts = "\n".join(_source_of(cell) for cell in cells if not _is_code(cell))[:MAX_SOURCE_CHARS]
    return tuple(sorted(frozenset(_DEFINITION.findall(texts)) & frozenset(names)))


def may_be_notebook(data: bytes) -> bool:
    """Whether the bytes of a file, whatever it is called, begin as a notebook does and speak of cells."""
    return begins_as_notebook(data) and _CELLS.search(data) is not None


def begins_as_notebook(data: bytes) -> bool:
    """Whether the first bytes may be those of a notebook: an object of JSON, in any encoding."""
    start = data[:FIRST_BYTES].replace(b"\0", b"").lstrip(codecs.BOM_UTF8 + codecs.BOM_UTF16 + b" \t\r\n")
    return start.startswith(b"{")


def _with_checks(cells: list[dict[str, object]]) -> Iterator[str]:
    """The sources, and a check after each cell that otter marked with the tests of a question.

    Otter marks the answer where a question has no check cell, since all of its test cases are hidden, and
    asks there (`otter.execute.preprocessor`). A check cell of the notebook's own stands for itself.
    """
    sources = [_source_of(cell) for cell in cells]
    checked = set(_CHECK.findall("\n".join(sources)))
    for cell, source in zip(cells, sources, strict=True):
        yield source
        for name in _tests_of(cell):
            if name not in checked:
                checked.add(name)
                yield f"__import__('otter').Notebook().check({name!r})"


def _tests_of(cell: dict[str, object]) -> list[str]:
    metadata = cell.get("metadata")
    ours = metadata.get(OTTER_METADATA_KEY) if isinstance(metadata, dict) else None
    tests = ours.get("tests") if isinstance(ours, dict) else None
    return (
        [name for name in tests[:MAX_TESTS_OF_CELL] if isinstance(name, str)]
        if isinstance(tests, list)
        else []
    )


def _decode(data: bytes) -> str:
    if len(data) > MAX_NOTEBOOK_BYTES:
        raise UnreadableError("notebook_too_heavy", mib=MAX_NOTEBOOK_BYTES >> 20)
    if not data.strip(b"\x00 \t\r\n" + codecs.BOM_UTF8):
        raise UnreadableError("file_empty")
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableError("file_of_kind", kind=Message(kind))
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return _decode_damaged(data, encoding)


def _decode_damaged(data: bytes, encoding: str) -> str:
    """The text of bytes that are not all of the encoding: one wrong byte is one wrong character.

    Where no character beyond ASCII is of the encoding, an old Windows editor saved it in its code page.
    """
    text = data.decode(encoding, "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    right = sum(map(len, _BEYOND_ASCII.findall(text))) - wrong
    return text if right >= wrong or not encoding.startswith("utf-8") else data.decode("cp1252", "replace")


def _parse(text: str) -> object:
    text = text.lstrip("\ufeff \t\r\n")
    _refuse_too_many_values(text)
    try:
        return json.loads(text, strict=False, parse_int=_bounded_int)
    except RecursionError:
        raise UnreadableError("json_nested") from None
    except ValueError as error:
        raise _why_not_json(text, error) from None


def _refuse_too_many_values(text: str) -> None:
    if sum(map(text.count, '[{,"')) <= MAX_JSON_VALUES:
        return  # within strings and outside of them: not even that many
    if next(itertools.islice(_JSON_VALUE.finditer(text), MAX_JSON_VALUES, None), None) is not None:
        raise UnreadableError("notebook_too_many_values", millions=MAX_JSON_VALUES // 1_000_000)


def _bounded_int(digits: str) -> int:
    return int(digits) if len(digits) <= MAX_INT_DIGITS else 0


def _why_not_json(text: str, error: ValueError) -> UnreadableError:
    if text.startswith("<"):
        return UnreadableError("page_html")
    if re.search(r"^(<{7} |={7}$|>{7} )", text, re.MULTILINE):
        return UnreadableError("git_conflict")
    if not text.startswith("{"):
        return UnreadableError("not_json")
    line = getattr(error, "lineno", None)
    return UnreadableError("notebook_cut_at", line=line) if line else UnreadableError("notebook_cut")


def _cells_of(notebook: object) -> list[dict[str, object]]:
    """Cells of nbformat 4 (`cells`), or of 2 and 3 (`worksheets`), in order; what is no cell is left out."""
    if isinstance(notebook, dict):
        groups: list[object] = [notebook.get("cells")]
        worksheets = notebook.get("worksheets")
        if not isinstance(groups[0], list) and isinstance(worksheets, list):
            groups = [sheet.get("cells") for sheet in worksheets if isinstance(sheet, dict)] or [[]]
        if any(isinstance(group, list) for group in groups):
            found = (cell for group in groups if isinstance(group, list) for cell in group)
            return [cell for cell in found if isinstance(cell, dict)]
    raise UnreadableError("json_without_cells")


def _is_code(cell: dict[str, object]) -> bool:
    return cell.get("cell_type") == "code"


def _is_ignored(cell: dict[str, object]) -> bool:
    metadata = cell.get("metadata")
    if not isinstance(metadata, dict):
        return False
    tags, ours = metadata.get("tags"), metadata.get(OTTER_METADATA_KEY)
    tagged = isinstance(tags, list) and IGNORE_CELL_TAG in tags
    return tagged or (isinstance(ours, dict) and bool(ours.get("ignore", False)))


def _source_of(cell: dict[str, object]) -> str:
    """Source under its name in nbformat 4 (`source`), 2 and 3 (`input`) or 1 (`code`)."""
    value = next((cell[key] for key in ("source", "input", "code") if cell.get(key) is not None), "")
    if isinstance(value, list):
        lines = [line for line in value if isinstance(line, str)]
        # As nbformat reads them: lines that carry no line end were split without them, before version 4.
        ended = "source" in cell or (bool(lines) and lines[0].endswith(("\n", "\r")))
        value = ("" if ended else "\n").join(lines)
    return _clean(value) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text
    # Joins surrogate halves that stood apart and replaces lone ones, which no UTF-8 can carry.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
