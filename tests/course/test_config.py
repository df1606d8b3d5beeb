"""The course's configuration: what is read, and what a wrong file is told."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

from notegrad.course.config import CONFIG_NAME, load_config, parse_config
from notegrad.errors import ConfigError
from notegrad.records import Limits
from notegrad.settings import AssignmentSettings, GradescopeSettings, LateSettings, SandboxSettings

FILE = Path("course") / CONFIG_NAME


def refused(text: str) -> str:
    """The sentence that a wrong file gets, without the file's name."""
    with pytest.raises(ConfigError) as caught:
        parse_config(text, FILE)
    sentence = str(caught.value)
    assert sentence.startswith(str(FILE)), sentence
    assert "\n" not in sentence
    return sentence.removeprefix(str(FILE)).removeprefix(", ")


def test_absent_file_means_defaults(tmp_path, monkeypatch):
    """Without any file every assignment has the documented defaults."""
    monkeypatch.chdir(tmp_path)
    settings = load_config().settings("tp9")
    assert (settings.title, settings.language, settings.device, settings.seed) == ("tp9", "fr", "cpu", 0)
    assert settings.sandbox.tier == "auto"
    assert settings.limits == Limits()


def test_file_is_found_from_a_folder_below(tmp_path, monkeypatch):
    """The nearest file upwards counts, so that commands work anywhere inside a course."""
    (tmp_path / CONFIG_NAME).write_text("language: en", encoding="utf-8")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    config = load_config()
    assert config.root == tmp_path.resolve()
    assert config.course.language == "en"


def test_assignment_overrides_the_course_limit_by_limit():
    """An assignment changes what it names and takes everything else from the course."""
    text = """
language: en
seed: 5
limits: {wall_s: 60, memory_mb: 1024}
assignments:
  tp1:
    title: Un
    seed: 0
    limits: {wall_s: 30}
"""
    config = parse_config(text, FILE)
    own, other = config.settings("tp1"), config.settings("tp2")
    assert (own.title, own.language, own.seed) == ("Un", "en", 0)
    assert (own.limits.wall_s, own.limits.memory_mb) == (30.0, 1024)
    assert (other.title, other.seed, other.limits.wall_s) == ("tp2", 5, 60.0)
    assert type(own.limits) is Limits


def test_every_setting_can_be_given_by_the_course_and_by_an_assignment():
    """A new field of the settings is a new key of the file at both levels, without another word of ours."""
    other = AssignmentSettings(
        slug="tp1",
        title="Un",
        language="en",
        device="sim",
        seed=7,
        sandbox=SandboxSettings(tier="full", require=("cgroup",), mode="stepped"),
        gradescope=GradescopeSettings(pip_options="-q", timeout_minutes=5, leaderboard=True),
        limits=Limits(wall_s=1, cells=2),
        late=LateSettings(due="2026-03-01 23:59", timezone="Europe/Paris", percent_per_day=10),
        judge="auto",
        shares_state=True,
    )
    default = AssignmentSettings(slug="tp1", title="tp1")
    given = msgspec.to_builtins(other)
    del given["slug"], given["handout"], given["others"]  # no keys of the file
    del given["questions"]  # a key of an assignment alone
    assert [key for key in given if getattr(other, key) == getattr(default, key)] == []
    alone = parse_config(yaml.safe_dump({"assignments": {"tp1": given}}), FILE)
    assert alone.settings("tp1") == other
    assert alone.settings("tp2") == AssignmentSettings(slug="tp2", title="tp2")
    shared = parse_config(yaml.safe_dump({**given, "assignments": {"tp2": None}}), FILE)
    for slug in ("tp1", "tp2"):
        assert shared.settings(slug) == msgspec.structs.replace(other, slug=slug, title=slug)


def test_a_question_is_judged_where_it_says_else_where_its_assignment_and_its_course_say():
    """The nearest word counts: of a question, of its assignment, of the course; without any, outside."""
    text = "judge: auto\nassignments:\n  a:\n    questions:\n      q1: {judge: inside}\n  b: {judge: outside}"
    config = parse_config(text, FILE)
    assert [config.settings("a").judge_of(name) for name in ("q1", "q2")] == ["inside", "auto"]
    assert [config.settings(slug).judge_of("q1") for slug in ("b", "c")] == ["outside", "auto"]
    assert parse_config("", FILE).settings("a").judge_of("q1") == "outside"


def test_section_of_an_assignment_stands_for_the_whole_section_of_the_course():
    """Only limits are merged one by one; `null` means: as the course."""
    text = """
device: sim
sandbox: {tier: full, mode: stepped}
assignments:
  tp1: {sandbox: {require: [seccomp]}, device: null}
"""
    config = parse_config(text, FILE)
    assert config.settings("tp1").sandbox == SandboxSettings(require=("seccomp",))
    assert config.settings("tp2").sandbox == SandboxSettings(tier="full", mode="stepped")
    assert config.settings("tp1").device == "sim"


def test_old_name_of_the_stepped_mode_is_accepted():
    """`spawn` is what the mode was called before 0.2; courses that say so are not refused."""
    assert parse_config("sandbox: {mode: spawn}", FILE).settings("tp1").sandbox.mode == "stepped"


@pytest.mark.parametrize("section", ["limits", "sandbox", "assignments"])
def test_section_with_all_lines_commented_out_is_empty(section):
    """YAML reads such a section as null; it means defaults, not an error."""
    assert parse_config(f"{section}:\n  # nothing yet\n", FILE).settings("tp1").limits == Limits()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("langage: fr", "line 1: langage: there is no such key; did you mean 'language'?"),
        (
            "title: a\nlimits:\n  wal_s: 3",
            "line 3: limits.wal_s: there is no such key; did you mean 'wall_s'?",
        ),
        ("sandbox: {teir: full}", "line 1: sandbox.teir: there is no such key; did you mean 'tier'?"),
        ("slug: tp1", "line 1: slug: there is no such key"),
        ("assignments:\n  tp1:\n    slug: tp2", "line 3: assignments.tp1.slug: there is no such key"),
        (
            "assignments:\n  tp1:\n    titel: a",
            "line 3: assignments.tp1.titel: there is no such key; did you mean 'title'?",
        ),
        (
            "assignments:\n  tp1:\n    limits: {wall: 1}",
            "line 3: assignments.tp1.limits.wall: there is no such key; did you mean 'wall_s'?",
        ),
        ("jugde: auto", "line 1: jugde: there is no such key; did you mean 'judge'?"),
        ("questions:\n  q1: {judge: inside}", "line 1: questions: there is no such key"),
        (
            "assignments:\n  tp1:\n    questions:\n      q1: {jugde: inside}",
            "line 4: assignments.tp1.questions.q1.jugde: there is no such key; did you mean 'judge'?",
        ),
    ],
)
def test_unknown_key_is_named_with_line_path_and_suggestion(text, expected):
    """A misspelt key is never ignored: it is named, with where it stands and what was meant."""
    assert refused(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "assignments:\n  a:\n    questions:\n      b: {judge: insde}",
            (
                "line 4: assignments.a.questions.b.judge: 'insde' is not one of outside, inside, auto; "
                "did you mean 'inside'?"
            ),
        ),
        ("language: frr", "line 1: language: 'frr' is not one of fr, en; did you mean 'fr'?"),
        ("limits:\n  wall_s: long", "line 2: limits.wall_s: expected a number (it says 'long')"),
        (
            "limits:\n  memory_mb: 1.5",
            "line 2: limits.memory_mb: expected a whole number (it says 1.5)",
        ),
        ("limits:\n  wall_s: 0", "line 2: limits.wall_s: a limit must be a number above 0 (it says 0.0)"),
        ("limits:\n  wall_s: .inf", "line 2: limits.wall_s: a limit must be a number above 0 (it says inf)"),
        (
            "device: gpu",
            "line 1: device: 'gpu' is no device; use cpu, cuda, cuda:N, sim or auto; did you mean 'cpu'?",
        ),
        (
            "sandbox: {mode: forks}",
            "line 1: sandbox.mode: 'forks' is not one of fork, stepped, spawn; did you mean 'fork'?",
        ),
        (
            "sandbox:\n  require: [landlock, sandlock]",
            "line 2: sandbox.require: ['landlock', 'sandlock'] is not one of landlock, seccomp, cgroup",
        ),
        (
            "assignments:\n  tp1:\n    gradescope: {timeout_minutes: 90}",
            (
                "line 3: assignments.tp1.gradescope.timeout_minutes: from 2 to 40 minutes, as in the assignment's "
                "settings on Gradescope (it says 90)"
            ),
        ),
        ("seed: -1", "line 1: seed: expected a whole number >= 0 (it says -1)"),
        (
            "assignments:\n  tp1: 4",
            "line 2: assignments.tp1: expected keys below it, such as title or limits",
        ),
        (
            "assignments:\n  tp1:\n    limits: {cpu_s: -1}",
            "line 3: assignments.tp1.limits.cpu_s: a limit must be a number above 0 (it says -1.0)",
        ),
    ],
)
def test_wrong_value_is_named_with_line_and_path(text, expected):
    """A value of the wrong kind is told where it stands, what it says and what is expected."""
    assert refused(text) == expected


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("title: a\nlimits: [", 2, "not valid YAML"),
        ("title: a\n\tseed: 1", 2, "not valid YAML"),
        ("title: a\ntitle: b", 1, "given twice (again on line 2)"),
        ("title: !!python/object/apply:os.getcwd []", 1, "not valid YAML"),
    ],
)
def test_broken_yaml_is_told_its_line(text, line, word):
    """Syntax errors, duplicate keys and Python tags are refused with the line, and nothing is executed."""
    said = refused(text)
    assert said.startswith(f"line {line}: ")
    assert word in said


@pytest.mark.parametrize("text", ["- a", "just text", "1: 2", "? [a]\n: b"])
def test_file_that_is_no_mapping_of_words_is_refused(text):
    """Anything but keys at the top gets a sentence, not a crash."""
    assert refused(text)


def test_missing_file_that_was_named_is_an_error(tmp_path):
    """`--config` with a wrong path must not fall back to defaults."""
    with pytest.raises(ConfigError, match=r"does not exist"):
        load_config(tmp_path / "absent.yml")


def test_file_in_another_encoding_is_refused(tmp_path):
    """A file that is not UTF-8 gets a sentence that says so."""
    path = tmp_path / CONFIG_NAME
    path.write_bytes("title: é".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"UTF-8"):
        load_config(path)


def test_own_configuration_is_valid():
    """The file at the root of this repository reads without error and knows its assignment."""
    root = Path(__file__).resolve().parents[2]
    config = load_config(root / CONFIG_NAME)
    assert config.root == root
    assert "tp2-memoire" in config.assignments
