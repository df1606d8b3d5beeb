"""The fast tests on several Pythons, with the lowest and the newest dependencies: `python -m tests.programs.matrix [ROW]...`.

A row is called as `3.11-lowest`. Each has a virtual environment of its own below `.venv-matrix/`, made anew where
its requirements changed. `lowest` installs exactly the floors that pyproject.toml names, `newest` whatever pip
takes. What could not be tried is said, with the reason; the exit status is 1 where a row that was tried failed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".venv-matrix"
PYTHONS = ("3.11", "3.12", "3.13")
ENDS = ("lowest", "newest")
EXTRAS = ("test", "cluster")  # what the fast tests import
FAST = "not slow and not parity and not container and not gpu"
MIN_FREE_GB = 8  # a CUDA build of torch, with what it needs
SHOWN = ("torch", "numpy", "ipython", "otter-grader", "msgspec", "matplotlib")
KEPT_LINES = 15  # of an output that says why a row failed


class Row(NamedTuple):
    """One interpreter with one end of the ranges that pyproject.toml allows."""

    python: str
    end: str

    @property
    def name(self) -> str:
        return f"{self.python}-{self.end}"


class Outcome(NamedTuple):
    """How a row went: `passed`, `FAILED` or `skipped`, and what is to know of it."""

    verdict: str
    what: str
    versions: str = ""


def main(names: Sequence[str]) -> int:
    """Try the rows that are named, or all; print a table. The exit status is 1 where one failed, 2 on bad usage."""
    rows = {row.name: row for row in (Row(python, end) for python in PYTHONS for end in ENDS)}
    unknown = [name for name in names if name not in rows]
    if unknown:
        print(f"there is no row {', '.join(unknown)}; the rows are {', '.join(rows)}", file=sys.stderr)
        return 2
    outcomes = {name: tried(rows[name]) for name in names or rows}
    print()
    for name, outcome in outcomes.items():
        print(f"{name:12} {outcome.verdict:8} {outcome.what}")
        if outcome.versions:
            print(f"{'':21} {outcome.versions}")
    return int(any(outcome.verdict == "FAILED" for outcome in outcomes.values()))


def tried(row: Row) -> Outcome:
    """Install a row and run the fast tests in it."""
    interpreter = find_python(row.python)
    if interpreter is None:
        return Outcome("skipped", f"there is no Python {row.python} on this machine")
    place = FOLDER / row.name
    wanted = requirements(row.end)
    try:
        if not is_installed(place, wanted):
            free_gb = shutil.disk_usage(ROOT).free / 1e9
            if free_gb < MIN_FREE_GB:
                return Outcome("skipped", f"{free_gb:.0f} GB of disk are free, {MIN_FREE_GB} are needed")
            install(place, interpreter, wanted)
    except subprocess.CalledProcessError as error:
        return Outcome("FAILED", f"not installed: {reason(error.stdout)}")
    print(f"{row.name}: running the fast tests", flush=True)
    started = time.monotonic()
    ran = subprocess.run(
        [place / "bin" / "python", "-m", "pytest", "-q", "-m", FAST, "-p", "no:cacheprovider"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = ran.stdout.strip().splitlines()
    if ran.returncode:
        print("\n".join(lines[-KEPT_LINES:]))
    took_s = time.monotonic() - started
    verdict = "FAILED" if ran.returncode else "passed"
    counts = lines[-1].strip("= ") if lines else f"pytest ended with status {ran.returncode}"
    return Outcome(verdict, f"{counts} ({took_s:.0f} s)", ", ".join(versions(place)))


def requirements(end: str) -> list[str]:
    """Requirements of the package, its fast tests and its build, at that end of what pyproject.toml allows."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = document["project"]
    extras = [line for extra in EXTRAS for line in project["optional-dependencies"][extra]]
    named: list[str] = [*project["dependencies"], *extras, *document["build-system"]["requires"]]
    return [floor(Requirement(line)) for line in named] if end == "lowest" else named


def floor(requirement: Requirement) -> str:
    """The lowest release that a requirement allows, as a requirement. Raises ValueError where it names none."""
    floors = [part.version for part in requirement.specifier if part.operator in (">=", "==", "~=")]
    if len(floors) != 1:
        raise ValueError(f"{requirement} names no lowest release")
    return f"{requirement.name}=={floors[0]}"


def find_python(version: str) -> Path | None:
    """The interpreter of that version: on the PATH, or one of pyenv's. None where there is none that runs."""
    on_path = shutil.which(f"python{version}")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    candidates = [Path(on_path)] if on_path else []
    for candidate in [*candidates, *sorted(pyenv.glob(f"{version}.*/bin/python"))]:
        says = [candidate, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
        ran = subprocess.run(says, capture_output=True, text=True, check=False)
        if ran.stdout.strip() == version:
            return candidate
    return None


def is_installed(place: Path, wanted: Sequence[str]) -> bool:
    """Whether the environment was made to its end, with these requirements."""
    stamp = place / "requirements.txt"
    return stamp.is_file() and stamp.read_text(encoding="utf-8").split("\n") == list(wanted)


def install(place: Path, interpreter: Path, wanted: Sequence[str]) -> None:
    """Make the environment anew. Raises CalledProcessError where pip cannot install into it."""
    shutil.rmtree(place, ignore_errors=True)
    run([interpreter, "-m", "venv", place])
    pip: list[str | Path] = [place / "bin" / "python", "-m", "pip", "install", "--progress-bar", "off"]
    print(f"{place.name}: installing into {place.relative_to(ROOT)}", flush=True)
    run([*pip, *wanted])
    run([*pip, "--no-deps", "--editable", ROOT])
    (place / "requirements.txt").write_text("\n".join(wanted), encoding="utf-8")


def run(command: Sequence[str | Path]) -> str:
    """The output of a command. Raises CalledProcessError, with the output, where it fails."""
    return subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
    ).stdout


def reason(output: str) -> str:
    """The line in which pip says why it cannot go on."""
    errors = [line for line in output.splitlines() if re.match(r"\s*(ERROR|error):?", line)]
    return (errors or output.strip().splitlines() or ["no output"])[-1].strip()


def versions(place: Path) -> Iterator[str]:
    """What decides results in that environment, with its version."""
    program = "import platform, sys; from importlib.metadata import version\n"
    program += (
        "print('Python', platform.python_version(), *(f'{n} {version(n)}' for n in sys.argv[1:]), sep='\\n')"
    )
    name, number, *others = run([place / "bin" / "python", "-c", program, *SHOWN]).splitlines()
    yield f"{name} {number}"
    yield from others


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
