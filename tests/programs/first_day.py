"""The first day of a course: from an empty folder and the wheel to a graded class, timed and counted.

`python -m tests.programs.first_day [en|fr]`: the session of docs/authoring.md, as an ordinary user where this
one is root. The wheel's files alone are what runs; its dependencies are those of the environment.
"""

from __future__ import annotations

import os
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from notegrad.authoring.wheel import own_wheel

PAGE = Path(__file__).parents[2] / "docs/authoring.md"
NAMES = {"en": ("physics", "hw1"), "fr": ("physique", "tp1")}
NOBODY = 65534


def session(language: str) -> list[list[str]]:
    """The commands of the page, in the language's words."""
    shown = PAGE.read_text("utf-8").partition("```console\n")[2].partition("```")[0]
    for english, word in zip(NAMES["en"], NAMES[language], strict=True):
        shown = shown.replace(english, word)
    shown = shown.replace("--lang en", f"--lang {language}")
    return [shlex.split(line.removeprefix("$ ")) for line in shown.splitlines() if line.startswith("$ ")]


def unpacked_wheel(folder: Path) -> Path:
    """A folder that holds what the wheel installs."""
    _, data = own_wheel()
    path = folder / "notegrad.whl"
    path.write_bytes(data)
    installed = folder / "installed"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(installed)
    return installed


def processor_s() -> float:
    """Processor seconds of all commands so far, and of what they started and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ordinary_user() -> dict[str, Any]:
    """What makes a process an ordinary user's; nothing where this one is, or where Python is root's alone."""
    as_user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    if os.getuid() != 0:
        return {}
    try:
        subprocess.run([sys.executable, "-c", ""], check=True, cwd="/", **as_user)
    except (OSError, subprocess.CalledProcessError):
        return {}
    return as_user


def follow(commands: list[list[str]], start: Path, installed: Path) -> Iterator[tuple[str, float, float]]:
    """Run the commands one after the other from an empty folder; yield each with seconds, and the processor's.

    Raises CalledProcessError for one that fails.
    """
    home = start / "home"
    home.mkdir()
    as_user = ordinary_user()
    if as_user:
        for path in (start, home):
            shutil.chown(path, NOBODY, NOBODY)
    environment = {**os.environ, "PYTHONPATH": str(installed), "HOME": str(home), "PYTHONSAFEPATH": "1"}
    folder = start
    for words in commands:
        if words[0] == "cd":
            folder /= words[1]
            continue
        started, used = time.monotonic(), processor_s()
        try:
            subprocess.run(
                [sys.executable, "-m", *words],
                cwd=folder,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
                **as_user,
            )
        except subprocess.CalledProcessError as error:
            error.add_note(error.stderr)
            raise
        yield shlex.join(words), time.monotonic() - started, processor_s() - used


def main() -> None:
    """Print a table of commands and seconds for each language."""
    for language in sys.argv[1:] or sorted(NAMES):
        with tempfile.TemporaryDirectory(prefix="notegrad-day-") as scratch:
            Path(scratch).chmod(0o755)
            installed = unpacked_wheel(Path(scratch))
            start = Path(scratch) / "empty"
            start.mkdir()
            total = 0.0
            who = "root" if os.getuid() == 0 and not ordinary_user() else "an ordinary user"
            print(f"| {language}, as {who} | seconds | of a processor |\n|---|---|---|")
            for command, seconds, processor in follow(session(language), start, installed):
                print(f"| `{command}` | {seconds:.1f} | {processor:.1f} |", flush=True)
                total += seconds
            print(f"| **all** | **{total:.0f}** | |\n")


if __name__ == "__main__":
    main()
