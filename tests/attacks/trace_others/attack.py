"""Traces, reads and writes other processes: its parent, its own forks, whatever /proc shows."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
done, refused = [], 0
child = os.fork()
if child == 0:
    import time

    time.sleep(5)
    os._exit(0)
buffer = ctypes.create_string_buffer(64)


class Span(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


here = Span(ctypes.addressof(buffer), 64)
for pid in (child, os.getppid(), 1):
    for name, answer in (
        ("attach", libc.ptrace(16, pid, 0, 0)),
        ("read", libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(here), 1, 0)),
        ("write", libc.process_vm_writev(pid, ctypes.byref(here), 1, ctypes.byref(here), 1, 0)),
    ):
        if answer >= 0:
            done.append((name, pid))
        else:
            refused += 1
os.kill(child, 9)


def cheat(*args, **kwargs):
    return libc.ptrace(16, os.getppid(), 0, 0)


print("ATTACK RAN: traced", done, "refused", refused)
if done:
    print("ATTACK SUCCEEDED: traced", done)
