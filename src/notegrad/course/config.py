"""The course's configuration, `otter_config.yml`: read strictly; errors say where, and what was meant.

Every key is optional and an absent file means all defaults. What an assignment does not set, it takes
from the course; its limits are merged one by one.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, TypeVar, get_args, get_type_hints

import msgspec
import yaml

from notegrad.errors import ConfigError
from notegrad.messages import suggestion
from notegrad.records import GradescopeSettings, Limits, Record, SandboxMode, sandbox_mode

CONFIG_NAME = "otter_config.yml"
MAX_SEED = 2**32 - 1  # what numpy accepts

Language = Literal["fr", "en"]
Tier = Literal["auto", "full", "userns", "no-namespaces", "none"]
Requirement = Literal["landlock", "seccomp", "cgroup"]
Device = Annotated[str, msgspec.Meta(pattern=r"^(cpu|cuda(:\d+)?|sim|auto)$")]
Seed = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEED)]
R = TypeVar("R", bound=Record)

_SECTIONS = ("assignments", "gradescope", "limits", "sandbox")
MAX_TIMEOUT_MINUTES = 40  # the longest that Gradescope allows
_TYPE_WORDS = {
    "object": "keys below it",
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "null": "nothing",
}


class LimitsConfig(Limits, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The limits as a file gives them."""


class SandboxConfig(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The weakest confinement to accept; `auto` takes the strongest that the machine has.

    `require` lists protections that a tier has where the machine gives them, and that must be in force.
    `mode`: `fork` gives each question a process of its own; `stepped` (which was called `spawn`)
    never forks what runs student code, as GPUs need.
    """

    tier: Tier = "auto"
    require: tuple[Requirement, ...] = ()
    mode: Literal["fork", "stepped", "spawn"] = "fork"


class GradescopeConfig(GradescopeSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the bundle does on Gradescope, as a file gives it."""


class AssignmentConfig(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one assignment sets for itself; None means: as the course. `limits` are merged already."""

    title: str | None = None
    language: Language | None = None
    device: Device | None = None
    seed: Seed | None = None
    sandbox: SandboxConfig | None = None
    gradescope: GradescopeConfig | None = None
    limits: LimitsConfig = LimitsConfig()


class CourseConfig(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file's top level; `assignments` are checked one by one, so that errors can name them."""

    title: str = ""
    language: Language = "fr"
    device: Device = "cpu"
    seed: Seed = 0
    sandbox: SandboxConfig = SandboxConfig()
    gradescope: GradescopeConfig = GradescopeConfig()
    limits: LimitsConfig = LimitsConfig()
    assignments: dict[str, Any] = {}


class Settings(Record, frozen=True, kw_only=True):
    """Everything that is configured for one assignment, resolved."""

    slug: str
    title: str
    language: str
    device: str
    seed: int
    tier: str
    require: tuple[str, ...]
    mode: SandboxMode
    limits: Limits
    gradescope: GradescopeSettings = GradescopeSettings()


class Config(Record, frozen=True, kw_only=True):
    """The course: `root` is the folder that holds the file and the course's folders."""

    root: Path
    course: CourseConfig
    assignments: dict[str, AssignmentConfig]

    def settings(self, slug: str) -> Settings:
        """Return what holds for one assignment, listed in the file or not."""
        own = self.assignments.get(slug, AssignmentConfig(limits=self.course.limits))
        return Settings(
            slug=slug,
            title=own.title or slug,
            language=own.language or self.course.language,
            device=own.device or self.course.device,
            seed=self.course.seed if own.seed is None else own.seed,
            tier=(own.sandbox or self.course.sandbox).tier,
            require=(own.sandbox or self.course.sandbox).require,
            mode=sandbox_mode((own.sandbox or self.course.sandbox).mode),
            limits=Limits(**msgspec.structs.asdict(own.limits)),
            gradescope=GradescopeSettings(**msgspec.structs.asdict(own.gradescope or self.course.gradescope)),
        )


def load_config(path: Path | None = None) -> Config:
    """Read a configuration file, or the nearest one from the working directory upwards.

    Without any the defaults hold. Raises ConfigError: file, line, the path in it, a suggestion.
    """
    if path is None:
        folder = Path.cwd()
        path = next((d / CONFIG_NAME for d in (folder, *folder.parents) if (d / CONFIG_NAME).is_file()), None)
        if path is None:
            return Config(root=folder, course=CourseConfig(), assignments={})
    return parse_config(_read(path), path)


def parse_config(text: str, path: Path) -> Config:
    """Check the text of a configuration file that lies at `path`; raises ConfigError."""
    document = _Document(text, path)
    data = _without_empty_sections(document.data)
    course = document.convert(data, CourseConfig, ())
    _check_limits(document, course.limits, ("limits",))
    _check_gradescope(document, course.gradescope, ("gradescope",))
    base = data.get("limits", {})
    assignments = {}
    for slug, raw in course.assignments.items():
        where = ("assignments", slug)
        own = _without_empty_sections({} if raw is None else raw)
        if not isinstance(own, dict):
            document.fail(where, "expected keys below it, such as title or limits")
        if not isinstance(own.get("limits", {}), dict):
            document.fail((*where, "limits"), "expected keys below it, such as wall_s")
        merged = {**own, "limits": {**base, **own.get("limits", {})}}
        assignments[slug] = document.convert(merged, AssignmentConfig, where)
        _check_limits(document, assignments[slug].limits, (*where, "limits"))
        _check_gradescope(document, assignments[slug].gradescope, (*where, "gradescope"))
    return Config(root=path.resolve().parent, course=course, assignments=assignments)


class _Document:
    """A YAML file with its data and where each key stands."""

    def __init__(self, text: str, path: Path) -> None:
        self.path = path
        try:
            self._tree = yaml.compose(text, Loader=yaml.SafeLoader)
            self._checked: set[int] = set()
            self._check_keys(self._tree, ())
            self.data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f", line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or " ".join(str(error).split())
            msg = (
                f"{path}{line}: not valid YAML: {problem}; check the indentation and quotes around this line"
            )
            raise ConfigError(msg) from error
        except (ValueError, RecursionError) as error:  # a date that there is not, brackets without end
            problem = " ".join(str(error).split())[:200]
            raise ConfigError(f"{path}: not usable YAML: {problem}; put texts in quotes") from None
        if self.data is None:
            self.data = {}
        if not isinstance(self.data, dict):
            self.fail((), "expected keys such as title and limits, each on its own line")

    def convert(self, data: object, record: type[R], where: Sequence[str]) -> R:
        """Convert strictly; raises ConfigError that names the path of what is wrong."""
        try:
            return msgspec.convert(data, record)
        except msgspec.ValidationError as error:
            problem, _, inner = str(error).partition(" - at ")
            keys = [*where, *re.findall(r"\.(\w+)", inner)]
            self._explain(problem, data, record, keys, keys[len(where) :])

    def _explain(
        self, problem: str, data: Any, record: type[Record], keys: list[str], inner: list[str]
    ) -> NoReturn:
        unknown = re.match(r"Object contains unknown field `(.*)`", problem)
        if unknown:
            known = get_type_hints(_annotation(record, inner))
            name = unknown[1]
            self.fail([*keys, name], f"there is no such key{suggestion(name, known)}")
        for key in inner:
            data = data[key]
        annotation = _annotation(record, inner)
        choices = [c for a in (annotation, *get_args(annotation)) for c in get_args(a) if isinstance(c, str)]
        if choices and problem.startswith("Invalid enum value"):
            listed = ", ".join(choices)
            self.fail(keys, f"{data!r} is not one of {listed}{suggestion(str(data), choices)}")
        if "matching regex" in problem:
            self.fail(
                keys,
                f"{data!r} is no device; use cpu, cuda, cuda:N, sim or auto"
                f"{suggestion(data, ('cpu', 'cuda', 'sim', 'auto'))}",
            )
        for name, words in _TYPE_WORDS.items():
            problem = problem.replace(f"`{name}", f"`{words}")
        self.fail(keys, f"{problem[0].lower()}{problem[1:].replace('`', '')} (it says {data!r})")

    def fail(self, keys: Sequence[str], problem: str) -> NoReturn:
        """Raise ConfigError about the value at `keys`."""
        line = self._line(keys)
        place = f"{self.path}, line {line}" if line else f"{self.path}"
        dotted = ".".join(keys)
        raise ConfigError(f"{place}: {dotted}: {problem}" if dotted else f"{place}: {problem}")

    def _line(self, keys: Sequence[str]) -> int | None:
        node, line = self._tree, None
        for key in keys:
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            found = next(((k, v) for k, v in pairs if k.value == key), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        return line

    def _check_keys(
        self, node: yaml.Node | None, keys: tuple[str, ...], inside: tuple[yaml.Node, ...] = ()
    ) -> None:
        if not isinstance(node, yaml.MappingNode) or id(node) in self._checked:
            return
        if node in inside:
            self.fail(keys, "contains itself, through an alias (*); write out what is meant")
        seen: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                self.fail(keys, f"a key must be a word (line {key.start_mark.line + 1}); put it in quotes")
            if key.value in seen:
                self.fail(
                    (*keys, key.value), f"given twice (again on line {key.start_mark.line + 1}); keep one"
                )
            seen.add(key.value)
            self._check_keys(value, (*keys, key.value), (*inside, node))
        self._checked.add(id(node))


def _without_empty_sections(data: Any) -> Any:
    """Drop sections of which every line is commented out; YAML reads them as null."""
    if not isinstance(data, dict):
        return data
    return {k: v for k, v in data.items() if v is not None or k not in _SECTIONS}


def _annotation(record: Any, keys: Sequence[str]) -> Any:
    """Return the type of the field at `keys`, through optional records."""
    for key in keys:
        record = get_type_hints(record)[key]
        record = next((a for a in get_args(record) if isinstance(a, type) and issubclass(a, Record)), record)
    return record


def _check_limits(document: _Document, limits: Limits, where: Sequence[str]) -> None:
    for name, value in msgspec.structs.asdict(limits).items():
        if not (math.isfinite(value) and value > 0):
            document.fail([*where, name], f"a limit must be a number above 0 (it says {value})")


def _check_gradescope(
    document: _Document, gradescope: GradescopeSettings | None, where: Sequence[str]
) -> None:
    if gradescope is None:
        return
    minutes = gradescope.timeout_minutes
    if not 2 <= minutes <= MAX_TIMEOUT_MINUTES:
        allowed = f"from 2 to {MAX_TIMEOUT_MINUTES} minutes, as in the assignment's settings on Gradescope"
        document.fail([*where, "timeout_minutes"], f"{allowed} (it says {minutes:g})")
    try:
        shlex.split(gradescope.pip_options)
    except ValueError as error:
        document.fail([*where, "pip_options"], f"options as for a shell: {error}".lower())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        msg = f"{path} does not exist; give the course's {CONFIG_NAME} with --config, or leave the option out"
        raise ConfigError(msg) from None
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} cannot be read: {error}; it must be a text file in UTF-8"
        raise ConfigError(msg) from None
