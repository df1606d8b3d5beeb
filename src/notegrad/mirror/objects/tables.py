"""Tables of pandas cross as labels and columns of plain numbers; pandas is imported where one arrives.

A DataFrame and a Series are containers: the same object on both sides, whose content is mirrored both ways.
An Index and pandas' scalars cross by value. A subclass arrives as what it derives from.
"""

from __future__ import annotations

import importlib
import math
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from notegrad.mirror.objects.hashes import check_hashes
from notegrad.mirror.wire.limits import MAX_ELEMENTS, MAX_ITEMS
from notegrad.mirror.wire.mirror_errors import ObservationError
from notegrad.mirror.wire.names import array_dtype

TABLES = ("DataFrame", "Series")
_BY_VALUE = ("Index", "Timestamp", "Timedelta")
_SINGLETONS = ("NaT", "NA")
_KINDS_OF_NUMBERS = frozenset("biufcmM")
_MASKED = re.compile(r"U?Int(8|16|32|64)|Float(32|64)|boolean")
_ZONE = re.compile(r"[A-Za-z0-9_+\-:/]{1,40}")
_UNITS = frozenset({"s", "ms", "us", "ns"})


def pandas_kind(lineage: tuple[type, ...]) -> str:
    """The name of pandas' class that a type is or derives from, of those that cross; empty for no such."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return ""
    known = {id(kind) for kind in lineage}  # not by equality, of which a class may have its own
    for name in (*TABLES, *_BY_VALUE):
        if id(getattr(pandas, name, None)) in known:
            return name
    return next((name for name in _SINGLETONS if type(getattr(pandas, name, None)) is lineage[0]), "")


def is_table(kind: str) -> bool:
    """Whether a name of `pandas_kind` is of what both sides know by number."""
    return kind in TABLES


# --- to the wire --------------------------------------------------------------------------------


def contents(table: Any, kind: str) -> list[Any]:
    """What a table holds, as tuples of plain values. Raises ObservationError for a dtype that cannot."""
    plain = _class(kind)
    if type(table) is not plain:
        table = plain(table)  # a subclass, whose own methods have no say
    if kind == "Series":
        return [_index_parts(table.index), table.name, _column_parts(table.array)]
    columns = tuple(_column_parts(table.iloc[:, number].array) for number in range(table.shape[1]))
    return [_index_parts(table.index), _index_parts(table.columns), columns]


def parts_by_value(value: Any, kind: str) -> tuple[Any, ...]:
    """What an index or a scalar of pandas is made of. Raises ObservationError for what cannot cross."""
    if kind == "Index":
        return _index_parts(value)
    if kind == "Timestamp":
        return (int(value._value), value.unit, "" if value.tz is None else str(value.tz))
    return (int(value._value), value.unit) if kind == "Timedelta" else ()


def _index_parts(index: Any) -> tuple[Any, ...]:
    pandas: Any = sys.modules["pandas"]
    names = tuple(index.names)
    if isinstance(index, pandas.RangeIndex):
        return ("range", (index.start, index.stop, index.step), names)
    if isinstance(index, pandas.MultiIndex):
        levels = range(index.nlevels)
        return ("many", tuple(_column_parts(index.get_level_values(each).array) for each in levels), names)
    return ("one", _column_parts(index.array), names, getattr(index, "freqstr", None))


def _column_parts(column: Any) -> tuple[Any, ...]:
    pandas: Any = sys.modules["pandas"]
    dtype = column.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        codes = _number_parts(np.asarray(column.codes))
        return ("category", codes, _index_parts(column.categories), bool(column.ordered))
    if isinstance(dtype, pandas.StringDtype):
        texts = tuple(text if isinstance(text, str) else None for text in column.astype(object))
        return ("text", dtype.na_value is pandas.NA, texts)
    if isinstance(dtype, np.dtype) or isinstance(column, pandas.arrays.NumpyExtensionArray):
        return _number_parts(np.asarray(column))
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return ("zoned", str(dtype.tz), dtype.unit, column.asi8.tobytes())
    if _MASKED.fullmatch(str(dtype)):
        return ("masked", str(dtype), _number_parts(column._data), _number_parts(column._mask))
    raise ObservationError(f"columns of dtype {str(dtype)[:80]} cannot cross")


def _number_parts(numbers: np.ndarray[Any, Any]) -> tuple[Any, ...]:
    if numbers.dtype == object:
        return ("objects", tuple(numbers))
    array_dtype(numbers.dtype.str)
    return ("numbers", numbers.dtype.str, numbers.tobytes())


# --- from the wire ------------------------------------------------------------------------------


def new_table(kind: str) -> Any:
    """An empty table. Raises ObservationError where there is no pandas on this side."""
    return _class(kind)(dtype=object)


def fill(table: Any, kind: str, items: list[Any]) -> None:
    """Give a table what `contents` gave of its twin. Raises ObservationError where that makes no sense."""
    try:
        made = _series(*items) if kind == "Series" else _frame(*items)
        table._update_inplace(made)
        if kind == "Series":
            table.name = made.name
    except ObservationError:
        raise
    except Exception as error:
        raise ObservationError(f"a malformed {kind}: {error}") from None


def made_by_value(kind: str, parts: tuple[Any, ...]) -> Any:
    """The index or the scalar that `parts_by_value` took apart. Raises ObservationError."""
    if kind in _SINGLETONS:
        return _class(kind)
    if kind == "Index":
        return _index(*parts)
    number, unit, *zone = parts
    if type(number) is not int or unit not in _UNITS:
        raise ObservationError(f"a malformed {kind}")
    if kind == "Timedelta":
        return _class(kind)(np.timedelta64(number, unit))
    made = _class("Timestamp")(np.datetime64(number, unit))
    return made.tz_localize("UTC").tz_convert(_zone(zone[0])) if zone[0] else made


def _class(name: str) -> Any:
    try:
        return getattr(importlib.import_module("pandas"), name)
    except ImportError:
        raise ObservationError(f"a {name} of pandas, which is not installed here") from None


def _series(index: Any, name: Any, column: Any) -> Any:
    return _as_series(_column(*column), _index(*index), name)


def _frame(index: Any, labels: Any, columns: Any) -> Any:
    rows, names = _index(*index), _index(*labels)
    if len(names) != len(columns) or len(rows) * max(1, len(columns)) > MAX_ELEMENTS:
        raise ObservationError("a table whose columns do not match its labels, or of too many cells", "size")
    held = {number: _as_series(_column(*column), rows) for number, column in enumerate(columns)}
    made = _class("DataFrame")(held, index=rows)
    made.columns = names
    return made


def _as_series(column: Any, index: Any, name: Any = None) -> Any:
    if len(column) != len(index):
        raise ObservationError("a column whose length is not that of its index")
    return _class("Series")(column, index=index, name=name, dtype=column.dtype, copy=True)


def _index(kind: Any, parts: Any, names: Any, freq: Any = None) -> Any:
    if kind == "range":
        if not all(type(number) is int for number in parts) or len(range(*parts)) > MAX_ELEMENTS:
            raise ObservationError("a malformed or too long index")
        return _class("RangeIndex")(*parts, name=names[0])
    if kind == "many":
        return _class("MultiIndex").from_arrays([_column(*part) for part in parts], names=list(names))
    column = _column(*parts)
    made = _class("Index")(column, name=names[0], dtype=column.dtype)
    if isinstance(freq, str) and len(freq) < 40:
        made.freq = freq
    return made


def _column(kind: Any, *parts: Any) -> Any:
    maker = _COLUMNS.get(kind)
    if maker is None:
        raise ObservationError(f"there is no column of kind {str(kind)[:40]!r}")
    return maker(*parts)


def _numbers(dtype: str, data: bytes) -> Any:
    kind = array_dtype(dtype)
    if kind.kind not in _KINDS_OF_NUMBERS:
        raise ObservationError(f"columns of dtype {dtype} cannot cross")
    return np.frombuffer(data, kind).copy()


def _objects(items: Any) -> Any:
    check_hashes(list(_hashable(items)))
    made = np.empty(len(items), dtype=object)
    for number, item in enumerate(items):
        made[number] = item
    return made


def _hashable(items: Iterable[object]) -> Iterable[object]:
    for item in items:
        try:
            hash(item)
        except TypeError:
            continue
        yield item


def _category(codes: Any, categories: Any, ordered: Any) -> Any:
    dtype = _class("CategoricalDtype")(_index(*categories), ordered=ordered is True)
    return _class("Categorical").from_codes(_column(*codes), dtype=dtype)


def _texts(has_na: Any, texts: Any) -> Any:
    dtype = "string" if has_na is True else _class("StringDtype")(na_value=math.nan)
    if len(texts) > MAX_ITEMS or not all(text is None or type(text) is str for text in texts):
        raise ObservationError("a column of texts that holds others")
    return _class("array")(list(texts), dtype=dtype)


def _zoned(zone: Any, unit: Any, data: Any) -> Any:
    if unit not in _UNITS:
        raise ObservationError("a malformed unit of time")
    moments = _class("DatetimeIndex")(np.frombuffer(data, f"M8[{unit}]"))
    return moments.tz_localize("UTC").tz_convert(_zone(zone)).array


def _zone(name: Any) -> str:
    if not isinstance(name, str) or not _ZONE.fullmatch(name):
        raise ObservationError("a malformed time zone")
    return name


def _masked(dtype: Any, numbers: Any, mask: Any) -> Any:
    if not isinstance(dtype, str) or not _MASKED.fullmatch(dtype):
        raise ObservationError("a malformed dtype of a column")
    made = _class("array")(_column(*numbers), dtype=dtype)
    hidden = _column(*mask)
    if hidden.dtype != bool or len(hidden) != len(made):
        raise ObservationError("a mask that does not fit its column")
    made[hidden] = _class("NA")
    return made


_COLUMNS: dict[object, Callable[..., Any]] = {
    "numbers": _numbers,
    "objects": _objects,
    "category": _category,
    "text": _texts,
    "zoned": _zoned,
    "masked": _masked,
}
