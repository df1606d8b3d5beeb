"""The disk check counts the files that a submission wrote, where no mount limits them (`no-namespaces`).

The count is made by a short-lived child with the submission's uid, since its tree is hostile: nothing of it
is touched with more rights than its own. The submission may stop or kill what has its uid, so a child that
does not answer, twice in a row, ends the submission; a machine that is too slow may be the cause as well.
"""

from __future__ import annotations

import os
import select
import signal

from notegrad.sandbox.walls import confine, rootfs

CHECK_EVERY_S = 0.5
ANSWER_WITHIN_S = 3.0
MAX_SILENT = 2
_BLOCK_BYTES = 512
_WITHIN, _UNKNOWN, _OVER = 0, 1, 7


def is_over(box: str, uid: int | None, limit_bytes: int) -> bool | None:
    """Whether the files below `box` take more than the limit, or are more than rootfs.MAX_INODES.

    None where the child that counts them does not say. Raises OSError where there can be no such child.
    """
    pid = os.fork()
    if pid == 0:
        status = _UNKNOWN
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            confine.setup_uid(uid)
            status = _OVER if _exceeds(box, limit_bytes) else _WITHIN
        finally:
            os._exit(status)
    watch = os.pidfd_open(pid)
    try:
        answered = bool(select.select([watch], [], [], ANSWER_WITHIN_S)[0])
        if not answered:
            os.kill(pid, signal.SIGKILL)
        return {_WITHIN: False, _OVER: True}.get(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    finally:
        os.close(watch)


def _exceeds(box: str, limit_bytes: int) -> bool:
    used = entries = 0
    waiting = [box]
    while waiting:
        try:
            found = os.scandir(waiting.pop())
        except OSError:
            continue  # gone meanwhile, or closed by its owner: its files still count where they are linked
        with found:
            for entry in found:
                entries += 1
                if entries > rootfs.MAX_INODES:
                    return True
                try:
                    used += entry.stat(follow_symlinks=False).st_blocks * _BLOCK_BYTES
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                except OSError:
                    continue
        if used > limit_bytes:
            return True
    return False
