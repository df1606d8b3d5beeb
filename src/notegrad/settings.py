"""The settings of an assignment: one record, from the course's file to the bundle and to the judge.

`course.config` reads it from `otter_config.yml`, `authoring` writes it into a bundle's `notegrad.json`,
`course.bundle` reads it from there, and the grader hands it to the judge. A new key is a new field here.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from notegrad.records import Limits, Record, Visibility

MAX_SEED = 2**32 - 1  # what numpy accepts

Language = Literal["fr", "en"]
Device = Annotated[str, msgspec.Meta(pattern=r"^(cpu|cuda(:\d+)?|sim|auto)$")]
Seed = Annotated[int, msgspec.Meta(ge=0, le=MAX_SEED)]
Tier = Literal["auto", "full", "userns", "no-namespaces", "none"]
JudgePlace = Literal["outside", "inside", "auto"]
Requirement = Literal["landlock", "seccomp", "cgroup"]


class SandboxSettings(Record, frozen=True, kw_only=True):
    """The weakest confinement to accept; `auto` takes the strongest that the machine has.

    `require` lists protections that a tier has where the machine gives them, and that must be in force.
    `mode`: `fork` gives each question a process of its own; `stepped` never forks what runs student code, as
    GPUs need. `spawn`, the old name of `stepped`, is read as `stepped`.
    """

    tier: Tier = "auto"
    require: tuple[Requirement, ...] = ()
    mode: Literal["fork", "stepped", "spawn"] = "fork"

    def __post_init__(self) -> None:
        if self.mode == "spawn":
            msgspec.structs.force_setattr(self, "mode", "stepped")


class GradescopeSettings(Record, frozen=True, kw_only=True):
    """The settings of an assignment on Gradescope.

    `pip_options` are added to each `pip install` of setup.sh; `timeout_minutes` is what the assignment's
    settings say over there; `hidden_visibility` is that of hidden test cases.
    """

    pip_options: str = ""
    timeout_minutes: float = 10.0
    hidden_visibility: Visibility = "after_published"
    leaderboard: bool = False


class Handout(Record, frozen=True, kw_only=True):
    """The handout, as a bundle's builder knows it: names that are no answers, and what students started from.

    `imports`: names that its imports bind, each with the module, or `module:attribute`, that it stands for.
    `given`: names that its cells bind otherwise, among them those that elsewhere are a library's (`math`).
    `classes`: names that stand for classes of the notebook's own, for objects of them, or for functions that
    return such objects. `cells`: digests of the student notebook's code cells (`intake.wanted`), `file_name`
    its name. `prompts`: the text of each question, as Markdown, for pages.
    """

    imports: dict[str, str] = {}
    given: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    file_name: str = ""
    prompts: dict[str, str] = {}


class PromptWords(Record, frozen=True, kw_only=True):
    """The words of a course's own by which prompts announce what tests try, beside those that are known.

    A word with `!` before it says that the property is not asked.
    """

    untouched: tuple[str, ...] = ()
    no_loop: tuple[str, ...] = ()
    any_device: tuple[str, ...] = ()
    non_contiguous: tuple[str, ...] = ()
    differentiable: tuple[str, ...] = ()
    own_memory: tuple[str, ...] = ()
    any_axes: tuple[str, ...] = ()
    form: tuple[str, ...] = ()


class LateSettings(Record, frozen=True, kw_only=True):
    """The due date of an assignment, and what lateness takes: per cent of the score for each day begun.

    `due` and `cut_off` are days with a time, on the clock of `timezone` where they say no offset. Without
    `due` only dates that a platform tells hold. `extensions` names a CSV file in the course's folder.
    """

    due: str = ""
    timezone: str = ""
    grace_minutes: float = 0.0
    percent_per_day: float = 0.0
    cut_off: str = ""
    extensions: str = ""


class QuestionSettings(Record, frozen=True, kw_only=True):
    """The settings of one question; None: what holds for the assignment."""

    judge: JudgePlace | None = None


class AssignmentSettings(Record, frozen=True, kw_only=True):
    """The settings of one assignment; `seed` is that of Python, NumPy and torch, `limits` of a submission.

    `handout` is no key of the course's file; None where the bundle was built by plain otter, or by an older
    version. Nor is `others`: by title of each other assignment of the course, the names that its tests fetch,
    for a notebook that was handed in at the wrong place.

    `judge`: `outside`, in a process of its own; `inside`, in a fork of the notebook's, as otter does, where
    the student's code can read the test and change its verdict; `auto`, inside where it cannot be outside.
    `questions` are the exceptions, by name. `shares_state`: the tests of all questions run in the one process
    of the notebook, as with otter, where cells and questions find what tests before them left; `auto` is then
    `inside`.
    """

    slug: str
    title: str
    language: Language = "fr"
    device: Device = "cpu"
    seed: Seed = 0
    sandbox: SandboxSettings = SandboxSettings()
    gradescope: GradescopeSettings = GradescopeSettings()
    limits: Limits = Limits()
    late: LateSettings = LateSettings()
    judge: JudgePlace = "outside"
    questions: dict[str, QuestionSettings] = {}
    shares_state: bool = False
    handout: Handout | None = None
    others: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def question_prompts(self) -> dict[str, str]:
        """The text of each question, as Markdown, as far as the bundle tells it."""
        return self.handout.prompts if self.handout else {}

    def judge_of(self, question: str) -> JudgePlace:
        """Where the test cases of a question are judged."""
        own = self.questions.get(question)
        place = self.judge if own is None or own.judge is None else own.judge
        return "inside" if place == "auto" and self.shares_state else place
