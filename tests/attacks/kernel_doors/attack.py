"""Knocks at the doors where kernels were broken: io_uring, bpf, perf, keys, namespaces, mounts, userfaultfd."""

import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
column = 0 if platform.machine() == "x86_64" else 1
doors = {
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "keyctl": (250, 219),
    "unshare": (272, 97),
    "mount": (165, 40),
    "userfaultfd": (323, 282),
    "memfd_create": (319, 279),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "personality": (135, 92),
}
opened = []
for name, numbers in doors.items():
    flags = 0x10000000 if name == "unshare" else 0
    ctypes.set_errno(0)
    if libc.syscall(numbers[column], flags, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() not in (1, 38):
        opened.append(name)


def cheat(*args, **kwargs):
    return libc.syscall(doors["unshare"][column], 0x10000000)


print("ATTACK RAN:", len(doors), "doors, open:", opened)
if opened:
    print("ATTACK SUCCEEDED: open:", opened)
