"""The read-only root holds the files that student code may see; each zygote builds one, in its own mounts.

In it are the system's programs and libraries, Python, the installed packages and the package notegrad; not
the course, the tests, the results, anybody's home, /etc or /var. The one writable place is BOX, a fresh
size-limited tmpfs per submission; /tmp, /var/tmp and /dev/shm lead there.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

from notegrad.sandbox.walls import device_access, hidden, landlock
from notegrad.sandbox.walls.syscalls import (
    MS_NODEV,
    MS_NOSUID,
    bind,
    mount,
    pivot_root,
    seal,
    umount_detached,
)

BOX = "/sandbox"
HOME = f"{BOX}/home"
TMP = f"{BOX}/tmp"
SHM = f"{BOX}/shm"
_ASIDE = "/aside"
_TEMPORARY = ("/tmp", "/var/tmp")
MAX_INODES = 20_000

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/libx32", "/nix", "/opt/conda")
_ETC = ("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/fonts",
        "/etc/localtime", "/etc/mime.types")  # fmt: skip
_DEVICES = ("null", "zero", "full", "random", "urandom")
_WITHOUT_OWN_ROOT = ("/proc", "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/nsswitch.conf")
_WRITTEN = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nstudent:x:{uid}:{uid}:student:" + HOME + ":/bin/sh\n",
    "etc/group": "root:x:0:\nstudent:x:{uid}:\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def enter(
    scratch: str, package_parent: str, uid: int, device: str = "cpu", closed: Sequence[str] = ()
) -> None:
    """Build the root on `scratch` (an empty directory of ours) and pivot into it.

    `package_parent` is the directory that holds the package notegrad; only the package itself is bound.
    `closed`: places of the course and of its results, covered where they lie below what is bound. Afterwards
    nothing of the old tree can be reached, by this process or its descendants. Raises OSError.
    """
    needed = _needed(package_parent)
    mount("tmpfs", scratch, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=0755")
    root = Path(scratch)
    old_umask = os.umask(0o022)
    python = _python_directories(package_parent)
    for source in _outermost([*_SYSTEM, *python]):
        if _bind_read_only(root, source):
            hidden.cover(root, source, closed, needed)
    for source in (*_ETC, *device_access.hardware(device)):
        _bind_read_only(root, source)
    _make_devices(root, (*_DEVICES, *device_access.device_files(device)))
    _make_places(root, uid)
    os.umask(old_umask)
    bind("/proc", f"{scratch}/proc")
    (root / "old").mkdir()
    os.chdir(scratch)
    pivot_root(".", "old")
    os.chdir("/")
    umount_detached("/old")
    os.rmdir("/old")
    _seal_top()
    hidden.check(closed, needed)


def refuse_what_cannot_be_hidden(closed: Sequence[str], package_parent: str) -> None:
    """Refuse a place of the course that lies where student code may read, and cannot be closed there.

    Raises SandboxUnavailableError.
    """
    shown = [*_SYSTEM, *_python_directories(package_parent)]
    hidden.refuse_what_cannot_be_hidden(closed, shown, _needed(package_parent))


def closed_to(
    box: str, package_parent: str | None, device: str = "cpu", closed: Sequence[str] = ()
) -> landlock.OpenPaths:
    """What Landlock leaves open: this root and `box`, or the same parts of the machine's own tree.

    `package_parent` None: we are in the minimal root, where everything may be read. `closed`: as in `enter`.
    Raises SandboxUnavailableError for a place that cannot be closed.
    """
    open_devices = [f"/dev/{name}" for name in (*_DEVICES, *device_access.device_files(device))]
    if device_access.is_cuda(device):
        open_devices.append("/proc")  # where CUDA names its threads; the files' own rights hold there
    write = (box, f"{box}/tmp")  # the second by itself too: it may be laid over /tmp
    if package_parent is None:
        return landlock.OpenPaths(read=("/",), write=write, devices=tuple(open_devices))
    own = [*_WITHOUT_OWN_ROOT, *device_access.hardware(device), *_python_directories(package_parent)]
    needed = _needed(package_parent)
    outermost = _outermost([*_SYSTEM, *_ETC, *own])
    read = [part for path in outermost for part in hidden.without(path, closed, needed)]
    return landlock.OpenPaths(read=tuple(read), write=write, devices=tuple(open_devices))


def _python_directories(package_parent: str) -> list[str]:
    """Where later imports come from: the interpreter, its environment, and our package alone.

    Other entries of sys.path are checkouts installed as editable: tests and answers may lie there.
    """
    wanted = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix}
    wanted.add(str(Path(sys.executable).resolve().parent.parent))
    wanted.update(entry for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages"))
    wanted.add(str(Path(package_parent) / "notegrad"))
    return sorted(path for path in wanted if os.path.isdir(path) and os.path.realpath(path) != "/")


def _needed(package_parent: str) -> list[str]:
    """The folders that are never covered themselves: Python's own, and its standard library."""
    return [*_python_directories(package_parent), os.path.dirname(os.__file__)]


def _outermost(paths: list[str]) -> list[str]:
    """Without the paths that another one of them already holds, in order."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda path: (path.count("/"), path)):
        if not any(path == other or path.startswith(other + "/") for other in kept):
            kept.append(path)
    return kept


def _bind_read_only(root: Path, source: str) -> bool:
    """Whether `source` is bound now; not where it is missing, or stays a link."""
    if not os.path.lexists(source):
        return False
    target = root / source.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if os.path.islink(source) and os.path.realpath(source).startswith("/usr/") and source in _SYSTEM:
        # /lib -> usr/lib stays a link; one that leads elsewhere, as an environment may, is bound below
        target.symlink_to(os.readlink(source))
        return False
    if os.path.isdir(source):
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    bind(os.path.realpath(source), str(target))
    seal(str(target))
    return True


def _make_devices(root: Path, names: tuple[str, ...]) -> None:
    folder = root / "dev"
    folder.mkdir()
    for name in names:
        if not stat.S_ISCHR(os.stat(f"/dev/{name}").st_mode):
            raise OSError(f"/dev/{name} is not a device")
        (folder / name).touch()
        bind(f"/dev/{name}", str(folder / name))
        seal(str(folder / name), devices=True)
    (folder / "shm").symlink_to(SHM)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        (folder / name).symlink_to(f"/proc/self/fd/{number}")
    (folder / "fd").symlink_to("/proc/self/fd")


def _make_places(root: Path, uid: int) -> None:
    for name in ("proc", BOX.lstrip("/"), _ASIDE.lstrip("/"), "var", "etc"):
        (root / name).mkdir(exist_ok=True)
    for name in ("tmp", "var/tmp"):
        if not (root / name).exists():  # a directory where Python itself lies below /tmp
            (root / name).symlink_to(TMP)
    for name, text in _WRITTEN.items():
        (root / name).write_text(text.format(uid=uid), encoding="ascii")


def open_temporary_places(uid: int, gid: int) -> None:
    """In a submission's own mounts: where Python lies below /tmp, lay TMP over it, and Python back into it.

    Elsewhere /tmp is a link to TMP, and there is nothing to do. Raises OSError.
    """
    for place in _TEMPORARY:
        if os.path.islink(place):
            continue
        os.makedirs(TMP, mode=0o700, exist_ok=True)
        os.chown(TMP, uid, gid)
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as lines:
            inside = [point for line in lines if (point := line.split()[4]).startswith(place + "/")]
        bind(place, _ASIDE)
        bind(TMP, place)
        for point in _outermost(inside):
            os.makedirs(point, mode=0o755, exist_ok=True)
            bind(_ASIDE + point.removeprefix(place), point)
        umount_detached(_ASIDE)


def _seal_top() -> None:
    """The top tmpfs becomes read-only; bound parts are so already."""
    mount("none", "/", None, 0x1000 | 0x20 | 0x1 | MS_NOSUID | MS_NODEV)  # MS_BIND | MS_REMOUNT | MS_RDONLY


def probe(directory: str) -> None:
    """Raise OSError if sealing a mount is refused (a kernel before 5.12, or a container's rule)."""
    seal(directory)
