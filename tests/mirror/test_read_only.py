"""Memory that the judge's side may only read is never written for the other side."""

from __future__ import annotations

import ctypes
import mmap
import struct

import numpy as np
import pytest
import torch

from notegrad.mirror import ObservationError
from tests.support.mirror_server import serving

SOURCE = """
import ctypes, numpy as np, torch
gardes = []
def par_adresse(a):
    where = a.data_ptr() if isinstance(a, torch.Tensor) else a.ctypes.data
    ctypes.memset(where, 7, 1)
def par_torch(a): torch.from_numpy(a)[(0,) * a.ndim] = 7
def ouvre_et_ecrit(a): a.flags.writeable = True; a.view(np.uint8)[..., 0] = 7
def ouvre(a): a.flags.writeable = True
def ferme(a): a.flags.writeable = False
def ecrit(a): a[0] = 7
def somme(a): return a.sum()
def garde(a): gardes.append(a)
def garde_torch(a): gardes.append(torch.from_numpy(a)); return gardes[-1]
def ecrit_les_gardes():
    for a in gardes: ctypes.memset(a.data_ptr() if isinstance(a, torch.Tensor) else a.ctypes.data, 7, 1)
"""
WRITERS = ["par_adresse", "par_torch", "ouvre_et_ecrit"]


@pytest.fixture
def call():
    namespace = {}
    exec(SOURCE, namespace)
    with serving(namespace) as running:
        running.mirror.begin(1, 20)
        functions = running.mirror.get(namespace.keys() - {"__builtins__", "ctypes", "np", "torch", "gardes"})
        yield lambda name, *args: functions[name](*args)


def constant():
    return b"les octets d'une constante du test ..."


def of_bytes():
    return np.frombuffer(constant(), np.uint8), constant


def inside_bytes():
    return np.frombuffer(constant(), np.uint8, offset=3)[::2], constant


def of_text():
    return np.frombuffer(memoryview(constant()), np.int16).reshape(-1, 1)[2:], constant


def locked_array():
    array = np.zeros(40)
    array.flags.writeable = False
    return array, array.tobytes


def locked_view():
    owner = np.zeros(40)
    view = owner[8:16]
    view.flags.writeable = False
    return view, owner.tobytes


def broadcast():
    row = np.zeros(4)
    return np.broadcast_to(row, (3, 4)), row.tobytes


def locked_numbers():
    tensor = torch.zeros(40)
    array = tensor.numpy()
    array.flags.writeable = False
    return array, lambda: bytes(tensor.numpy().tobytes())


def mapped_file():
    pages = mmap.mmap(-1, 4096, prot=mmap.PROT_READ)
    return np.frombuffer(pages, np.uint8), lambda: pages[:4096]


READ_ONLY = [
    of_bytes,
    inside_bytes,
    of_text,
    locked_array,
    locked_view,
    broadcast,
    locked_numbers,
    mapped_file,
]


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("make", READ_ONLY, ids=lambda make: make.__name__)
def test_an_array_that_the_test_cannot_write_is_not_written(call, make, writer):
    """Whatever the other side writes, the judge's bytes stay, and the refusal says why."""
    array, read = make()
    before = read()
    with pytest.raises((ObservationError, ValueError)) as caught:
        call(writer, array)
    assert "read-only" in str(caught.value) or "WRITEABLE" in str(caught.value)
    assert read() == before and not array.flags.writeable
    assert constant() == b"les octets d'une constante du test " + b"..."


@pytest.mark.filterwarnings("ignore:The given buffer is not writable")
@pytest.mark.parametrize("offset", [0, 5, 16])
def test_a_tensor_over_bytes_or_over_a_file_mapped_for_reading_is_not_written(call, offset):
    """`torch.frombuffer` says nothing of whose memory it shares: it is found by the memory itself."""
    pages = mmap.mmap(-1, 4096, prot=mmap.PROT_READ)
    for source in (constant(), bytes(100_000), pages):
        tensor = torch.frombuffer(source, dtype=torch.uint8, offset=offset)
        before = bytes(source[:64])
        with pytest.raises(ObservationError, match="read-only"):
            call("par_adresse", tensor)
        assert bytes(source[:64]) == before


@pytest.mark.parametrize("keep", ["garde", "garde_torch"])
def test_what_was_kept_from_an_earlier_call_is_not_written_later(call, keep):
    """Neither an array that student code kept, nor a tensor that it made of it and returned, opens the memory."""
    array = np.frombuffer(constant(), np.uint8)
    kept = call(keep, array)
    with pytest.raises(ObservationError, match="read-only"):
        call("ecrit_les_gardes")
    assert array.tobytes() == constant()
    del kept


def test_an_array_of_the_test_is_not_opened_by_the_other_side(call):
    """What the other side made read-only it may open again; what the test did, it may not."""
    array = np.zeros(3)
    call("ferme", array)
    call("ouvre", array)
    assert array.flags.writeable
    array.flags.writeable = False
    with pytest.raises(ObservationError, match="read-only"):
        call("ouvre", array)
    assert not array.flags.writeable


def test_memory_where_a_bytes_object_was_may_be_written(call):
    """An array is allocated where a `bytes` object lay that grew elsewhere: its header is no sign of a constant."""
    size, step = 100_000, 1_024
    allocate, free = ctypes.CDLL(None).malloc, ctypes.CDLL(None).free
    allocate.restype, allocate.argtypes, free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
    where, behind = allocate(size), allocate(size)  # what lies last on the heap would go back to the system
    for start in range(where + step, where + size - step, step):
        left = where + size - start - 64
        header = struct.pack("@NNnn", 1, id(bytes), left, -1)  # one reference, the type, the size, no hash
        ctypes.memmove(start, header, len(header))
        ctypes.memset(start + len(header) + left, 0, 1)
    free(where)
    kept, inside = [], []
    while not inside and len(kept) < 100_000:  # other free memory may be taken first
        kept += [np.empty(256) for _ in range(10_000)]  # uninitialised: headers stay in them
        inside = [array for array in kept if where + 2 * step < array.ctypes.data < where + size]
    assert inside
    for array in inside:
        call("ecrit", torch.from_numpy(array))
        call("ecrit", torch.from_numpy(array[1:]))
        assert array[0] == array[1] == 7
    free(behind)


def test_what_may_be_written_is_written(call):
    """Views, memory shared with torch, bytearrays, and a read-only view beside a writable one, as in one process."""
    plain, owner, shared, buffer = np.zeros(3), np.zeros(4), np.zeros(3), bytearray(16)
    call("ecrit", plain)
    call("ecrit", owner[1:])
    call("ecrit", torch.from_numpy(shared))
    call("par_adresse", torch.frombuffer(buffer, dtype=torch.uint8, offset=3))
    call("ecrit", np.frombuffer(buffer, np.uint8))
    call("garde", owner[3:])
    call("ecrit_les_gardes")
    assert plain[0] == shared[0] == owner[1] == 7 and buffer[0] == buffer[3] == 7 and owner[3] != 0
    locked = plain[:]
    locked.flags.writeable = False
    assert call("somme", locked) == 7.0
    with pytest.raises(ValueError, match="read-only"):
        call("ecrit", locked)
    assert call("somme", np.frombuffer(constant(), np.uint8)) == sum(constant())
    call("garde", locked)
    call("ecrit", plain)
