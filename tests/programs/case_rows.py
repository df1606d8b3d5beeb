"""The rows of the table of cases: what each input of tests/cases is asked to give, and the command that gives it."""

from __future__ import annotations

import csv
import json
import logging
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from notegrad.records import Record

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests" / "cases"
TP1, TP2 = (ROOT / "autograder" / f"{slug}.zip" for slug in ("tp1-tenseurs", "tp2-memoire"))
NOTES = "Note TP2"
LOGGER = logging.getLogger(__name__)


class Row(Record, frozen=True, kw_only=True):
    """One line of the table: `got` gives a text in a scratch folder, which `asked` (an expression) has to match whole."""

    case: str
    asked: str
    got: Callable[[Path], str]


class Done(NamedTuple):
    """What a command left: its exit status and what it printed."""

    status: int
    stdout: str
    stderr: str


def notegrad(*arguments: object, cwd: Path) -> Done:
    """Runs the command as a teacher does."""
    command = [sys.executable, "-m", "notegrad", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, errors="replace", check=False)
    return Done(done.returncode, done.stdout, done.stderr.strip())


def results_of(place: Path, bundle: Path, *given: object) -> list[dict[str, Any]]:
    """The results that `notegrad grade` gives, in `place`/out."""
    done = notegrad("grade", bundle, *given, "--out", "out", "--json", cwd=place)
    if not done.stdout:
        raise RuntimeError(done.stderr or f"status {done.status}, and nothing was printed")
    found: list[dict[str, Any]] = json.loads(done.stdout)["results"]
    for result in found:
        for case in (case for question in result["questions"] for case in question["test_cases"]):
            if case["outcome"] != "passed":
                LOGGER.info("%s: %s", result["submission"], case)
    return found


def scores(place: Path, bundle: Path, *given: object) -> str:
    """Each submission with its score, and whether a choice was told."""
    return ", ".join(
        f"{result['submission']} {_score(result)}" for result in results_of(place, bundle, *given)
    )


def _score(result: dict[str, Any]) -> str:
    if result["status"] != "graded":
        return str(result["status"])
    return f"{result['score']:g}/{result['max_score']:g}{', told' if result.get('notes') else ''}"


def graded(bundle: Path, *cases: str) -> Callable[[Path], str]:
    """The scores of these inputs."""
    return lambda place: scores(place, bundle, *(CASES / case for case in cases))


def on_gradescope(case: str) -> Callable[[Path], str]:
    """The score of an input in a container like the platform's, and whether a choice was told there."""

    def got(place: Path) -> str:
        done = notegrad(
            "gradescope", "--simulate", TP2, CASES / case, "--memory-mb", 1024, "--keep", "box", cwd=place
        )
        path = place / "box" / "autograder" / "results" / "results.json"
        if not path.is_file():
            return done.stderr or done.stdout
        document = json.loads(path.read_text())
        total = sum(test.get("score", 0) for test in document["tests"])
        score = document.get("score", total)
        told = ".ipynb" in document.get("output", "")
        return f"{score:g}/20{', told' if told else ''}"

    return got


def built(case: str) -> Callable[[Path], str]:
    """What `notegrad build` says of a course: refused, or the score of its solution."""

    def got(place: Path) -> str:
        course = place / "course"
        shutil.copytree(CASES / case, course)
        done = notegrad("build", cwd=course)
        if done.status:
            hidden = " (and student/ was written)" if (course / "student").exists() else ""
            return f"refused{hidden}: {done.stderr}".replace(str(course), "")
        solution = re.search(r"solution (\S+),", done.stdout)
        return f"built, solution {solution[1] if solution else '?'}"

    return got


def built_and_graded(case: str, *cases: str) -> Callable[[Path], str]:
    """The scores of inputs with the bundle of a course of its own."""

    def got(place: Path) -> str:
        said = built(case)(place)
        bundle = place / "course" / "autograder" / "tp0.zip"
        return scores(place, bundle, *(CASES / one for one in cases)) if bundle.is_file() else said

    return got


def filled(
    export: str, roster: str | None, template: str, column: str = NOTES
) -> Callable[[Path], dict[str, list[str]]]:
    """By name, what a class's list has in a column once an export was graded."""

    def got(place: Path) -> dict[str, list[str]]:
        results_of(place, TP2, CASES / export, *(() if roster is None else ("--roster", str(CASES / roster))))
        done = notegrad(
            *("gradebook", "out", "--template", CASES / template, "--column", column, "--out", "list.csv"),
            cwd=place,
        )
        if done.status:
            raise RuntimeError(done.stderr)
        text = unicodedata.normalize("NFC", (place / "list.csv").read_text("utf-8-sig"))
        rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(f"{row.get('Prénom', '')} {row['Nom']}".strip(), []).append(row[column])
        return found

    return got


def grades(*given: Any, **options: Any) -> Callable[[Path], str]:
    """Each first name with its grade."""
    got = filled(*given, **options)
    return lambda place: ", ".join(
        f"{name.split()[0]} {float(values[0].replace(',', '.')):g}" for name, values in got(place).items()
    )


def count_of_grades(*given: Any, **options: Any) -> Callable[[Path], str]:
    """How many rows have a grade."""
    got = filled(*given, **options)
    return lambda place: f"{sum(bool(v) for values in got(place).values() for v in values)} grades"


def of_double(name: str, *given: Any) -> Callable[[Path], str]:
    """The grades in all rows of a student who is listed twice."""
    got = filled(*given)
    return lambda place: f"{name} {' and '.join(got(place)[name])}"


def messages(case: str, *, odd: str) -> Callable[[Path], str]:
    """The first sentence to a student that matches `odd`, or that there is none."""

    def got(place: Path) -> str:
        said = _said(results_of(place, TP2, CASES / case))
        return next((f"says: {text}" for text in said if re.search(odd, text)), "no odd sentence")

    return got


def says(case: str, *, what: str) -> Callable[[Path], str]:
    """The first sentence to a student that matches `what`, or that there is none."""

    def got(place: Path) -> str:
        said = _said(results_of(place, TP2, CASES / case))
        found = next((match[0] for text in said if (match := re.search(what, text))), None)
        return f"says {found}" if found else f"does not say it, but: {said[0] if said else 'nothing'}"

    return got


def _said(results: Sequence[dict[str, Any]]) -> list[str]:
    return [
        case["message"]
        for result in results
        for question in result["questions"]
        for case in question["test_cases"]
        if case.get("message")
    ]
