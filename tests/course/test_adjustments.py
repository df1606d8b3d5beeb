"""Settings that a command changes for one run: of a bundle of ours, and of another author's."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from notegrad.course.adjustments import Adjustments, adjusted
from notegrad.course.bundle import Bundle
from notegrad.errors import InputError
from notegrad.settings import AssignmentSettings, Handout

FOREIGN = Bundle(settings=AssignmentSettings(slug="lab", title="Lab", seed=3, judge="auto"), tests=())
OURS = msgspec.structs.replace(FOREIGN, settings=AssignmentSettings(slug="lab", title="", handout=Handout()))


def test_options_change_what_they_name_and_nothing_else() -> None:
    """Judge, language and single limits are as asked; all other settings stay."""
    options = Adjustments(
        judge="inside", limits=("cell_wall_s=60,wall_s=300", "memory_mb=512"), language="en"
    )
    found = adjusted(FOREIGN, options).settings
    assert (found.judge, found.language, found.seed, found.title) == ("inside", "en", 3, "Lab")
    changed = (found.limits.cell_wall_s, found.limits.wall_s, found.limits.memory_mb)
    assert changed == (60.0, 300.0, 512)
    assert found.limits.cpu_s == FOREIGN.settings.limits.cpu_s


def test_without_options_the_bundle_is_itself() -> None:
    """A result is then named by the bundle alone, as ever."""
    assert adjusted(FOREIGN, Adjustments()) is FOREIGN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cell_wal_s=60", "did you mean 'cell_wall_s'?"),
        ("cell_wall_s", "above 0"),
        ("wall_s=-1", "above 0"),
        ("wall_s=inf", "above 0"),
        ("memory_mb=1.5", "whole number"),
    ],
)
def test_a_limit_that_cannot_be_is_told(text: str, said: str) -> None:
    """One sentence names what was written and what was meant."""
    with pytest.raises(InputError, match=r"^--limits ") as caught:
        adjusted(FOREIGN, Adjustments(limits=(text,)))
    assert said in str(caught.value)


def test_a_courses_file_holds_for_a_foreign_bundle_and_not_for_ours(tmp_path: Path) -> None:
    """Limits and language are the file's; seed and judge are the zip's where the file is silent."""
    path = tmp_path / "otter_config.yml"
    path.write_text("language: en\nlimits: {wall_s: 300}\nassignments:\n  lab: {judge: inside}\n", "utf-8")
    found = adjusted(FOREIGN, Adjustments(config_path=path)).settings
    assert (found.language, found.limits.wall_s, found.judge, found.seed) == ("en", 300.0, "inside", 3)
    other = msgspec.structs.replace(FOREIGN, settings=AssignmentSettings(slug="x", title="X", judge="auto"))
    assert adjusted(other, Adjustments(config_path=path)).settings.judge == "auto"
    assert adjusted(OURS, Adjustments(config_path=path)) is OURS
