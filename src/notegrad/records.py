"""The vocabulary: frozen records that every other part of notegrad speaks in.

Nothing here imports anything of ours. The words are those of docs/glossary.md: points can be had, a score was
had.
"""

from __future__ import annotations

from typing import Literal

import msgspec

SCHEMA_VERSION = 1

Visibility = Literal["visible", "hidden", "after_due_date", "after_published"]
Outcome = Literal["passed", "failed", "errored", "timeout", "skipped", "not_judged"]
CellStatus = Literal["ok", "error", "timeout", "not_run"]
CellReason = Literal[
    "cell_ran_long",
    "cell_computed_long",
    "cell_without_time",
    "cell_without_memory",
    "cell_without_disk",
    "cell_killed",
    "cell_ended_all",
    "cell_broke_off",
    "cell_never_ran",
]
RunStatus = Literal["ok", "timeout", "memory", "crashed"]
SubmissionStatus = Literal["graded", "unreadable", "timeout", "memory", "crashed", "not_graded"]
Platform = Literal["folder", "gradescope", "moodle", "canvas", "blackboard", "brightspace"]
Attempts = Literal["latest", "best", "all"]
CsvForm = Literal["fr", "en"]
SandboxMode = Literal["fork", "stepped"]
JudgedWhere = Literal["outside", "inside"]
NameKind = Literal["function", "variable"]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A frozen, keyword-only record; base of all others."""


class Limits(Record, frozen=True, kw_only=True):
    """What one submission may use; every number has its unit in its name."""

    wall_s: float = 120.0
    cell_wall_s: float = 20.0
    test_case_wall_s: float = 10.0
    cpu_s: float = 120.0
    memory_mb: int = 4096
    processes: int = 128
    open_files: int = 1024
    file_mb: int = 64
    files_mb: int = 64
    cells: int = 1000
    output_bytes: int = 1_000_000
    observation_bytes: int = 64_000_000


class TestCase(Record, frozen=True, kw_only=True):
    """One property of one question; `number` counts from 1 within its question."""

    __test__ = False  # pytest must not collect it

    name: str
    number: int
    points: float
    hidden: bool
    success_message: str | None = None
    failure_message: str | None = None
    function: str = ""  # of the author's test file; a doctest has none

    @property
    def told(self) -> str:
        """The name for staff, with what the author called the function: `q05 - 3 · aucun octet`."""
        words = self.function.removeprefix("test_").replace("_", " ").strip()
        return f"{self.name} · {words}" if words and self.function != self.name else self.name


def inside_name(question: str) -> str:
    """The name of the second snapshot at a question's check, which nothing but tests inside are asked of."""
    return f"{question}\0inside"


class Question(Record, frozen=True, kw_only=True):
    """A question and its test cases, in order; `asks_for` are the notebook's names that these use, sorted."""

    name: str
    points: float
    test_cases: tuple[TestCase, ...]
    all_or_nothing: bool = False
    asks_for: tuple[str, ...] = ()


class Candidate(Record, frozen=True, kw_only=True):
    """Another notebook of one hand-in that may be the one that was meant, and the files beside it."""

    path: str
    cells: tuple[str, ...]
    files: tuple[tuple[str, bytes], ...] = ()


class Submission(Record, frozen=True, kw_only=True):
    r"""A notebook as handed in: `cells` are the sources of its code cells in order, `\n` line ends.

    `unreadable` holds one clear sentence where no notebook could be read; `cells` is then empty. `path` is
    the notebook's within what was handed in, `others` are graded too, and the best counts. `notes` are
    sentences for the student and for staff on what was chosen. `among` counts the notebooks of the hand-in,
    of which this is one; `attempt` counts from 1, 0 where nobody numbers them. `in_text` are the names that
    are asked for and that a cell of text defines, where no code does.
    """

    id: str
    student: str
    cells: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    received_at: str | None = None
    source: str = ""
    unreadable: str | None = None
    path: str = ""
    others: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()
    among: int = 1
    attempt: int = 0
    in_text: tuple[str, ...] = ()

    @property
    def notebooks(self) -> int:
        """The number of notebooks that are graded: each may take the whole time of one."""
        return 1 + len(self.others)


class CellFault(Record, frozen=True, kw_only=True):
    """The cause that ended a cell, where no exception of its own did: a key with facts.

    `limit` is the number that was met, `signal` the kernel's; `is_skipped`: the cell was left out of a second
    run.
    """

    key: CellReason
    limit: float = 0.0
    signal: int = 0
    is_skipped: bool = False


class CellRun(Record, frozen=True, kw_only=True):
    """What happened to one code cell; `error` is `Type: message`, without a traceback.

    `line` is the one of the cell that stopped it, from 1, as the notebook's process says; 0: not known.
    In a report of the sandbox `fault` stands for what it says itself; a result has that as `error`, too.
    """

    index: int
    status: CellStatus
    error: str | None = None
    fault: CellFault | None = None
    stdout_tail: str = ""
    duration_s: float = 0.0
    line: int = 0


class Usage(Record, frozen=True, kw_only=True):
    """What the sandbox used, as the kernel counted it.

    The memory is the whole submission's beyond the libraries where there is a control group, else that of its
    largest process, libraries included.
    """

    wall_s: float = 0.0
    cpu_s: float = 0.0
    memory_peak_mb: float = 0.0


class Protection(Record, frozen=True, kw_only=True):
    """One protection and whether it was in force."""

    name: str
    active: bool
    detail: str = ""


class RunReport(Record, frozen=True, kw_only=True):
    """How the notebook ran; `tier` names the confinement that was in force.

    `mode`: "fork" where each question has a process of its own, "stepped" where one process answers all.
    `limit` is the field of `Limits` that ended the notebook, or the empty string.
    """

    status: RunStatus
    limit: str = ""
    cells: tuple[CellRun, ...] = ()
    usage: Usage = Usage()
    tier: str = ""
    protections: tuple[Protection, ...] = ()
    mode: str = "fork"
    device: str = "cpu"


class TestCaseResult(Record, frozen=True, kw_only=True):
    """The verdict on one test case; `message` is for the student, `detail` for staff only.

    `not_judged`: no verdict, since the test needs what cannot be done outside the student's process; `detail`
    says what. It has no points and takes none: whoever grades sees to it. `judged`: in the judge's process,
    or inside the notebook's, where the student's code could change the verdict; `why_inside` is for staff.
    `where`: the line of the student's that raised, as its text, where the student may know it.
    `missing` are the names that the test needs and the notebook has not, and what they ought to be.
    `actual`, `expected`: two facts of `message`, to be read apart; empty where it has no such pair.
    """

    __test__ = False

    test_case: TestCase
    outcome: Outcome
    score: float
    message: str = ""
    detail: str = ""
    duration_s: float = 0.0
    judged: JudgedWhere = "outside"
    why_inside: str = ""
    where: str = ""
    missing: dict[str, NameKind] = {}
    actual: str = ""
    expected: str = ""


class QuestionResult(Record, frozen=True, kw_only=True):
    """The verdict on one question."""

    question: Question
    score: float
    test_cases: tuple[TestCaseResult, ...]


class Timings(Record, frozen=True, kw_only=True):
    """Where the time of one submission went."""

    total_s: float = 0.0
    start_s: float = 0.0
    notebook_s: float = 0.0
    tests_s: float = 0.0


class GradingResult(Record, frozen=True, kw_only=True):
    """The result for one submission; `reason` is one sentence where `status` is not `graded`.

    `died_at_random`: its processes died in every run, never in the same way, which is for the teacher to see.
    `notebook` is the path of the one that counts where several of a hand-in were graded. `versions`,
    `bundle_sha256`, `seed` and what `run` says of mode and device: what gives this result again.
    """

    schema_version: int = SCHEMA_VERSION
    submission: str
    student: str
    assignment: str
    score: float
    max_score: float
    questions: tuple[QuestionResult, ...]
    status: SubmissionStatus
    reason: str | None = None
    run: RunReport | None = None
    timings: Timings = Timings()
    versions: dict[str, str] = {}
    bundle_sha256: str = ""
    seed: int | None = None
    notes: tuple[str, ...] = ()
    notebook: str = ""
    died_at_random: bool = False


class RosterEntry(Record, frozen=True, kw_only=True):
    """A student as a platform knows them; what it does not tell is the empty string.

    `key` is the platform's own number (Moodle's participant, Canvas's and Brightspace's user), `number` the
    school's. Names are for people: nobody is matched by one where anything else is known.
    """

    name: str = ""
    key: str = ""
    number: str = ""
    email: str = ""
    login: str = ""
    group: str = ""
    late: bool = False
    received_at: str = ""


class Handed(Record, frozen=True, kw_only=True):
    """One attempt of one student, or of a group; `submission` is the id of what is graded.

    `label` is what the platform called its folder or file: feedback goes back under the same name.
    `outdated` is the fingerprint of a result on disk that is another notebook's, or another bundle's.
    """

    submission: str
    students: tuple[RosterEntry, ...]
    attempt: int = 1
    received_at: str = ""
    late: bool = False
    label: str = ""
    outdated: str = ""


class ClassList(Record, frozen=True, kw_only=True):
    """Who handed in what, and who is in the class; `attempts` says which attempt counts.

    `language` is the course's, `csv` the form of gradebooks that was asked for, None: the language's own.
    """

    schema_version: int = SCHEMA_VERSION
    platform: Platform
    attempts: Attempts = "latest"
    language: str = "fr"
    csv: CsvForm | None = None
    handed: tuple[Handed, ...] = ()
    roster: tuple[RosterEntry, ...] = ()
