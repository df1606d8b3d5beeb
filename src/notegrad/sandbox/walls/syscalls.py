"""These functions make the system calls that the standard library lacks; their errors name the call."""

from __future__ import annotations

import ctypes
import os
import platform

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY = 0x1
MS_NOSUID = 0x2
MS_NODEV = 0x4
MS_NOEXEC = 0x8
MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 0x40000
MNT_DETACH = 2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_AT_RECURSIVE = 0x8000
_MOUNT_ATTR_RDONLY = 0x1
_MOUNT_ATTR_NOSUID = 0x2
_MOUNT_ATTR_NODEV = 0x4
_SYS_MOUNT_SETATTR = 442  # the same number on every architecture
_SYS_LANDLOCK_CREATE_RULESET, _SYS_LANDLOCK_ADD_RULE, _SYS_LANDLOCK_RESTRICT_SELF = 444, 445, 446  # likewise
_SYS_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPABILITY_VERSION_3 = 0x20080522
CAP_KILL = 5

_libc = ctypes.CDLL(None, use_errno=True)
_libc.mount.argtypes = (
    ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p,
)  # fmt: skip
_libc.prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong)
_libc.syscall.restype = ctypes.c_long


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


class _MountAttributes(ctypes.Structure):
    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


def _check(result: int, what: str) -> None:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Enter new namespaces, named by `flags` (CLONE_NEWPID: for the children only). Raises OSError."""
    _check(_libc.unshare(ctypes.c_int(flags)), "unshare")


def setns(descriptor: int, kind: int) -> None:
    """Enter the namespace behind `descriptor`. Raises OSError."""
    _check(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def mount(source: str, target: str, fstype: str | None, flags: int, data: str = "") -> None:
    """Mount `source` at `target`; the flags and data of the system call. Raises OSError."""
    kind = None if fstype is None else fstype.encode()
    _check(_libc.mount(source.encode(), target.encode(), kind, flags, data.encode()), f"mount {target}")


def bind(source: str, target: str) -> None:
    """Bind `source` with everything mounted below it. Raises OSError."""
    mount(source, target, None, MS_BIND | MS_REC)


def seal(target: str, *, devices: bool = False) -> None:
    """Make `target` and mounts below it read-only and nosuid, and nodev unless `devices`. Raises OSError."""
    wanted = _MOUNT_ATTR_RDONLY | _MOUNT_ATTR_NOSUID | (0 if devices else _MOUNT_ATTR_NODEV)
    attributes = _MountAttributes(attr_set=wanted)
    result = _libc.syscall(
        ctypes.c_long(_SYS_MOUNT_SETATTR), ctypes.c_int(-100), ctypes.c_char_p(target.encode()),
        ctypes.c_uint(_AT_RECURSIVE), ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)),
    )  # fmt: skip
    _check(result, f"mount_setattr {target}")


def umount_detached(target: str) -> None:
    """Take a mount tree away; it goes when its last user goes. Raises OSError."""
    _check(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new: str, old: str) -> None:
    """Make `new` the root and put the old root at `old`. Raises OSError."""
    number = _SYS_PIVOT_ROOT.get(platform.machine())
    if number is None:
        raise OSError(f"pivot_root: no system call number known for {platform.machine()}")
    result = _libc.syscall(
        ctypes.c_long(number), ctypes.c_char_p(new.encode()), ctypes.c_char_p(old.encode())
    )
    _check(result, "pivot_root")


def prctl(option: int, value: int, value_2: int = 0) -> None:
    """Set one attribute of this process. Raises OSError."""
    _check(_libc.prctl(option, value, value_2, 0, 0), f"prctl {option}")


def prctl_value(option: int, value: int = 0) -> int:
    """What the kernel answers, -1 where it refuses."""
    return int(_libc.prctl(option, value, 0, 0, 0))


def drop_bounding_set(*kept: int) -> None:
    """Empty the capability bounding set but for `kept`: no exec of a descendant ever gains another.

    Raises OSError.
    """
    for capability in range(64):
        try:
            if capability not in kept:
                prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            if capability > 20:  # past the last one the kernel knows
                return
            raise


def keep_capabilities(*kept: int) -> None:
    """Drop every capability but `kept` (numbers below 32) from all sets of this process. Raises OSError."""
    bits = sum(1 << number for number in kept)
    header = _CapabilityHeader(version=_CAPABILITY_VERSION_3, pid=0)
    data = (_CapabilityData * 2)(_CapabilityData(effective=bits, permitted=bits, inheritable=0))
    _check(_libc.capset(ctypes.byref(header), ctypes.byref(data)), "capset")
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)


def landlock_create_ruleset(attributes: bytes | None, flags: int) -> int:
    """A ruleset's descriptor, or the version of Landlock where `flags` ask for it; -1 where there is none."""
    size = 0 if attributes is None else len(attributes)
    return int(
        _libc.syscall(
            ctypes.c_long(_SYS_LANDLOCK_CREATE_RULESET), ctypes.c_char_p(attributes), ctypes.c_size_t(size),
            ctypes.c_uint32(flags),
        )
    )  # fmt: skip


def landlock_add_path(ruleset: int, attributes: bytes) -> None:
    """Add a rule about what lies below a directory (`struct landlock_path_beneath_attr`). Raises OSError."""
    result = _libc.syscall(
        ctypes.c_long(_SYS_LANDLOCK_ADD_RULE), ctypes.c_int(ruleset), ctypes.c_int(1),
        ctypes.c_char_p(attributes), ctypes.c_uint32(0),
    )  # fmt: skip
    _check(result, "landlock_add_rule")


def landlock_restrict_self(ruleset: int) -> None:
    """Put this process and its descendants under the ruleset; needs no_new_privs. Raises OSError."""
    result = _libc.syscall(
        ctypes.c_long(_SYS_LANDLOCK_RESTRICT_SELF), ctypes.c_int(ruleset), ctypes.c_uint32(0)
    )
    _check(result, "landlock_restrict_self")
