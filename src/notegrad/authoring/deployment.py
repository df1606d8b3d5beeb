"""Adds to a bundle what runs it on Gradescope: two scripts, our wheel, and the files that these read.

| in the zip             | what                                                                        |
|------------------------|-----------------------------------------------------------------------------|
| `setup.sh`             | run once, with network: installs what grading needs                         |
| `run_autograder`       | run for each submission, without network                                    |
| `notegrad-*.whl`       | the notegrad that built the bundle                                          |
| `constraints.txt`      | the versions that were tested, for pip                                      |
| `pip_options.txt`      | the course's `gradescope.pip_options`, a word a line                        |
| `hard_limit_s.txt`     | seconds after which `run_autograder` stops the grader                       |
| `not_graded.json`      | what `results.json` is until there is a result: a sentence, and no score    |

Plain otter ignores all of it.
"""

from __future__ import annotations

import io
import shlex
import zipfile
from pathlib import Path

from notegrad.authoring.wheel import own_wheel
from notegrad.course.container_limits import hard_limit_s
from notegrad.messages import translate
from notegrad.records import Submission
from notegrad.results.gradescope_json import to_gradescope, to_json
from notegrad.settings import GradescopeSettings
from notegrad.ungraded import not_graded_result

PROGRAMS = ("setup.sh", "run_autograder")
_COPIED = (*PROGRAMS, "constraints.txt")
_HERE = Path(__file__).resolve().parent / "autograder"


def deployment(settings: GradescopeSettings, slug: str, language: str) -> dict[str, bytes]:
    """The files by name; raises BuildError where our own wheel cannot be made."""
    name, wheel = own_wheel()
    options = "".join(f"{word}\n" for word in shlex.split(settings.pip_options))
    return {
        **{copied: (_HERE / copied).read_bytes() for copied in _COPIED},
        name: wheel,
        "pip_options.txt": options.encode(),
        "hard_limit_s.txt": f"{hard_limit_s(settings.timeout_minutes):.0f}\n".encode(),
        "not_graded.json": _not_graded(slug, language),
    }


def without_package(bundle: bytes) -> bytes:
    """A bundle's names and contents but for our own wheel and scripts: what its assignment's sources give."""
    ours = (*_COPIED, "not_graded.json")
    try:
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            names = sorted(n for n in archive.namelist() if n not in ours and not n.endswith(".whl"))
            return b"".join(f"{name}\0".encode() + archive.read(name) + b"\0" for name in names)
    except zipfile.BadZipFile:
        return bundle


def _not_graded(slug: str, language: str) -> bytes:
    reason = translate("not_graded", language, reason=translate("grader_stopped", language))
    blank = not_graded_result(Submission(id=slug, student=""), slug, reason, None)
    return to_json(to_gradescope(blank, language=language))
