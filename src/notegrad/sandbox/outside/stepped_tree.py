"""A stepped tree is a process tree that waits at each check and is asked there; it is never forked.

Nothing that comes from it is believed, as with every process tree (process_tree.py). The other side is
inside/stepped_notebook.py.
"""

from __future__ import annotations

import socket
import time

from notegrad.sandbox import protocol
from notegrad.sandbox.outside.handshake import credential_socketpair
from notegrad.sandbox.outside.process_tree import ProcessTree
from notegrad.sandbox.protocol import BrokenError, CheckReached, GoOn, NotebookJob, Serve, Served

SERVED_TIMEOUT_S = 3.0  # to compare the notebook's state, once the judge has closed


class SteppedTree:
    """One process tree, run from check to check."""

    def __init__(self, tree: ProcessTree, job: NotebookJob) -> None:
        """Send the notebook; it runs to its first check. Raises SandboxError if there is nobody to run it."""
        self._notebook = tree.notebook
        self._progress = tree.progress
        self._follower = tree.follower(job)
        self._job = job
        self._serving: socket.socket | None = None
        self._stood_since = 0.0
        self._is_as_left = True  # by the notebook: no question has changed it
        try:
            self._follower.start()
        except BrokenError as broken:
            self._follower.note_broken(broken)

    def proceed(self) -> CheckReached | None:
        """Follow the notebook to its next check; None at its end, or that of its process or of its time."""
        try:
            while not self._progress.finished and not self._progress.stuck:
                event = self._follower.next_event()
                if isinstance(event, CheckReached):
                    self._believe(event)
                    self._stood_since = time.monotonic()
                    return event
                self._follower.note(event)
        except BrokenError as broken:
            self._follower.note_broken(broken)
        self._follower.note_end()
        self._is_as_left = self._progress.finished
        return None

    def _believe(self, check: CheckReached) -> None:
        if not 0 <= check.question < len(self._job.questions) or self._progress.running is None:
            raise BrokenError("a check where none can be")

    def go_on(self) -> None:
        """Let the notebook run on from where it stands; the time that it stood does not count."""
        self._follower.pause(time.monotonic() - self._stood_since)
        try:
            protocol.send(self._notebook.socket, GoOn())
        except BrokenError as broken:
            self._follower.note_broken(broken)

    def serve(self) -> socket.socket | None:
        """A socket on which the notebook process serves the notebook as it stands; None if it does not."""
        near, far = credential_socketpair()
        with far:
            try:
                protocol.send(self._notebook.socket, Serve(), (far.fileno(),))
            except BrokenError:
                near.close()
                self._lose()
                return None
        sock = self._notebook.meet_again(near)
        if sock is None:
            self._lose()
        self._serving = sock
        return sock

    def end_serving(self, sock: socket.socket) -> None:
        """Close what `serve` gave, and hear whether the notebook is as it was."""
        sock.close()
        if sock is not self._serving:
            return
        self._serving = None
        try:
            deadline = time.monotonic() + SERVED_TIMEOUT_S
            body = protocol.receive(self._notebook.socket, deadline, protocol.MAX_EVENT_BYTES)
            event = protocol.decode_event(body)
        except BrokenError:
            self._lose()
            return
        if not isinstance(event, Served):
            self.give_up()
        self._is_as_left = self._is_as_left and isinstance(event, Served) and not event.changed

    def end_spoilt(self, sock: socket.socket) -> None:
        """Close what `serve` gave, where the notebook process hangs, died or lied: it is given up."""
        if sock is not self._serving:
            sock.close()
            return
        self._serving = None
        self._notebook.count_death(sock)
        sock.close()
        self.give_up()

    def _lose(self) -> None:
        self._notebook.count_death(self._notebook.socket)
        self.give_up()

    def give_up(self) -> None:
        """Kill the notebook process: another one goes on in its place."""
        self._is_as_left = False
        self._progress.left = not self._progress.finished
        self._notebook.kill()

    def can_serve(self) -> bool:
        """Whether it is what a fork would be: alive, and as the notebook left it."""
        return self._is_as_left and self.is_alive()

    def is_alive(self) -> bool:
        """Whether the notebook process is still there."""
        return not self._notebook.is_dead(wait_s=0.0)
