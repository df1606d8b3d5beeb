"""The seccomp filter refuses system calls to student code: compiled once, loaded by every notebook process.

A list of what is refused, not of what is allowed: Python, torch and pip use some 250 calls, another version
of them uses others, and a wrong refusal costs honest marks. What is refused gives EPERM, as by a kernel
that lacks the right would; what this list cannot know, calls newer than it, gives ENOSYS, as an older kernel
would. The format is classic BPF over `struct seccomp_data` (seccomp(2), linux/filter.h).
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable, Sequence

from notegrad.sandbox.walls import syscalls

MEMORY_NODES = "moves memory between nodes, and tells where it lies"
# call: (x86_64, aarch64; None where it does not exist), grouped by why it is refused
REFUSED: dict[str, dict[str, tuple[int | None, int | None]]] = {
    "reads or changes the memory or the descriptors of another process": {
        "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
        "process_madvise": (440, 440), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    },
    "runs programs inside the kernel, or watches it: most of its holes were found here": {
        "bpf": (321, 280), "perf_event_open": (298, 241), "io_uring_setup": (425, 425),
        "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "userfaultfd": (323, 282),
        "lookup_dcookie": (212, 18), "syslog": (103, 116), "uselib": (134, None), "modify_ldt": (154, None),
        "personality": (135, 92), "lsm_set_self_attr": (460, 460),
    },
    "queues reads and writes inside the kernel, in memory of its own that no limit of a process counts": {
        "io_setup": (206, 0), "io_destroy": (207, 1), "io_submit": (209, 2), "io_cancel": (210, 3),
        "io_getevents": (208, 4), "io_pgetevents": (333, 292),
    },
    "tells which parts of shared files are in memory, so what other processes have just read": {
        "mincore": (27, 232), "cachestat": (451, 451),
    },
    "keeps secrets in the kernel beyond the life of a process": {
        "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    },
    "changes what the file system looks like, or finds files without a path": {
        "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
        "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431),
        "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442), "swapon": (167, 224),
        "swapoff": (168, 225), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
        "fanotify_init": (300, 262), "fanotify_mark": (301, 263), "quotactl": (179, 60),
        "quotactl_fd": (443, 443), "statmount": (457, 457), "listmount": (458, 458),
    },
    "makes or enters namespaces, in which old holes of the kernel lie open to anybody": {
        "unshare": (272, 97), "setns": (308, 268),
    },
    "changes the machine: kernel, clock, names, accounting, ports": {
        "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
        "finit_module": (313, 273), "delete_module": (176, 106), "clock_settime": (227, 112),
        "clock_adjtime": (305, 266), "adjtimex": (159, 171), "settimeofday": (164, 170),
        "sethostname": (170, 161), "setdomainname": (171, 162), "reboot": (169, 142), "acct": (163, 89),
        "vhangup": (153, 58), "iopl": (172, None), "ioperm": (173, None), "nfsservctl": (180, 42),
    },
    MEMORY_NODES: {
        "move_pages": (279, 239), "migrate_pages": (256, 238), "mbind": (237, 235),
        "set_mempolicy": (238, 237), "set_mempolicy_home_node": (450, 450),
    },
    "takes memory that no limit of a process counts, and that outlives it": {
        "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "semget": (64, 190),
        "msgget": (68, 186), "mq_open": (240, 180),
    },
}  # fmt: skip
"""Refused whatever the arguments."""

_CLONE, _CLONE3 = (56, 220), (435, 435)
_SOCKET, _SOCKETPAIR, _IOCTL = (41, 198), (53, 199), (16, 29)
LAST_KNOWN_CALL = 462  # mseal, Linux 6.10
_X32_BIT = 0x40000000  # x86_64's second set of numbers for the same calls

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_COLUMN = {"x86_64": 0, "aarch64": 1}
_NAMESPACE_FLAGS = (
    syscalls.CLONE_NEWNS | syscalls.CLONE_NEWCGROUP | syscalls.CLONE_NEWUTS | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWUSER | syscalls.CLONE_NEWPID | syscalls.CLONE_NEWNET
)  # fmt: skip
_AF_UNIX = 1
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into the terminal of whoever grades

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data; low halves, little endian
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_PR_GET_SECCOMP, _PR_SET_SECCOMP, _MODE_FILTER = 21, 22, 2

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def is_available() -> bool:
    """Whether this kernel filters system calls, and the machine is one whose numbers we know."""
    return platform.machine() in _AUDIT_ARCH and syscalls.prctl_value(_PR_GET_SECCOMP) >= 0


def compile_filter(*, unix_sockets: bool, machine: str | None = None, memory_nodes: bool = False) -> bytes:
    """The filter as the kernel wants it; `unix_sockets`: whether sockets of this machine alone may be made.

    They are harmless inside a network and a mount namespace (DataLoader's workers use them), and a way out
    where there are none. `memory_nodes`: whether memory may be placed, as GPU drivers do. Raises OSError for
    a machine whose call numbers we do not know.
    """
    name = machine or platform.machine()
    if name not in _AUDIT_ARCH:
        raise OSError(f"seccomp: no system call numbers known for {name}")
    column = _COLUMN[name]
    plain = [
        pair[column]
        for reason, group in REFUSED.items()
        if not (memory_nodes and reason == MEMORY_NODES)
        for pair in group.values()
    ]
    program = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _AUDIT_ARCH[name]),
        (_RETURN, 0, 0, _KILL),  # 32-bit calls by the back door have other numbers
        (_LOAD, 0, 0, _NUMBER),
        *_when(_AT_LEAST, _X32_BIT, errno.EPERM),
        *_when(_AT_LEAST, LAST_KNOWN_CALL + 1, errno.ENOSYS),
        *_when(_EQUAL, _CLONE3[column], errno.ENOSYS),  # its flags lie in memory; libc then uses clone
    ]
    for number in plain:
        if number is not None:
            program += _when(_EQUAL, number, errno.EPERM)
    if not unix_sockets:
        program += _when(_EQUAL, _SOCKET[column], errno.EPERM)
    program += _when_argument(_CLONE[column], 0, [(_ANY_BIT, _NAMESPACE_FLAGS)])
    program += _when_argument(_IOCTL[column], 1, [(_EQUAL, code) for code in _TERMINAL_INPUT])
    program += _unless_argument(_SOCKET[column], 0, _AF_UNIX)
    program += _unless_argument(_SOCKETPAIR[column], 0, _AF_UNIX)
    program.append((_RETURN, 0, 0, _ALLOW))
    return assemble(program)


def refuse_calls(numbers: Iterable[int]) -> bytes:
    """A filter that refuses these calls with EPERM and clone3 with ENOSYS, as containers' profiles do."""
    column = _COLUMN[platform.machine()]
    program: list[Instruction] = [(_LOAD, 0, 0, _NUMBER), *_when(_EQUAL, _CLONE3[column], errno.ENOSYS)]
    for number in numbers:
        program += _when(_EQUAL, number, errno.EPERM)
    program += _when_argument(_CLONE[column], 0, [(_ANY_BIT, _NAMESPACE_FLAGS)])
    return assemble([*program, (_RETURN, 0, 0, _ALLOW)])


def call_number(name: str) -> int | None:
    """The number of a refused call on this machine. Raises StopIteration for a call that is not refused."""
    column = _COLUMN[platform.machine()]
    return next(pair[column] for group in REFUSED.values() for key, pair in group.items() if key == name)


def _when(test: int, value: int, error: int) -> list[Instruction]:
    """Refuse if the call's number, which is loaded, passes the test."""
    return [(test, 0, 1, value), (_RETURN, 0, 0, _ERRNO | error)]


def _when_argument(call: int, argument: int, tests: Sequence[tuple[int, int]]) -> list[Instruction]:
    """Refuse this call if its argument passes one of the tests."""
    inner = [step for test, value in tests for step in _when(test, value, errno.EPERM)]
    return _of_call(call, argument, inner)


def _unless_argument(call: int, argument: int, value: int) -> list[Instruction]:
    """Refuse this call unless its argument has the value."""
    return _of_call(call, argument, [(_EQUAL, 1, 0, value), (_RETURN, 0, 0, _ERRNO | errno.EPERM)])


def _of_call(call: int, argument: int, inner: list[Instruction]) -> list[Instruction]:
    load = (_LOAD, 0, 0, _ARGUMENT + 8 * argument)
    return [(_EQUAL, 0, len(inner) + 2, call), load, *inner, (_LOAD, 0, 0, _NUMBER)]


def assemble(program: Sequence[Instruction]) -> bytes:
    """`struct sock_filter` after `struct sock_filter`."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def load(program: bytes) -> None:
    """Filter every system call of this process and its descendants from now on; needs no_new_privs.

    Raises OSError.
    """
    buffer = ctypes.create_string_buffer(program, len(program))
    described = _Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p).value)
    syscalls.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(described))
