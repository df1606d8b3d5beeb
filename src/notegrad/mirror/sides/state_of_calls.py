"""The global state that calls leave is put back after each, or kept, as one process would keep it.

Put back, no answer decides what a test draws next, and no mode that it left off blinds the test. Kept, both
sides have one state between them: the notebook's, then of whoever changed it last. So it is in otter's one
process, by which the tests of bundles that notegrad did not build were written.
"""

from __future__ import annotations

from notegrad.mirror.globals import global_state
from notegrad.mirror.globals.modes import undisturbed
from notegrad.mirror.wire.changes import StateRecord


class StateOfCalls:
    """What becomes of the global state of this process, the judge's, with each call and each test case."""

    def __init__(self) -> None:
        self.is_kept = False
        self._is_elsewhere = False
        self._before: StateRecord | None = None
        self._own: StateRecord | None = None

    def begin_call(self) -> None:
        """Forget what was before the last call."""
        self._before = None

    def note_change(self) -> None:
        """Remember the state as it is, before the first change that a call makes to it."""
        if self._before is None and not self.is_kept:
            with undisturbed():
                self._before = global_state.read_state()

    def end_call(self, *, may_draw: bool) -> None:
        """Put back what was before the call; `may_draw`: numbers that it drew stay drawn."""
        before, self._before = self._before, None
        if before is not None:
            with undisturbed():
                global_state.put_back(before, may_draw=may_draw)

    def end_case(self) -> None:
        """Keep the state for the next test case of this notebook, where states are kept; then reset it."""
        if self.is_kept and not self._is_elsewhere:
            with undisturbed():
                self._own = global_state.read_state()
        global_state.reset()

    def leave_to_other(self) -> None:
        """Leave the state to the other side, which went on alone."""
        self._is_elsewhere = True

    def begin_case(self, *, is_kept: bool) -> bool:
        """Begin a test case, and take up the state that the last one left.

        False where none is known here: it is the other side's, or all is to be reset.
        """
        self.is_kept, self._is_elsewhere = is_kept, False
        own, self._own = self._own, None
        if own is None or not is_kept:
            return False
        with undisturbed():
            global_state.apply_state(own, is_believed=True)
        return True
