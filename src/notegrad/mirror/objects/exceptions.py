"""Exceptions cross as data: types by name from a fixed list, messages and plain arguments."""

from __future__ import annotations

import builtins
import contextlib
import dataclasses
import decimal
import dis
import queue
import statistics
import traceback
import types
from collections.abc import Callable
from typing import Any, cast

import msgspec
import numpy as np
import torch

from notegrad.mirror.memory import facts
from notegrad.mirror.objects.decoding import decode
from notegrad.mirror.objects.encoding import encode
from notegrad.mirror.objects.lineage import library_class, nearest
from notegrad.mirror.objects.referring import Referring
from notegrad.mirror.wire.changes import HandleRecord
from notegrad.mirror.wire.forms import Id, Ref, Value
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
        dataclasses.FrozenInstanceError,
        decimal.DecimalException,
        *vars(decimal).values(),
        queue.Empty,
        queue.Full,
        statistics.StatisticsError,
    )
    for value in others:
        if not (isinstance(value, type) and issubclass(value, Exception)):
            continue
        found[value.__module__, value.__qualname__] = value
    return found


_KNOWN = _known_types()
_OBSERVATION_ERROR = ("notegrad", "ObservationError")
_LIBRARIES = ("numpy", "torch")
_OF_TESTS = frozenset({"unittest", "doctest", "pytest"})
"""Packages whose exceptions mean something to who runs a test: `SkipTest` is never a student's."""
_PLAIN = (str, bytes, int, float, bool, type(None))
_MAX_ARGS = 8
_RAISES = frozenset(dis.opmap[name] for name in ("RAISE_VARARGS", "RERAISE"))
_MAX_ATTRIBUTES = 20
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
    names = tuple(
        (str(k.__module__)[:200], str(k.__qualname__)[:200]) for k in lineage[:32] if k is not object
    )
    try:
        message = str(error)[:MAX_MESSAGE_CHARACTERS]
    except BaseException:
        message = ""
    message = message.encode("utf-8", "replace").decode()
    kind = None if names[0] in _KNOWN or names[0][0].partition(".")[0] in _LIBRARIES else type(error)
    reference = None if kind is None else refer.refer_other(kind)
    args = _plain_args(error, refer, is_own=kind is not None)
    attributes = () if kind is None else _attributes(error, refer)
    return Failure(
        names,
        message,
        args,
        where(error),
        is_by_library(error),
        reference if isinstance(reference, Ref) else None,
        attributes,
        partial=args is None or not {name for name, _ in attributes} >= vars(error).keys(),
    )


def _attributes(error: BaseException, refer: Referring) -> tuple[tuple[str, Value], ...]:
    """What an exception of the notebook's own holds, as far as it is plain, a tensor or an array."""
    found: list[tuple[str, Value]] = []
    of_classes: dict[str, object] = {}
    for kind in reversed(_mro(type(error))):
        of_classes |= vars(kind) if kind.__module__ == "__main__" else {}
    for name, value in list({**of_classes, **vars(error)}.items())[: 2 * _MAX_ATTRIBUTES]:
        is_array = facts.is_tensor(value) or facts.is_array(value)
        if not name.startswith("_") and (_is_plain(value) or is_array):
            with contextlib.suppress(ObservationError):
                found.append((name[:200].encode("utf-8", "replace").decode(), encode(value, refer)))
    return tuple(found)


def _plain_args(error: BaseException, refer: Referring, *, is_own: bool) -> tuple[Value, ...] | None:
    if not is_own and (type(error).__module__, type(error).__qualname__) not in _KNOWN:
        return None
    args = error.args
    if isinstance(error, OSError) and not is_own:
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


def student_exception(record: HandleRecord, find: Callable[[Id], object]) -> type[Exception]:
    """The class here that stands for an exception class of the notebook's, so that `except` knows it.

    A `StudentError` that derives from what that class derives from, `find` giving those of the notebook's.
    """
    found: list[type] = []
    for name in record.lineage[1:]:
        kind = find(name) if isinstance(name, int) else _class_here(name)
        if isinstance(kind, type) and issubclass(kind, Exception):
            found.append(kind)
    bases = nearest(found)
    if not any(issubclass(kind, StudentError) for kind in bases):
        bases = (StudentError, *bases)
    namespace = {"type_name": record.name, "__module__": "__main__", "__doc__": record.doc}
    for chosen in (bases, (StudentError, *bases[:1]), (StudentError,)):
        with contextlib.suppress(TypeError):
            return types.new_class(record.name, chosen, exec_body=lambda body: body.update(namespace))
    return StudentError


def shared_exception(record: HandleRecord) -> type[Exception] | None:
    """The class here that an exception class over there is, where both sides have it."""
    return _class_here(record.lineage[0]) if record.lineage else None


def _class_here(name: tuple[str, str] | Id) -> type[Exception] | None:
    """The exception class of Python's, or of a library's that is loaded here, with a name."""
    if isinstance(name, int):
        return None
    if name in _KNOWN or name[0].partition(".")[0] in (*_LIBRARIES, *_OF_TESTS):
        return _KNOWN.get(name)
    found = library_class(*name)
    return found if found is not None and issubclass(found, Exception) else None


def is_exception(record: HandleRecord) -> bool:
    """Whether a class is one that can be raised and caught."""
    return record.is_class and ("builtins", "Exception") in record.lineage


def rebuild(failure: Failure, resolve: Callable[[Id], object]) -> Exception:
    """An exception of this side that stands for one raised over there; `resolve` gives what a number means.

    Exactly the same builtin, torch or NumPy type where there is one; the nearest such type for those that
    NumPy and torch keep to themselves; for a type of the student's own, a `StudentError` that is also of the
    nearest such type, so that `pytest.raises(ValueError)` works.
    """
    module, kind_name = failure.types[0] if failure.types else ("", "")
    if module == _OBSERVATION_ERROR[0] and kind_name.split(" ")[0] == _OBSERVATION_ERROR[1]:
        return ObservationError(failure.message, kind_name.partition(" ")[2])
    failure = msgspec.structs.replace(failure, message=failure.message[:MAX_MESSAGE_CHARACTERS])
    own = None if failure.kind is None else resolve(failure.kind.id)
    if isinstance(own, type) and issubclass(own, StudentError):
        error: Exception = _own_instance(own, failure, resolve)
    elif failure.types and (shared := _class_here(failure.types[0])) is not None and own is shared:
        error = _of_library(shared, failure, resolve)
    else:
        error = _instance(failure)
    error.__notegrad_remote__ = True  # type: ignore[attr-defined]
    error.__notegrad_where__ = failure.where  # type: ignore[attr-defined]
    error.__notegrad_by_library__ = failure.by_library  # type: ignore[attr-defined]
    return error


def _own_instance(
    kind: type[StudentError], failure: Failure, resolve: Callable[[Id], object]
) -> StudentError:
    error = _made_of(kind, failure)
    held = {name: decode(value, resolve) for name, value in failure.attributes[: 2 * _MAX_ATTRIBUTES]}
    error.__dict__.update(
        {name: value for name, value in held.items() if name[:1] != "_" and not hasattr(error, name)}
    )
    error.said = failure.message
    return error


def _of_library(kind: type[Exception], failure: Failure, resolve: Callable[[Id], object]) -> Exception:
    """An exception of a library's class with what it held over there; its `__init__` does not run here."""
    with contextlib.suppress(Exception):
        args = (failure.message,) if failure.args is None else (decode(a, _nothing) for a in failure.args)
        error = kind.__new__(kind, *args)
        held = {name: decode(value, resolve) for name, value in failure.attributes[: 2 * _MAX_ATTRIBUTES]}
        error.__dict__.update({name: value for name, value in held.items() if name[:1] != "_"})
        if is_printable(error):
            return error
    return _instance(failure)


def is_exact(error: Exception, failure: Failure) -> bool:
    """Whether an exception here has the class that it has over there, and holds what it held."""
    kind = failure.types[0] if failure.types else ("", "")
    return type(error).__qualname__ == kind[1].rpartition(".")[2] and not failure.partial


def _made_of(kind: type[StudentError], failure: Failure) -> StudentError:
    for args in (failure.args or (), (failure.message,), ()):
        with contextlib.suppress(Exception):
            error = kind(*(decode(a, _nothing) for a in args))
            if is_printable(error):
                return error
    with contextlib.suppress(Exception):
        # one that is made of other things than it holds, as `MyErr(doc, pos)`
        error = kind.__new__(kind, failure.message)
        error.args = (failure.message,)
        return error
    return StudentError(failure.message)


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
        return kind(failure.message)
    except TypeError:
        error = StudentError(failure.message)
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
