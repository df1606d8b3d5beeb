"""The trusted side of a process tree that is never forked: from stop to stop, and asked where it stands.

As with every attempt nothing that comes from it is believed; see process_tree.py, and stepped_notebook.py
for the other side.
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

    def __init__(self, attempt: ProcessTree, job: NotebookJob) -> None:
        """Send the notebook; it runs to its first stop. Raises SandboxError if there is nobody to run it."""
        self.attempt = attempt
        self._job = job
        self._serving: socket.socket | None = None
        self._stopped_at = 0.0
        self.is_usable = True  # as a fork would be: alive, and as the notebook left it
        try:
            attempt.start(job)
        except BrokenError as broken:
            attempt.broken(broken)

    def proceed(self) -> CheckReached | None:
        """Follow the notebook to its next stop; None at its end, or that of its worker or of its time."""
        attempt, progress = self.attempt, self.attempt.progress
        try:
            while not progress.finished and not progress.stuck:
                event = attempt.next_event(self._job)
                if isinstance(event, CheckReached):
                    self._check_stop(event)
                    self._stopped_at = time.monotonic()
                    return event
                attempt.note(event, self._job)
        except BrokenError as broken:
            attempt.broken(broken)
        attempt.look_at_the_end()
        self.is_usable = progress.finished
        return None

    def _check_stop(self, event: CheckReached) -> None:
        if not 0 <= event.question < len(self._job.questions) or self.attempt.progress.running is None:
            raise BrokenError("a stop where none can be")

    def go_on(self) -> None:
        """Let the notebook run on from where it stopped; the time that it stood does not count."""
        self.attempt.pause(time.monotonic() - self._stopped_at)
        try:
            protocol.send(self.attempt.job_socket, GoOn())
        except BrokenError as broken:
            self.attempt.broken(broken)

    def serve(self) -> socket.socket | None:
        """A socket on which the worker serves the notebook as it stands; None if it does not."""
        near, far = credential_socketpair()
        with far:
            try:
                protocol.send(self.attempt.job_socket, Serve(), (far.fileno(),))
            except BrokenError:
                near.close()
                self._lost()
                return None
        sock = self.attempt.adopt_worker(near)
        if sock is None:
            self._lost()
        self._serving = sock
        return sock

    def end_serving(self, sock: socket.socket, *, is_spoilt: bool) -> None:
        """Close what `serve` gave; hear whether the notebook is as it was. `is_spoilt`: it hangs, or lied."""
        if sock is not self._serving:
            sock.close()
            return
        self._serving = None
        if is_spoilt:
            self.attempt.count_death(sock)
            sock.close()
            self.give_up()
            return
        sock.close()
        try:
            deadline = time.monotonic() + SERVED_TIMEOUT_S
            body = protocol.receive(self.attempt.job_socket, deadline, protocol.MAX_EVENT_BYTES)
            event = protocol.decode_event(body)
        except BrokenError:
            self._lost()
            return
        if not isinstance(event, Served):
            self.give_up()
        self.is_usable = self.is_usable and isinstance(event, Served) and not event.changed

    def _lost(self) -> None:
        self.attempt.count_death(self.attempt.job_socket)
        self.give_up()

    def give_up(self) -> None:
        """Kill the worker: another process goes on in its place."""
        self.is_usable = False
        self.attempt.progress.left = not self.attempt.progress.finished
        self.attempt.kill_worker()

    def is_alive(self) -> bool:
        """Whether the worker is still there."""
        return not self.attempt.is_worker_dead(wait_s=0.0)
