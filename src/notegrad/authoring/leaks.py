"""Proves that a student bundle holds no hidden test and no solution, before it is written.

Every string of every file is searched: sources, prose, outputs, metadata, data files. White space and the
kind of quotes do not count. A secret is a line that checks something in a hidden test, two lines of it in a
row, a long line of it, or all lines of an answer: a lesson may share a short line (`x = torch.ones(3)`) with
a hidden test, and one line of several with an answer. What visible tests say is no secret. Text that was
encoded (compressed, base64) is not found.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

from notegrad.authoring.notebook_bytes import text
from notegrad.authoring.testfiles import TestSource
from notegrad.errors import BuildError
from notegrad.messages import Message
from notegrad.records import Record

MIN_CHARACTERS = 10  # without blanks; `return x + y` has 9, and such a line is in every lesson
LONG_CHARACTERS = 40  # a line this long is nobody's coincidence

STAFF_FILES = ("answers.yml", "answers.yaml", "notegrad.json", "otter_config.json", "otter_config.yml")

_CHECKS = re.compile(r"assert|raises\(|expect\.")
_MARKER = re.compile(r"#\s*(BEGIN |END )?SOLUTION( NO PROMPT)?\s*$")


class Secret(Record, frozen=True, kw_only=True):
    """Fragments that must not all stand in one string; `what` and `line` are for the author."""

    what: Message
    line: str
    fragments: tuple[str, ...]


def refuse_leaks(
    student: Mapping[str, bytes], secrets: Sequence[Secret], *, allowed: Sequence[str] = ()
) -> None:
    """Raise BuildError with the file, the place in it and the line, where a student could read a secret.

    `allowed`: lines that the author wants students to have, although a hidden test or an answer has them too.
    """
    free = {_squeeze(line) for line in allowed}
    secrets = [secret for secret in secrets if _squeeze(secret.line) not in free]
    for name, content in student.items():
        if PurePosixPath(name).name in STAFF_FILES:
            raise BuildError(Message("leak_of_staff", name=name))
        for place, string in _strings(name, content):
            squeezed = _squeeze(string)
            for secret in secrets:
                if all(fragment in squeezed for fragment in secret.fragments):
                    line = secret.line.strip()
                    facts = {"place": f"{name}{place}", "line": line, "quoted": shlex.quote(line)}
                    raise BuildError(Message("leak_reword", what=secret.what, **facts))


def secrets_of_tests(tests: Iterable[TestSource]) -> list[Secret]:
    """Return what hidden test cases say and visible ones do not."""
    tests = list(tests)
    visible = _squeeze("\n".join(c.body for t in tests for c in t.cases if not c.hidden))
    secrets = []
    for test in tests:
        for case in test.cases:
            if case.hidden:
                what = Message("secret_of_test", name=case.name, question=test.question)
                secrets += [s for s in _secrets_of_case(what, case.body) if s.fragments[0] not in visible]
    return secrets


def secrets_of_solution(solution: bytes) -> list[Secret]:
    """Return what the answer of each cell says, as otter will strip it from otter's solution notebook."""
    from otter.assign.solutions import OTTER_INCLUDE_TAG, SOLUTION_CELL_TAG, replace_solutions

    secrets = []
    for number, cell in enumerate(json.loads(solution)["cells"], 1):
        tags = cell["metadata"].get("tags", [])
        if SOLUTION_CELL_TAG not in tags or (cell["cell_type"] == "markdown" and OTTER_INCLUDE_TAG in tags):
            continue  # text that the author wants students to have
        lines = text(cell["source"]).splitlines()
        kept = replace_solutions(lines, "python") if cell["cell_type"] == "code" else []
        removed = [_MARKER.sub("", line) for line in lines if line not in kept]
        telling = [line for line in removed if _telling(line)]
        if telling:
            what = Message("secret_of_solution", number=number)
            fragments = tuple(_squeeze(line) for line in telling)
            secrets.append(Secret(what=what, line=telling[0], fragments=fragments))
    return secrets


def _secrets_of_case(what: Message, body: str) -> Iterator[Secret]:
    lines = [line for line in body.splitlines() if not line.lstrip().startswith(("import ", "from "))]
    for line in lines:
        squeezed = _squeeze(line)
        if _telling(line) and (_CHECKS.search(line) or len(squeezed) >= LONG_CHARACTERS):
            yield Secret(what=what, line=line, fragments=(squeezed,))
    for first, second in pairwise(lines):
        if _telling(first) and _telling(second):
            yield Secret(what=what, line=first, fragments=(_squeeze(first + second),))


def _telling(line: str) -> bool:
    return len(_squeeze(line)) >= MIN_CHARACTERS


def _squeeze(string: str) -> str:
    return "".join(string.split()).replace('"', "'")


def _strings(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Yield every string of a file and where it stands: in JSON each by itself, elsewhere all as one."""
    if name.endswith((".ipynb", ".json")):
        try:
            yield from _json_strings(json.loads(content), "")
        except ValueError:
            pass
        else:
            return
    yield "", content.decode("utf-8", errors="replace")


def _json_strings(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        yield place, "".join(value)
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _json_strings(item, f"{place} {number}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield f"{place}, a key of it,", str(key)
            yield from _json_strings(item, f"{place}, {key}")
