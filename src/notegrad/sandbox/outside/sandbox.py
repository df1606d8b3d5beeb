"""The trusted side of the sandbox: a warm `Sandbox`, which makes an `ForkedRun` per submission.

    with Sandbox.start(limits, "auto") as sandbox, sandbox.open(cells, files, seed, questions) as execution:
        report = execution.run_notebook()
        sock = execution.fork("q01")        # serves the mirror over the executed notebook
        execution.discard(sock)

A failure of ours raises SandboxError; whatever the submission does ends in the RunReport, or in
NotebookGoneError.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
import time
from collections import deque
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import msgspec

from notegrad.errors import SandboxError, SandboxUnavailableError
from notegrad.records import Limits, Protection, SandboxMode
from notegrad.sandbox.outside import cgroups, launch
from notegrad.sandbox.outside.forked_run import ForkedRun
from notegrad.sandbox.outside.pending_tree import PendingTree
from notegrad.sandbox.outside.process_tree import ProcessTree
from notegrad.sandbox.outside.stepped_run import SteppedRun
from notegrad.sandbox.protocol import NotebookJob
from notegrad.sandbox.walls import device_access, tiers

TREE_TIMEOUT_S = 30.0
TREES_AHEAD = 2
GROUPS_TIMEOUT_S = 5.0  # for the kernel to end what was killed
SERVER = "notegrad.mirror:serve"


class Sandbox:
    """A warm zygote; make one with `start`, use it for many submissions, from one thread at a time."""

    tier: str
    protections: tuple[Protection, ...]

    def __init__(self, zygote: launch.RunningZygote) -> None:
        self.tier = zygote.ready.tier
        self.protections = zygote.ready.protections
        self._process = zygote.process
        self._control = zygote.control
        self._scratch = zygote.scratch
        self._lock = threading.Lock()
        self._limits = Limits()
        self.mode: SandboxMode = "fork"
        self.device = device_access.CPU
        self._makes_ahead = 1
        self._ahead: deque[PendingTree] = deque()
        self._parents: cgroups.Parents | None = None
        self._old_groups: list[cgroups.ControlGroup] = []

    @classmethod
    def start(
        cls,
        limits: Limits,
        tier: str = "auto",
        unsafe: bool = False,
        *,
        server: str = SERVER,
        server_path: str | None = None,
        ahead: bool = True,
        require: Sequence[str] = (),
        without: Sequence[str] = (),
        mode: SandboxMode = "fork",
        device: str = device_access.CPU,
        memory_fraction: float = 1.0,
        leave_out: Sequence[str] = (),
    ) -> Self:
        """Start the zygote and wait until it is warm (some 3 s).

        `tier` is the weakest accepted one; SandboxUnavailableError if the machine cannot give it. `limits`
        hold where `open` names none. `server` ("module:function") serves the forks; `server_path` is added
        to sys.path while it is imported. `ahead`: make the next submission's process while one is being
        graded. `require` names protections that must be in force besides those of the tier, or
        SandboxUnavailableError. `without` names protections to leave off (landlock, seccomp, cgroup,
        network, processes): with `unsafe` only, and only to show what each of them stops. `mode` "stepped":
        no process is forked once it runs student code, which a `device` other than the CPU needs
        (stepped_run.py); `memory_fraction` is the part of a GPU's memory that one process may take.
        `leave_out`: what not to warm (optional_libraries.PARTS), where one submission is graded in little
        memory and time.
        """
        if without and not unsafe:
            raise SandboxError("Protections are left off only with unsafe=True.")
        settings = launch.Request(
            tier=tier,
            unsafe=unsafe,
            server=server,
            server_path=server_path,
            without=tuple(without),
            device=device,
            memory_fraction=memory_fraction,
            leave_out=tuple(leave_out),
        )
        sandbox = cls(launch.start_zygote(settings))
        sandbox._limits = limits
        sandbox.mode = "fork" if mode == "fork" and device == device_access.CPU else "stepped"
        sandbox.device = device
        # A process that is spoilt is followed by another at once; a GPU holds few that wait.
        ready = 1 if sandbox.mode == "fork" or device_access.is_cuda(device) else TREES_AHEAD
        sandbox._makes_ahead = ready if ahead else 0
        sandbox._use_groups("cgroup" not in without and sandbox.tier != "none")
        missing = tiers.missing(sandbox.protections, require)
        if missing:
            sandbox.close()
            raise SandboxUnavailableError(
                f"The course requires {', '.join(missing)} (sandbox.require), not to be had in tier "
                f"{sandbox.tier} on this machine; `notegrad doctor` says why and what to do."
            )
        return sandbox

    def _use_groups(self, wanted: bool) -> None:
        self._parents = cgroups.find_parents() if wanted else None
        detail = "one memory and process limit for all of a submission"
        if self._parents is not None:
            detail = f"version {self._parents.version}: {detail}"
        row = Protection(name="cgroup", active=self._parents is not None, detail=detail)
        self.protections = (*self.protections, row)

    def open(
        self,
        cells: Sequence[str],
        files: Sequence[tuple[str, bytes]] = (),
        seed: int = 0,
        questions: Sequence[str] = (),
        limits: Limits | None = None,
    ) -> ForkedRun:
        """Take a confined process for one submission; nothing of it runs before `run_notebook`."""
        stops = self.mode == "stepped"
        job = NotebookJob(
            cells=tuple(cells),
            files=tuple(files),
            questions=tuple(dict.fromkeys(questions)),
            seed=seed,
            limits=self._limits if limits is None else limits,
            stays=stops,
        )
        return SteppedRun(self, job) if stops else ForkedRun(self, job)

    def new_tree(self, limits: Limits) -> ProcessTree:
        """A process tree for one run of a notebook: the one made ahead if its limits fit, else a new one."""
        with self._lock:
            tree = None
            while self._ahead and tree is None:
                ahead = self._ahead.popleft()
                tree = ahead.result(TREE_TIMEOUT_S)
                if not _same_confinement(ahead.limits, limits):
                    self.end(tree)
                    tree = None
            if tree is None:
                tree = self._ask(limits).result(TREE_TIMEOUT_S)
            with contextlib.suppress(SandboxError):  # said at the next call
                while len(self._ahead) < self._makes_ahead:
                    self._ahead.append(self._ask(limits))
            return tree

    def _ask(self, limits: Limits) -> PendingTree:
        return PendingTree(self._control, limits, self._parents, self.device)

    def end(self, tree: ProcessTree) -> None:
        """Kill a process tree, and remove its control group once the kernel lets it go."""
        tree.close(sweeps=self.sweeps)
        if tree.group is not None:
            self._old_groups.append(tree.group)
        self._old_groups = [group for group in self._old_groups if not group.remove()]

    @property
    def sweeps(self) -> bool:
        """Whether no pid namespace ends a submission's processes, so that its pid 1 must hunt them down."""
        return self.tier in ("no-namespaces", "none")

    def close(self) -> None:
        """End the zygote, and with it everything that it started. May be called twice."""
        while self._ahead:
            ahead = self._ahead.popleft()
            ahead.abandon()
            if ahead.group is not None:
                self._old_groups.append(ahead.group)
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)
        deadline = time.monotonic() + GROUPS_TIMEOUT_S
        while self._old_groups and time.monotonic() < deadline:
            self._old_groups = [group for group in self._old_groups if not group.remove()]
            time.sleep(0.01)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _same_confinement(one: Limits, other: Limits) -> bool:
    """Whether a process made for `one` serves for `other`: the time limits are not the process's."""
    times = {"wall_s": 0.0, "cell_wall_s": 0.0, "test_case_wall_s": 0.0}
    return msgspec.structs.replace(one, **times) == msgspec.structs.replace(other, **times)
