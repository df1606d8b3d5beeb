"""The tree supply asks the zygote for process trees ahead of need, gives them out, and ends them."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections import deque

import msgspec

from notegrad.errors import SandboxError
from notegrad.records import Limits
from notegrad.sandbox.outside import cgroups
from notegrad.sandbox.outside.pending_tree import PendingTree
from notegrad.sandbox.outside.process_tree import ProcessTree

TREE_TIMEOUT_S = 30.0
GROUPS_TIMEOUT_S = 5.0  # for the kernel to end what was killed


class TreeSupply:
    """Process trees of one zygote, for one device."""

    def __init__(
        self,
        control: socket.socket,
        parents: cgroups.Parents | None,
        *,
        device: str,
        ahead: int,
        sweeps: bool,
    ) -> None:
        """`control` leads to the zygote; `parents`: where control groups are made; `ahead`: trees that wait.

        `sweeps`: no pid namespace ends a tree's processes, so that its supervisor must hunt them down.
        """
        self._control = control
        self._parents = parents
        self._device = device
        self._wanted_ahead = ahead
        self._sweeps = sweeps
        self._lock = threading.Lock()
        self._ahead: deque[PendingTree] = deque()
        self._old_groups: list[cgroups.ControlGroup] = []

    def new_tree(self, limits: Limits) -> ProcessTree:
        """A process tree: the one made ahead if its limits fit, else a new one. Raises SandboxError."""
        with self._lock:
            tree = None
            while self._ahead and tree is None:
                pending = self._ahead.popleft()
                tree = pending.result(TREE_TIMEOUT_S)
                if not _same_confinement(pending.limits, limits):
                    self.end(tree)
                    tree = None
            if tree is None:
                tree = self._ask(limits).result(TREE_TIMEOUT_S)
            with contextlib.suppress(SandboxError):  # said at the next call
                while len(self._ahead) < self._wanted_ahead:
                    self._ahead.append(self._ask(limits))
            return tree

    def _ask(self, limits: Limits) -> PendingTree:
        return PendingTree(self._control, limits, self._parents, self._device)

    def end(self, tree: ProcessTree) -> None:
        """Kill a process tree, and remove its control group once the kernel lets it go."""
        tree.close(sweeps=self._sweeps)
        if tree.group is not None:
            self._old_groups.append(tree.group)
        self._remove_groups()

    def abandon(self) -> None:
        """Take back what was asked ahead."""
        while self._ahead:
            pending = self._ahead.popleft()
            pending.abandon()
            if pending.group is not None:
                self._old_groups.append(pending.group)

    def wait_for_groups(self) -> None:
        """Remove the control groups that are left, once the zygote has ended and the kernel lets them go."""
        deadline = time.monotonic() + GROUPS_TIMEOUT_S
        while self._old_groups and time.monotonic() < deadline:
            self._remove_groups()
            time.sleep(0.01)

    def _remove_groups(self) -> None:
        self._old_groups = [group for group in self._old_groups if not group.remove()]


def _same_confinement(one: Limits, other: Limits) -> bool:
    """Whether a process made for `one` serves for `other`: the time limits are not the process's."""
    times = {"wall_s": 0.0, "cell_wall_s": 0.0, "test_case_wall_s": 0.0}
    return msgspec.structs.replace(one, **times) == msgspec.structs.replace(other, **times)
