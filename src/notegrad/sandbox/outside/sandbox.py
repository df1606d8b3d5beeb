"""The sandbox keeps a zygote warm, and opens a run for each submission.

    with Sandbox.start(limits, "auto") as sandbox, sandbox.open(cells, files, seed, questions) as run:
        report = run.run_notebook()
        sock = run.fork("q01")          # serves the mirror over the executed notebook
        run.discard(sock)

A failure of ours raises SandboxError; whatever the submission does ends in the RunReport, or in
NotebookGoneError (notebook_run.py).
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from notegrad.errors import SandboxError, SandboxUnavailableError
from notegrad.messages import Message
from notegrad.records import Limits, Protection, SandboxMode
from notegrad.sandbox.outside import cgroups, launch
from notegrad.sandbox.outside.forked_run import ForkedRun
from notegrad.sandbox.outside.notebook_run import NotebookRun
from notegrad.sandbox.outside.process_tree import ProcessTree
from notegrad.sandbox.outside.stepped_run import SteppedRun
from notegrad.sandbox.outside.tree_supply import TreeSupply
from notegrad.sandbox.protocol import NotebookJob
from notegrad.sandbox.walls import device_access, tiers

TREES_AHEAD = 2
SERVER = "notegrad.mirror:serve"


class Sandbox:
    """A warm zygote; make one with `start`, use it for many submissions, from one thread at a time."""

    def __init__(
        self,
        zygote: launch.RunningZygote,
        limits: Limits,
        *,
        mode: SandboxMode,
        device: str,
        ahead: bool,
        uses_groups: bool,
    ) -> None:
        self.tier = zygote.ready.tier
        self.mode = mode
        self.device = device
        self._limits = limits
        self._process = zygote.process
        self._control = zygote.control
        self._scratch = zygote.scratch
        parents = cgroups.find_parents() if uses_groups and self.tier != "none" else None
        self.protections = (*zygote.ready.protections, _row_of_groups(parents))
        # A process that is spoilt is followed by another at once; a GPU holds few that wait.
        ready = 1 if mode == "fork" or device_access.is_cuda(device) else TREES_AHEAD
        self._supply = TreeSupply(
            zygote.control,
            parents,
            device=device,
            ahead=ready if ahead else 0,
            # no pid namespace ends a submission's processes there
            sweeps=self.tier in ("no-namespaces", "none"),
        )

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
        hidden_paths: Sequence[str] = (),
        forked: launch.StartedZygote | None = None,
    ) -> Self:
        """Start the zygote and wait until it is warm (some 3 s).

        `tier` is the weakest accepted one. `limits` hold where `open` names none. `server`
        ("module:function") serves the forks; `server_path` is added to sys.path while it is imported.
        `ahead`: make the next submission's process while one is being graded. `require` names protections
        that must be in force besides those of the tier. `without` names protections to leave off (landlock,
        seccomp, cgroup, network, processes): with `unsafe` only, and only to show what each of them stops.
        `mode` "stepped": no process is forked once it runs student code, which a `device` other than the CPU
        needs (stepped_run.py); `memory_fraction` is the part of a GPU's memory that one process may take.
        `leave_out`: what not to warm (optional_libraries.PARTS), where one submission is graded in little
        memory and time. `hidden_paths`: files and folders of the course and of its results; they are
        closed where they lie below what student code may read, such as /usr or Python's own folder.
        `forked`: a zygote that was forked from this process before it had read anything (shared_start.py);
        for the CPU only.

        Raises SandboxUnavailableError if the machine cannot give the tier or a required protection, or
        cannot hide a path; SandboxError if the zygote does not start.
        """
        if without and not unsafe:
            raise SandboxError(Message("sandbox_without"))
        settings = launch.Request(
            tier=tier,
            unsafe=unsafe,
            server=server,
            server_path=server_path,
            without=tuple(without),
            device=device,
            memory_fraction=memory_fraction,
            leave_out=tuple(leave_out),
            hidden_paths=tuple(hidden_paths),
        )
        sandbox = cls(
            launch.start_zygote(settings, forked),
            limits,
            mode="fork" if mode == "fork" and device == device_access.CPU else "stepped",
            device=device,
            ahead=ahead,
            uses_groups="cgroup" not in without,
        )
        missing = tiers.missing(sandbox.protections, require)
        if missing:
            sandbox.close()
            said = Message("sandbox_required", missing=", ".join(missing), tier=sandbox.tier)
            raise SandboxUnavailableError(said)
        return sandbox

    def open(
        self,
        cells: Sequence[str],
        files: Sequence[tuple[str, bytes]] = (),
        seed: int = 0,
        questions: Sequence[str] = (),
        limits: Limits | None = None,
        *,
        shares_state: bool = False,
    ) -> NotebookRun:
        """Take a confined process for one submission; nothing of it runs before `run_notebook`.

        `shares_state`: one process answers all questions, and goes on with the state that they leave.

        Raises SandboxError where none can be had.
        """
        stepped = shares_state or self.mode == "stepped"
        job = NotebookJob(
            cells=tuple(cells),
            files=tuple(files),
            questions=tuple(dict.fromkeys(questions)),
            seed=seed,
            limits=self._limits if limits is None else limits,
            stepped=stepped,
            shares_state=shares_state,
        )
        return SteppedRun(self, job) if stepped else ForkedRun(self, job)

    def new_tree(self, limits: Limits) -> ProcessTree:
        """A process tree for one run of a notebook. Raises SandboxError where none can be had."""
        return self._supply.new_tree(limits)

    def end(self, tree: ProcessTree) -> None:
        """Kill a process tree, and remove its control group once the kernel lets it go."""
        self._supply.end(tree)

    def close(self) -> None:
        """End the zygote, and with it everything that it started. May be called twice."""
        self._supply.abandon()
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._supply.wait_for_groups()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _row_of_groups(parents: cgroups.Parents | None) -> Protection:
    detail = "one memory and process limit for all of a submission"
    if parents is not None:
        detail = f"version {parents.version}: {detail}"
    return Protection(name="cgroup", active=parents is not None, detail=detail)
