"""Try a bundle on one submission in a container like Gradescope's, without uploading it.

The tree of the container is laid out in a new folder, as "Autograder Specifications" describes it: the bundle
unpacked in `source`, what was handed in in `submission` (a zip is opened, as the platform does), empty
`results`. `setup.sh` of the bundle runs in it; its network part is left out, and the packages that are
installed here are used instead, but notegrad is the wheel of the bundle. `run_autograder` then runs as the
platform runs it (see simulated_container).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

import notegrad
from notegrad.errors import InputError
from notegrad.gradescope.autograder import ContainerPaths
from notegrad.gradescope.simulated_container import CpuGroup
from notegrad.intake.archives import is_archive, read_archive
from notegrad.intake.unreadable import UnreadableError
from notegrad.messages import Message
from notegrad.records import Record

PLATFORM_TIMEOUT_S = 600.0
TIMED_OUT = 124  # as timeout(1) says it
_ENTER = (  # ours, whichever is installed
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    "from notegrad.gradescope.simulated_container import main; main(sys.argv[1:])"
)
_FIRST_ATTEMPT = {
    "id": 1,
    "created_at": "2026-01-10T10:00:00.000000+01:00",
    "assignment_id": None,
    "assignment": {"due_date": "2026-01-12T23:59:00.000000+01:00", "group_size": None, "late_due_date": None},
    "users": [{"id": 1, "name": "Essai", "email": "essai@example.org", "sid": None}],
    "previous_submissions": [],
}


class Machine(Record, frozen=True, kw_only=True):
    """The part of a machine that the container may use; by default the smallest that the platform offers."""

    memory_mb: int = 768
    cores: float = 0.5


class ContainerUsage(Record, frozen=True, kw_only=True):
    """The usage of one command; `peak_mb` None: this user may make no container, and nothing was limited."""

    status: int
    wall_s: float
    peak_mb: float | None
    out_of_memory: bool


class SimulatedRun(Record, frozen=True, kw_only=True):
    """One run in the container: `document` is results.json as parsed, None where it is no JSON object."""

    document: dict[str, Any] | None
    stdout: str
    setup_s: float
    usage: ContainerUsage
    tree: str = ""

    @property
    def score(self) -> float | None:
        """The score that the platform would show; None where it would show an error of the autograder."""
        if self.document is None:
            return None
        if isinstance(self.document.get("score"), int | float):
            return float(self.document["score"])
        scores = [test.get("score") for test in self.document.get("tests", [])]
        return float(sum(scores)) if scores and all(s is not None for s in scores) else None

    def summary(self) -> list[Message | str]:
        """Lines for the course author."""
        ours = (self.document or {}).get("extra_data", {}).get("notegrad", {})
        score: Message | str = Message("simulate_no_score") if self.score is None else f"{self.score:g}"
        if self.score is not None and "max_score" in ours:
            score = Message("simulate_score", score=self.score, max_score=ours["max_score"])
        peak = self.usage.peak_mb
        memory = Message("simulate_unlimited") if peak is None else Message("simulate_peak", peak_mb=peak)
        tier = ours.get("tier") or Message("simulate_none")
        lines: list[Message | str] = [
            Message("simulate_results", score=score, status=ours.get("status", "?"), tier=tier),
            Message("simulate_setup", seconds=self.setup_s),
            Message("simulate_ran", seconds=self.usage.wall_s, memory=memory),
        ]
        if peak is None:
            lines.append(Message("simulate_uncontained"))
        if self.score is None and self.stdout.strip():
            lines += [Message("simulate_printed"), self.stdout.strip()[-4000:]]
        return [*lines, Message("simulate_kept", tree=self.tree)] if self.tree else lines


def simulate_run(
    bundle: Path, submission: Path, *, metadata: Path | None, machine: Machine, keep: Path | None = None
) -> SimulatedRun:
    """Lay out, set up, run. Raises InputError for a bundle or a folder that cannot be used."""
    with container(bundle, keep=keep) as prepared:
        run = prepared.run(submission, metadata=metadata, machine=machine)
    return msgspec.structs.replace(run, tree=str(keep)) if keep else run


@contextlib.contextmanager
def container(bundle: Path, *, keep: Path | None = None) -> Iterator[PreparedContainer]:
    """A container's tree with a bundle set up in it, for as many runs as wanted.

    Raises InputError where `keep` is there already, or where the bundle cannot be set up.
    """
    if keep is not None and keep.exists():
        raise InputError(Message("keep_exists", keep=keep))
    tree = keep.absolute() if keep else Path(tempfile.mkdtemp(prefix="notegrad-gradescope-"))
    try:
        tree.mkdir(parents=True, exist_ok=True)
        tree.chmod(0o755)  # student code has a uid of its own and reads Python below it
        yield PreparedContainer(bundle, tree)
    finally:
        if keep is None:
            shutil.rmtree(tree, ignore_errors=True)


class PreparedContainer:
    """An image: the bundle unpacked and set up in `tree`."""

    def __init__(self, bundle: Path, tree: Path) -> None:
        self.paths = ContainerPaths(root=tree / "autograder")
        self._venv = tree / "opt" / "notegrad"
        self._home = tree / "root"
        self._home.mkdir(mode=0o700)
        _unpack(bundle, self.paths.source)
        shutil.copy2(self.paths.source / "run_autograder", self.paths.root / "run_autograder")
        started = time.monotonic()
        self._set_up()
        self.setup_s = time.monotonic() - started

    def _set_up(self) -> None:
        environment = {
            **self._environment(),
            "NOTEGRAD_PACKAGES": sysconfig.get_path("purelib"),
            "NOTEGRAD_PYTHON": getattr(sys, "_base_executable", sys.executable),
        }
        done = subprocess.run(
            ["bash", str(self.paths.source / "setup.sh")],  # noqa: S607 (as the platform calls it)
            env=environment, cwd=self.paths.root, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            said = (done.stdout + done.stderr).strip()[-2000:]
            raise InputError(Message("setup_failed", said=said))

    def run(self, submission: Path, *, metadata: Path | None = None, machine: Machine) -> SimulatedRun:
        """One submission, in a container of its own."""
        paths = self.paths
        for folder in (paths.submission, paths.results.parent):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        _hand_in(submission, paths.submission)
        known = metadata.read_bytes() if metadata else json.dumps(_FIRST_ATTEMPT).encode()
        paths.metadata.write_bytes(known)
        usage = self.execute(["bash", str(paths.root / "run_autograder")], machine)
        return SimulatedRun(
            document=_document(paths.results),
            stdout=(paths.results.parent / "stdout").read_text("utf-8", "replace"),
            setup_s=self.setup_s,
            usage=usage,
        )

    def execute(self, command: list[str], machine: Machine) -> ContainerUsage:
        """Run a command in the container, its output in `results/stdout`; contained where we may."""
        group = CpuGroup(memory_mb=machine.memory_mb, cores=machine.cores) if os.geteuid() == 0 else None
        if group is not None:
            enter = [sys.executable, "-P", "-c", _ENTER, str(Path(notegrad.__file__).resolve().parents[1])]
            command = [*enter, msgspec.json.encode(group.folders).decode(), *command]
        started = time.monotonic()
        try:
            status = self._wait(command)
            return ContainerUsage(
                status=status,
                wall_s=time.monotonic() - started,
                peak_mb=group.peak_mb() if group else None,
                out_of_memory=group.was_out_of_memory() if group else False,
            )
        finally:
            if group is not None:
                group.remove()

    def _wait(self, command: list[str]) -> int:
        with (self.paths.results.parent / "stdout").open("wb") as stdout:
            process = subprocess.Popen(
                command, env=self._environment(), cwd=self.paths.root, stdin=subprocess.DEVNULL,
                stdout=stdout, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                return process.wait(PLATFORM_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                return TIMED_OUT
            finally:  # the container's first process takes its pid namespace with it
                process.kill()
                process.wait()

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._home),
            "NOTEGRAD_AUTOGRADER": str(self.paths.root),
            "NOTEGRAD_VENV": str(self._venv),
        }


def _unpack(bundle: Path, source: Path) -> None:
    source.mkdir(parents=True)
    try:
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(source)
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(Message("no_zip", bundle=bundle, error=error)) from None
    lacking = [name for name in ("setup.sh", "run_autograder") if not (source / name).is_file()]
    if lacking:
        raise InputError(Message("bundle_lacks", bundle=bundle, lacking=lacking[0]))


def _hand_in(submission: Path, folder: Path) -> None:
    """Lay down what a student uploads: a folder's files, a zip's members, or the one file."""
    if submission.is_dir():
        shutil.copytree(submission, folder, dirs_exist_ok=True, symlinks=True)
        return
    data = submission.read_bytes()
    if is_archive(data):
        with contextlib.suppress(UnreadableError):  # the platform keeps what it cannot open
            for member in read_archive(data):
                target = folder / member.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(member.data)
            return
    (folder / submission.name).write_bytes(data)


def _document(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None
