"""The answer that `notegrad try` is given: a file, an id of `answers.yml`, or of a graded submission."""

from __future__ import annotations

from pathlib import Path

from notegrad.authoring.master import ASSIGNMENTS_DIR
from notegrad.batch.record_file import read_record, read_submission
from notegrad.course.answers import ANSWERS_NAME, read_answers
from notegrad.course.config import Config
from notegrad.errors import InputError
from notegrad.messages import Message, translate
from notegrad.results.writer import record_path
from notegrad.verify.trying.tried import GivenAnswer

_RUNS = "out"  # where the documentation has runs written to


def find_answer(config: Config, slug: str, named: str | None, run: Path | None) -> GivenAnswer:
    """Return the answer that is called `named`; without a name, the reference solution.

    `run` is the folder of a graded run; without it those below `out/` are looked at, the newest first.
    Raises InputError where there is no such answer, or it cannot be read.
    """
    language = config.settings(slug).language
    if named is None:
        return GivenAnswer(label=translate("try_solution", language))
    path = Path(named)
    if path.is_file():
        return _of_file(path, language)
    return _of_answers(config, slug, named) or _of_run(config, slug, named, run) or _refuse(named, language)


def _of_file(path: Path, language: str) -> GivenAnswer:
    try:
        data = path.read_bytes()
        if path.suffix == ".py":
            return GivenAnswer(label=path.name, code=data.decode("utf-8"))
    except OSError as error:
        raise InputError(Message("cannot_read_path", path=path, strerror=error.strerror)) from None
    except UnicodeDecodeError:
        raise InputError(translate("try_not_utf8", language, path=path)) from None
    return GivenAnswer(label=path.name, file=data, path=path.name)


def _of_answers(config: Config, slug: str, named: str) -> GivenAnswer | None:
    folder = Path(ASSIGNMENTS_DIR) / slug
    for question in read_answers(config.root / folder, folder / ANSWERS_NAME).values():
        codes = {a.id: a.code for a in question.accepted} | {r.id: r.code for r in question.rejected}
        if named in codes:
            return GivenAnswer(label=named, code=codes[named])
    return None


def _of_run(config: Config, slug: str, named: str, run: Path | None) -> GivenAnswer | None:
    runs = (
        [run]
        if run is not None
        else [p.parent for p in (config.root / _RUNS).glob("**/results") if p.is_dir()]
    )
    found = []
    for out in runs:
        record = out / record_path(named)
        stored = read_record(record) if ".." not in Path(named).parts and record.is_file() else None
        if stored is not None and stored.result.assignment == slug:
            found.append((record.stat().st_mtime, out))
    for _, out in sorted(found, reverse=True):
        submission = read_submission(out, named)
        if submission is not None:
            return GivenAnswer(label=named, submission=submission)
    return None


def _refuse(named: str, language: str) -> GivenAnswer:
    raise InputError(translate("try_no_answer", language, answer=named))
