"""Recognition of exports: all names weigh, one student's file name turns no class into another platform's."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from notegrad.intake.exports.class_intake import read_class
from notegrad.intake.shallow_yaml import NestingError, read_shallow_yaml
from tests.support.platform_exports import notebook, zipped

STUDENTS = ("durandalice", "petitbruno", "royzoé", "martinléo")
DISGUISES = (
    "x_attempt_2026-03-01-23-59-00_tp2.ipynb",
    "Alice Durand_900110_assignsubmission_file_tp2.ipynb",
    "12345-67890 - Alice Durand - Mar 1, 2026 1159 PM - tp2.ipynb",
    "durandalice_1_2_tp2.ipynb",
    "submission_metadata.yml",
)
NAMED = {
    "canvas": "{name}_{key}_{place}_{file}",
    "moodle": "{name}_{key}_assignsubmission_file/{file}",
    "blackboard": "TP2_{name}_attempt_2026-03-0{day}-10-00-00_{file}",
    "brightspace": "{key}-{place} - {name} - Mar {day}, 2026 1159 PM/{file}",
    "folder": "{name}/{file}",
}


@pytest.mark.parametrize("platform", NAMED)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.lists(st.sampled_from(["tp2.ipynb", "tp2.ipynb.txt", *DISGUISES[:4]]), min_size=4, max_size=4)
)
def test_one_file_name_makes_no_other_platform(
    tmp_path_factory: pytest.TempPathFactory, platform: str, files: list[str]
) -> None:
    """Whatever students call their files, each student is a row, and the platform is the one that named all."""
    laid = {
        NAMED[platform].format(name=name, key=900 + n, place=70 + n, day=n + 1, file=file): notebook(name)
        for n, (name, file) in enumerate(zip(STUDENTS, files, strict=True))
    }
    path = tmp_path_factory.mktemp("export") / "export.zip"
    path.write_bytes(zipped(laid))
    if platform == "folder":
        import zipfile

        zipfile.ZipFile(path).extractall(path.with_suffix(""))
        path = path.with_suffix("")
    intake = read_class([path])
    assert intake.class_list.platform == platform
    assert sorted(s.cells[0] for s in intake.submissions) == sorted(STUDENTS)


def test_a_stray_file_in_an_export_is_a_row(tmp_path: Path) -> None:
    """What arrived by mail and was put beside the export is graded under its own name, and told."""
    files = {f"{name}_{n}_{n + 50}_tp2.ipynb": notebook(name) for n, name in enumerate(STUDENTS, 1)}
    (tmp_path / "export.zip").write_bytes(zipped({**files, "reçu par mail.ipynb": notebook("mail")}))
    intake = read_class([tmp_path / "export.zip"])
    assert intake.class_list.platform == "canvas"
    assert len(intake.submissions) == 5
    assert any("reçu par mail.ipynb" in warning for warning in intake.warnings)


@pytest.mark.parametrize("text", ["[" * 200_000, "{a: " * 200_000, "- " * 200_000 + "x", "? " * 100_000])
def test_yaml_that_is_nested_in_itself_ends_no_process(text: str) -> None:
    """Deep nesting is refused before anything is built of it."""
    with pytest.raises((NestingError, yaml.YAMLError)):
        read_shallow_yaml(text)


def test_an_export_with_such_metadata_is_still_read(tmp_path: Path) -> None:
    """The students are called by the numbers of their submissions, and nobody is lost."""
    files = {f"submission_{n}/tp.ipynb": notebook(str(n)) for n in range(3)}
    (tmp_path / "e.zip").write_bytes(zipped({**files, "submission_metadata.yml": b"[" * 100_000}))
    intake = read_class([tmp_path / "e.zip"])
    assert intake.class_list.platform == "gradescope"
    assert len(intake.submissions) == 3
