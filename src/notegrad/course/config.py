"""The course's configuration, `otter_config.yml`: read strictly; errors say where, and what was meant.

Every key is optional and an absent file means all defaults. What an assignment does not set, it takes
from the course; its limits, and what is said of lateness, are merged one by one.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from notegrad.course.yaml_document import YamlDocument
from notegrad.errors import ConfigError
from notegrad.marks.lateness import moment_of_due
from notegrad.marks.moments import time_of, zone_of
from notegrad.messages import Message
from notegrad.records import Record
from notegrad.settings import AssignmentSettings, LateSettings, PromptWords, QuestionSettings

CONFIG_NAME = "otter_config.yml"
MAX_GRACE_MINUTES = 7 * 24 * 60
MAX_TIMEOUT_MINUTES = 40  # the longest that Gradescope allows

_SECTIONS = ("assignments", "gradescope", "late", "limits", "prompts", "questions", "sandbox")
_MERGED = ("late", "limits")  # one by one: an assignment adds its own due date to what holds for all
_OF_THE_COURSE_ALONE = ("assignments", "prompts", "title")
_NO_KEYS = (
    "slug",  # what the settings of an assignment stand under
    "handout",  # read from the master notebook
    "others",  # and from those of the other assignments
)


class Config(Record, frozen=True, kw_only=True):
    """The course: `root` is the folder that holds the file and the course's folders.

    `course` holds for assignments that the file does not list; its slug is empty, its title the course's.
    """

    root: Path
    course: AssignmentSettings
    assignments: dict[str, AssignmentSettings]
    prompts: PromptWords = PromptWords()

    def settings(self, slug: str) -> AssignmentSettings:
        """Return what holds for one assignment, listed in the file or not."""
        unlisted = msgspec.structs.replace(self.course, slug=slug, title=slug)
        return self.assignments.get(slug, unlisted)


class _CourseFile(AssignmentSettings, frozen=True, kw_only=True):
    """The file's top level; `assignments` are checked one by one, so that errors can name them."""

    slug: str = ""
    title: str = ""
    assignments: dict[str, Any] = {}
    prompts: PromptWords = PromptWords()


def load_config(path: Path | None = None) -> Config:
    """Read a configuration file, or the nearest one from the working directory upwards.

    Without any the defaults hold. Raises ConfigError: file, line, the path in it, a suggestion.
    """
    if path is None:
        folder = Path.cwd()
        path = next((d / CONFIG_NAME for d in (folder, *folder.parents) if (d / CONFIG_NAME).is_file()), None)
        if path is None:
            return Config(root=folder, course=AssignmentSettings(slug="", title=""), assignments={})
    return parse_config(_read(path), path)


def parse_config(text: str, path: Path) -> Config:
    """Check the text of a configuration file that lies at `path`; raises ConfigError."""
    document = YamlDocument(text, path)
    data = _with_dates_as_texts(_without_empty_sections(document.data))
    document.refuse_unknown(data, _CourseFile, (), but=(*_NO_KEYS, "questions"))
    file = document.convert(data, _CourseFile, ())
    _check_values(document, file, ())
    shared = {key: value for key, value in data.items() if key not in _OF_THE_COURSE_ALONE}
    course = document.convert({**shared, "slug": "", "title": file.title}, AssignmentSettings, ())
    assignments = {slug: _assignment(document, shared, slug, raw) for slug, raw in file.assignments.items()}
    return Config(root=path.resolve().parent, course=course, assignments=assignments, prompts=file.prompts)


def _assignment(
    document: YamlDocument, shared: Mapping[str, Any], slug: str, raw: object
) -> AssignmentSettings:
    """The settings of an assignment: its own keys, else those that it shares with the course."""
    where = ("assignments", slug)
    own = _with_dates_as_texts(_without_empty_sections({} if raw is None else raw))
    if not isinstance(own, dict):
        document.fail(where, Message("yaml_keys_title"))
    for key in _MERGED:
        if not isinstance(own.get(key, {}), dict):
            such = "wall_s" if key == "limits" else "due"
            document.fail((*where, key), Message("yaml_keys_below", such=such))
    document.refuse_unknown(own, AssignmentSettings, where, but=_NO_KEYS)
    _check_questions(document, own.get("questions", {}), (*where, "questions"))
    given = {key: value for key, value in own.items() if value is not None}
    merged = {
        "title": slug,
        **shared,
        **given,
        "slug": slug,
        **{
            key: {**shared.get(key, {}), **own.get(key, {})} for key in _MERGED if key in shared or key in own
        },
    }
    settings = document.convert(merged, AssignmentSettings, where)
    _check_values(document, settings, where)
    return settings if settings.title else msgspec.structs.replace(settings, title=slug)


def _check_questions(document: YamlDocument, questions: object, where: Sequence[str]) -> None:
    """Refuse what no question can have; raises ConfigError."""
    if not isinstance(questions, dict):
        document.fail(where, Message("yaml_question_names"))
    for name, keys in questions.items():
        if not isinstance(keys, dict):
            document.fail([*where, name], Message("yaml_keys_judge"))
        document.refuse_unknown(keys, QuestionSettings, [*where, name])
        document.convert(keys, QuestionSettings, [*where, name])


def _without_empty_sections(data: Any) -> Any:
    """Drop sections of which every line is commented out; YAML reads them as null."""
    if not isinstance(data, dict):
        return data
    return {k: v for k, v in data.items() if v is not None or k not in _SECTIONS}


def _with_dates_as_texts(data: Any) -> Any:
    """The dates of `late` as texts: YAML makes a date of some, and leaves others."""
    if not isinstance(data, dict) or not isinstance(data.get("late"), dict):
        return data
    late = {k: str(v) if isinstance(v, date) else v for k, v in data["late"].items() if v is not None}
    return {**data, "late": late}


def _check_values(document: YamlDocument, settings: AssignmentSettings, where: Sequence[str]) -> None:
    """Refuse numbers and options that have the right type and no sense; raises ConfigError."""
    for name, value in msgspec.structs.asdict(settings.limits).items():
        if not (math.isfinite(value) and value > 0):
            document.fail([*where, "limits", name], Message("yaml_limit", value=value))
    _check_lateness(document, settings.late, [*where, "late"])
    minutes = settings.gradescope.timeout_minutes
    if not 2 <= minutes <= MAX_TIMEOUT_MINUTES:
        said = Message("yaml_minutes", top=MAX_TIMEOUT_MINUTES, value=minutes)
        document.fail([*where, "gradescope", "timeout_minutes"], said)
    try:
        shlex.split(settings.gradescope.pip_options)
    except ValueError as error:
        document.fail([*where, "gradescope", "pip_options"], Message("yaml_shell", error=str(error).lower()))


def _check_lateness(document: YamlDocument, late: LateSettings, where: Sequence[str]) -> None:
    """Refuse dates without a time or a zone, and numbers without sense; raises ConfigError."""
    zone = zone_of(late.timezone)
    if late.timezone and zone is None:
        document.fail([*where, "timezone"], Message("yaml_no_timezone", timezone=late.timezone))
    for key, text in (("due", late.due), ("cut_off", late.cut_off)):
        if text and time_of(text) is None:
            document.fail([*where, key], Message("yaml_no_day", text=text))
        if text and moment_of_due(text, late) is None:
            document.fail([*where, key], Message("yaml_which_timezone"))
    for key, value, top in (
        ("grace_minutes", late.grace_minutes, MAX_GRACE_MINUTES),
        ("percent_per_day", late.percent_per_day, 100),
    ):
        if not 0 <= value <= top:
            document.fail([*where, key], Message("yaml_number_to", top=top, value=value))
    due, cut_off = moment_of_due(late.due, late), moment_of_due(late.cut_off, late)
    if cut_off is not None and due is not None and cut_off < due:
        document.fail([*where, "cut_off"], Message("yaml_before_due", due=late.due))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(Message("config_missing", path=path, name=CONFIG_NAME)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(Message("config_unreadable", path=path, error=error)) from None
