"""Frames that a sandbox sends to hurt the judge, rather than to say something."""

from __future__ import annotations

import tracemalloc

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from notegrad.mirror import ObservationError
from notegrad.mirror.sides import shared_objects
from notegrad.mirror.sides.judge_side import Mirror
from notegrad.mirror.wire import Changes, HistoryRecord, Ref, Returned, TupleValue, encode_message, scan
from notegrad.mirror.wire.limits import MAX_NAMED_TUPLE_FIELDS, MAX_NAMED_TUPLES, MAX_VALUES
from tests.fuzz.frames import Recorded

MAX_BYTES = 64_000_000

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=300)
    | st.binary(max_size=300)
    | st.builds(msgspec.msgpack.Ext, st.integers(-128, 127), st.binary(max_size=40))
)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=20), max_leaves=60)


def mirror_of(*frames: bytes) -> Mirror:
    mirror = Mirror(Recorded(list(frames)), max_bytes=MAX_BYTES)
    mirror.begin(1, 5.0)
    return mirror


def reply(packed_items: bytes, count: int) -> bytes:
    """A reply whose value is a tuple of `count` items, packed already."""
    empty = encode_message(Returned(Changes(), TupleValue(())))
    before, after = empty.split(b"\x92\xa1t\x90")
    return before + b"\x92\xa1t\xdd" + count.to_bytes(4, "big") + packed_items + after


def count(value: object) -> int:
    return 1 + (sum(map(count, value)) if isinstance(value, list) else 0)


@pytest.mark.parametrize(
    "item", [b"\x00", b"\x92\xa1r\x01", b"\xa2ab", b"\x92\xa1t\x90", b"\x94\xa1g\x00\x00\x01"]
)
def test_a_flood_of_small_values_costs_the_judge_nothing(
    item: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frame of tiny values would be thirty times its size in objects: refused before any is made."""
    smaller = 20  # than in earnest: measuring is slow
    monkeypatch.setattr(scan, "MAX_VALUES", MAX_VALUES // smaller)
    monkeypatch.setattr(scan, "SMALL_FRAME_BYTES", MAX_VALUES // smaller)
    size = 1_000_000
    count = size // len(item)
    mirror = mirror_of(reply(item * count, count))
    tracemalloc.start()
    try:
        with pytest.raises(ObservationError, match="values at once"):
            mirror.get(["f"])
        assert tracemalloc.get_traced_memory()[1] < 1.5 * size  # the frame itself, once
    finally:
        tracemalloc.stop()


def test_what_a_test_may_look_at_is_no_flood() -> None:
    """A list of a million numbers, the most that may cross, passes the count; so do large tensors."""
    scan.check_values(msgspec.msgpack.encode([0.5] * 1_000_000))
    scan.check_values(msgspec.msgpack.encode([bytes(60_000_000)]))
    assert MAX_VALUES > 1_000_000


@given(values)
def test_values_are_counted_as_they_are_decoded(value: object) -> None:
    """The count of any message is that of the values that decoding makes: one fewer is refused, as many pass."""
    frame, number = msgspec.msgpack.encode(value), count(value)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "SMALL_FRAME_BYTES", 0)
        patch.setattr(scan, "MAX_VALUES", number)
        scan.check_values(frame)
        patch.setattr(scan, "MAX_VALUES", number - 1)
        with pytest.raises(ObservationError):
            scan.check_values(frame)


@pytest.mark.parametrize("item", [b"\x01", b"\xa1f", b"\x92\xa1c\x00", b"\x92\xa1t\x92\x01\x02", b"\xc0"])
def test_a_namespace_of_the_wrong_form_is_refused(item: bytes) -> None:
    """Where a value or none must stand, anything else is a malformed message, and never an error of ours."""
    with pytest.raises(ObservationError):
        mirror_of(reply(item, 1)).get(["f"])


def test_an_unknown_object_for_a_name_is_refused() -> None:
    """A number that stands for nothing is no value."""
    with pytest.raises(ObservationError):
        mirror_of(encode_message(Returned(Changes(), TupleValue((TupleValue((Ref(7),)),))))).get(["f"])


def named(name: str, fields: int) -> bytes:
    return msgspec.msgpack.encode(["n", name, [f"x{i}" for i in range(fields)], [0] * fields])


def test_kinds_of_named_tuples_are_few() -> None:
    """Each becomes a class of 5 kB: a frame of 2 MB would be 1 GB, and half a minute."""
    kinds = b"".join(named(f"a{i}", 1) for i in range(MAX_NAMED_TUPLES + 1))
    with pytest.raises(ObservationError, match="named tuples"):
        mirror_of(reply(kinds, MAX_NAMED_TUPLES + 1)).get(["f"])
    with pytest.raises(ObservationError, match="fields"):
        mirror_of(reply(named("a", MAX_NAMED_TUPLE_FIELDS + 1), 1)).get(["f"])


def test_a_kind_of_named_tuple_is_one_class_until_the_test_case_ends() -> None:
    """Ten thousand points are ten thousand of one kind, and the next test case may have kinds of its own."""
    point, count = named("Point", 2), 10_000
    inner = b"\x92\xa1t\xdd" + count.to_bytes(4, "big") + point * count
    mirror = mirror_of(*[reply(b"\x92\xa1t\x91" + inner, 1)] * 2)
    points = mirror.get(["f"])["f"]
    assert len({type(p) for p in points}) == 1
    assert points[0] == (0, 0) and points[0].x1 == 0
    mirror.begin(2, 5.0)
    assert mirror.get(["f"])["f"][0]._fields == ("x0", "x1")


def test_changes_at_once_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message of nothing but records, each of which costs the judge time, is refused as a whole."""
    monkeypatch.setattr(shared_objects, "MAX_STEPS", 10)
    steps = tuple(HistoryRecord(1, (), ()) for _ in range(11))
    with pytest.raises(ObservationError, match="changes at once"):
        mirror_of(encode_message(Returned(Changes(steps), None))).get(["f"])
