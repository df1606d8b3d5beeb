"""Landlock closes every file to student code but the places that it needs.

Where there are namespaces, the tree of files is minimal already and Landlock is a second lock; where there
are none, Landlock alone closes the course, the tests and the results to students. Newer kernels know more
rights (`_RIGHTS_SINCE`); the version is asked for at run time and what it lacks is left out, as
Documentation/userspace-api/landlock.rst says.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterable

from notegrad.records import Record
from notegrad.sandbox.walls import syscalls

_VERSION = 1  # the flag that asks for the version
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_FIRST_RIGHTS = (1 << 13) - 1  # what the first version knows
_RIGHTS_SINCE = {2: _REFER, 3: _TRUNCATE, 5: _IOCTL_DEVICE}
_NET_SINCE, _BIND_AND_CONNECT_TCP = 4, 0b11
_SCOPE_SINCE, _NO_ABSTRACT_SOCKETS_NO_SIGNALS = 6, 0b11
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE
_READ = _EXECUTE | _READ_FILE | _READ_DIR


class OpenPaths(Record, frozen=True):
    """Paths that student code may read and run, write and make, and devices to use; the rest is closed."""

    read: tuple[str, ...]
    write: tuple[str, ...]
    devices: tuple[str, ...]


def version() -> int:
    """The kernel's version of Landlock; 0 where there is none or it is switched off."""
    return max(0, syscalls.landlock_create_ruleset(None, _VERSION))


def restrict(places: OpenPaths, *, network: bool = False) -> None:
    """Close every file to this process and its descendants but `places`, which may be missing.

    Also, where the kernel can: no TCP port (unless `network`), no signal and no abstract unix socket that
    leads out of the submission. Needs no_new_privs. Raises OSError.
    """
    abi = version()
    if abi == 0:
        raise OSError("this kernel has no Landlock")
    handled = _FIRST_RIGHTS
    for since, rights in _RIGHTS_SINCE.items():
        handled |= rights if abi >= since else 0
    net = _BIND_AND_CONNECT_TCP if abi >= _NET_SINCE and not network else 0
    scoped = _NO_ABSTRACT_SOCKETS_NO_SIGNALS if abi >= _SCOPE_SINCE else 0
    attributes = struct.pack("=QQQ", handled, net, scoped)
    known = 8 if abi < _NET_SINCE else 16 if abi < _SCOPE_SINCE else 24
    ruleset = syscalls.landlock_create_ruleset(attributes[:known], 0)
    if ruleset < 0:
        raise OSError("Landlock made no ruleset")
    try:
        _allow(ruleset, places.read, _READ & handled)
        _allow(ruleset, places.write, handled & ~(_MAKE_CHAR | _MAKE_BLOCK))
        _allow(ruleset, places.devices, (_READ_FILE | _WRITE_FILE | _IOCTL_DEVICE | _TRUNCATE) & handled)
        syscalls.landlock_restrict_self(ruleset)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, paths: Iterable[str], rights: int) -> None:
    for path in paths:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # not there, so there is nothing to allow
        try:
            is_directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
            allowed = rights if is_directory else rights & _OF_FILES
            syscalls.landlock_add_path(ruleset, struct.pack("=Qi", allowed, descriptor))
        finally:
            os.close(descriptor)
