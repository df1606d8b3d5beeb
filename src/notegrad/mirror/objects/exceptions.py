"""Exceptions cross as data: types by name from a fixed list, messages and plain arguments."""

from __future__ import annotations

import builtins
import dis
import traceback
from typing import Any, cast

import msgspec
import numpy as np
import torch

from notegrad.mirror.objects.decoding import decode
from notegrad.mirror.objects.encoding import encode
from notegrad.mirror.objects.referring import Referring
from notegrad.mirror.wire.forms import Value
from notegrad.mirror.wire.limits import MAX_MESSAGE_CHARACTERS
from notegrad.mirror.wire.mirror_errors import ObservationError, StudentError
from notegrad.mirror.wire.requests import Failure

_mro = type.__dict__["__mro__"].__get__


def _known_types() -> dict[tuple[str, str], type[Exception]]:
    found: dict[tuple[str, str], type[Exception]] = {}
    for value in vars(builtins).values():
        if isinstance(value, type) and issubclass(value, Exception):
            found["builtins", value.__name__] = value
    others: tuple[Any, ...] = (
        torch.OutOfMemoryError,
        torch.linalg.LinAlgError,  # type: ignore[attr-defined]
        np.linalg.LinAlgError,
        np.exceptions.AxisError,
        np.exceptions.DTypePromotionError,
    )
    for value in others:
        found[value.__module__, value.__qualname__] = value
    return found


_KNOWN = _known_types()
_OBSERVATION_ERROR = ("notegrad", "ObservationError")
_LIBRARIES = ("numpy", "torch")
_PLAIN = (str, bytes, int, float, bool, type(None))
_MAX_ARGS = 8
_RAISES = frozenset(dis.opmap[name] for name in ("RAISE_VARARGS", "RERAISE"))
_CELL_FILE_MARKS = ("<ipython-input-", "ipykernel_", "<cell ")


def is_remote(error: BaseException) -> bool:
    """Whether an exception was raised by the student's code, over there."""
    return getattr(error, "__notegrad_remote__", False) is True


def is_of_library(error: BaseException) -> bool:
    """Whether the other side says of an exception that Python or a library raised it, and no cell did."""
    return getattr(error, "__notegrad_by_library__", False) is True


def is_printable(error: BaseException) -> bool:
    """Whether an exception has a text: a number in it may have too many digits, a place be no number."""
    try:
        str(error)
        traceback.format_exception_only(error)
    except Exception:
        return False
    return True


def describe(error: BaseException, refer: Referring) -> Failure:
    """The wire form of an exception that student code raised."""
    lineage = _mro(type(error))
    types = tuple(
        (str(k.__module__)[:200], str(k.__qualname__)[:200]) for k in lineage[:32] if k is not object
    )
    try:
        message = str(error)[:MAX_MESSAGE_CHARACTERS]
    except BaseException:
        message = ""
    message = message.encode("utf-8", "replace").decode()
    return Failure(types, message, _plain_args(error, refer), where(error), is_by_library(error))


def _plain_args(error: BaseException, refer: Referring) -> tuple[Value, ...] | None:
    if (type(error).__module__, type(error).__qualname__) not in _KNOWN:
        return None
    args = error.args
    if isinstance(error, OSError):
        args = cast("Any", error.__reduce__())[1]  # `args` leaves out the file's name
    if type(args) is not tuple or len(args) > _MAX_ARGS or not all(_is_plain(a) for a in args):
        return None
    try:
        return tuple(encode(a, refer) for a in args)
    except ObservationError:
        return None


def _is_plain(value: object) -> bool:
    if type(value) is tuple:
        return len(value) <= _MAX_ARGS and all(type(v) in _PLAIN for v in value)
    return type(value) in _PLAIN


def where(error: BaseException) -> str:
    """The last line of a notebook cell on the way to an exception, as `text of the line`."""
    try:
        frames = traceback.extract_tb(error.__traceback__, limit=200)
    except Exception:
        return ""
    for frame in reversed(frames):
        if any(mark in frame.filename for mark in _CELL_FILE_MARKS) and frame.line:
            return frame.line.strip()[:200].encode("utf-8", "replace").decode()
    return ""


def is_by_library(error: BaseException) -> bool:
    """Whether Python or a library raised an exception, and no statement of a cell did."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code
    if not any(mark in code.co_filename for mark in _CELL_FILE_MARKS):
        return not code.co_filename.startswith("<")  # what a cell compiled by itself is its own
    # a function in C has no frame: the cell's own line is the last one, and it called, and raised nothing
    return code.co_code[trace.tb_lasti] not in _RAISES


def observation_failure(error: BaseException) -> Failure:
    """The wire form of a failure to look at what student code left behind."""
    kind = error.kind if isinstance(error, ObservationError) else ""
    name = (_OBSERVATION_ERROR[0], f"{_OBSERVATION_ERROR[1]} {kind}".strip())
    return Failure((name,), str(error)[:1000].encode("utf-8", "replace").decode(), None)


def rebuild(failure: Failure) -> Exception:
    """An exception of this side that stands for one raised over there.

    Exactly the same builtin, torch or NumPy type where there is one; the nearest such type for those that
    NumPy and torch keep to themselves; for a type of the student's own, a `StudentError` that is also of the
    nearest such type, so that `pytest.raises(ValueError)` works.
    """
    module, name = failure.types[0] if failure.types else ("", "")
    if module == _OBSERVATION_ERROR[0] and name.split(" ")[0] == _OBSERVATION_ERROR[1]:
        return ObservationError(failure.message, name.partition(" ")[2])
    error = _instance(msgspec.structs.replace(failure, message=failure.message[:MAX_MESSAGE_CHARACTERS]))
    error.__notegrad_remote__ = True  # type: ignore[attr-defined]
    error.__notegrad_where__ = failure.where  # type: ignore[attr-defined]
    error.__notegrad_by_library__ = failure.by_library  # type: ignore[attr-defined]
    return error


def as_student_error(error: Exception) -> StudentError:
    """The same failure as a `StudentError`, which no language construct takes for a signal."""
    name = type(error).__name__
    said = StudentError(f"{name}: {error}")
    said.type_name = name
    said.__notegrad_remote__ = True  # type: ignore[attr-defined]
    said.__notegrad_where__ = getattr(error, "__notegrad_where__", "")  # type: ignore[attr-defined]
    said.__notegrad_by_library__ = is_of_library(error)  # type: ignore[attr-defined]
    return said


def _instance(failure: Failure) -> Exception:
    if failure.types and (exact := _KNOWN.get(failure.types[0])) is not None:
        return _make(exact, failure)
    module, name = failure.types[0] if failure.types else ("", "Exception")
    nearest = next((_KNOWN[t] for t in failure.types if t in _KNOWN), Exception)
    if module.partition(".")[0] in _LIBRARIES:
        return _make(nearest, failure)
    try:
        kind = cast("type[Exception]", type("StudentError", (StudentError, nearest), {"type_name": name}))
        return kind(f"{name}: {failure.message}")
    except TypeError:
        error = StudentError(f"{name}: {failure.message}")
        error.type_name = name
        return error


class _Shown(str):
    """A message that KeyError, which shows the `repr` of what it holds, shows as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _make(kind: type[Exception], failure: Failure) -> Exception:
    try:
        if failure.args is not None:
            error = kind(*(decode(a, _nothing) for a in failure.args))
            return error if is_printable(error) else StudentError(f"{kind.__name__}: {failure.message}")
        return kind(_Shown(failure.message) if kind is KeyError else failure.message)
    except Exception:
        return StudentError(f"{kind.__name__}: {failure.message}")


def _nothing(_: int) -> object:
    raise ObservationError("an exception cannot carry objects")
