"""Marks by hand and lateness, from the commands: what is shown, what is told, and what a typo costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notegrad.authoring.build import build, write
from notegrad.batch import regrade
from notegrad.course.config import load_config
from tests.support.evening import MOODLE, MOODLE_ROWS, Evening
from tests.support.marks import entry
from tests.support.platform_exports import answered, laid, moodle_worksheet, zipped

BRIGHTSPACE = {
    "501-88 - Lea Roy - Mar 1, 2026 1105 PM/tp.ipynb": answered(16),
    "502-88 - Max Noe - Mar 2, 2026 905 AM/tp.ipynb": answered(16),
    "503-88 - Ana Bel - Mar 2, 2026 905 AM/tp.ipynb": answered(16),
    "504-88 - Tom Sud - Mar 9, 2026 905 AM/tp.ipynb": answered(16),
}
LATE = """late:
  due: 2026-03-01 23:59
  timezone: Europe/Paris
  percent_per_day: 25
  cut_off: 2026-03-08 12:00
"""


@pytest.fixture(autouse=True)
def _the_bundle_has_not_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A regrade finds nothing to grade, although the fake's questions are not the bundle's."""
    monkeypatch.setattr(regrade, "affected", lambda *_: None)


def with_lateness(evening: Evening, text: str = LATE) -> None:
    """Put these keys into the course's file, and build the bundle again."""
    config = evening.root / "otter_config.yml"
    config.write_text(config.read_text("utf-8") + text, "utf-8")
    write(build(load_config(config), "tp0", check=False), evening.root)


def scores(evening: Evening) -> dict[str, str]:
    return {row["student"]: row["score"] for row in evening.table()}


def files(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_overrides_written_after_the_grading_take_effect_without_it(evening: Evening) -> None:
    """`notegrad gradebook` brings everything up to date; records stay; Moodle's worksheet gets the marks."""
    evening.put("export.zip", zipped(MOODLE))
    evening.put("feuille.csv", moodle_worksheet(*MOODLE_ROWS))
    evening.grade("--roster", "feuille.csv", status=3)
    records = {path: path.read_bytes() for path in evening.root.rglob("record.json")}
    text = entry("900110", "whole", 18) + entry("900113", "whole", 10) + entry("900115", "q1", "7,5")
    evening.put("out/overrides.yml", text.encode())
    _, err = evening("gradebook", "out", "--to", "moodle", "--template", "feuille.csv")
    assert "3 copies" in err and "n’a pu être lu" not in err
    filled = (evening.root / "out/grades-moodle.csv").read_text("utf-8-sig")
    marks = {row["key"]: row["score"] for row in evening.table()}
    assert (marks["900110"], marks["900113"], marks["900115"]) == ("18", "10", "7.5")
    assert all(f'"{mark},{zeros}"' in filled for mark, zeros in (("18", "00"), ("10", "00"), ("7", "50")))
    assert {path: path.read_bytes() for path in records} == records
    row = next(row for row in evening.table() if row["key"] == "900110")
    assert (row["automatic_score"], row["by_hand"]) == (
        "14.125",
        "whole=18, M. Dupont, 2026-03-05: Vu ensemble",
    )
    assert "10 sur 20" in next(evening.root.glob("out/results/*900113*/feedback.html")).read_text("utf-8")


def test_a_typo_stops_nothing_and_is_told(evening: Evening) -> None:
    """Graded beside a file with wrong entries: all results are there, good entries hold, exit status 2."""
    laid(evening.root / "rendus", {"lea.ipynb": answered(12), "max.ipynb": answered(13)})
    (evening.root / "out").mkdir()
    text = entry("lae", "whole", 1) + entry("max", "whole", 21) + entry("lea", "q1", 15)
    evening.put("out/overrides.yml", text.encode())
    _, err = evening("grade", "tp0", "rendus", "--out", "out", status=2)
    assert "«\xa0lae\xa0»" in err and "voulez-vous dire lea" in err and "21 points dépassent" in err
    assert err.strip().splitlines()[2:] == [
        "notes mises à la main\xa0: 1\u202f; réduites pour un retard\xa0: 0"
    ]
    assert scores(evening) == {"lea": "15", "max": "13"}


def test_a_file_that_cannot_be_read_costs_no_mark_that_is_there(evening: Evening) -> None:
    """Grading goes on without it; what would take marks away again is refused, and changes nothing."""
    laid(evening.root / "rendus", {"lea.ipynb": answered(12)})
    evening("grade", "tp0", "rendus", "--out", "out")
    evening.put("out/overrides.yml", entry("lea", "whole", 15).encode())
    evening("regrade", "out")
    assert scores(evening) == {"lea": "15"}
    evening.put("out/overrides.yml", b"- student: [lea\n")
    before = files(evening.root)
    for command in ("gradebook", "regrade"):
        _, err = evening(command, "out", status=2)
        assert "overrides.yml:" in err and "YAML" in err
        assert files(evening.root) == before
    evening("grade", "tp0", "rendus", "--out", "new")
    evening.put("new/overrides.yml", b"- student: [lea\n")
    evening("grade", "tp0", "rendus", "--out", "new", status=2)
    assert evening.table("new/gradebook.csv")[0]["score"] == "12"


def test_lateness_and_extensions(evening: Evening) -> None:
    """In time, late, with an extension, after the cut-off: each as the course says; a regrade keeps it."""
    with_lateness(evening, LATE + "  extensions: prolongations.csv\n")
    evening.put(
        "prolongations.csv", b"student,due,reason\n503,2026-03-04 23:59,grippe\n999,2026-03-04 23:59,x\n"
    )
    evening.put("export.zip", zipped(BRIGHTSPACE))
    _, err = evening.grade(status=2)
    assert "prolongations.csv, ligne 3" in err and "«\xa0999\xa0»" in err
    expected = {"Lea Roy": "16", "Max Noe": "12", "Ana Bel": "16", "Tom Sud": "0"}
    assert scores(evening) == expected
    row = next(row for row in evening.table() if row["student"] == "Max Noe")
    assert (row["automatic_score"], row["late_percent"]) == ("16", "25")
    document = next(evening.root.glob("out/results/*502*/results.json"))
    assert json.loads(document.read_text("utf-8"))["score"] == 12
    before = files(evening.root / "out/results")
    evening("regrade", "out", status=2)
    assert files(evening.root / "out/results") == before and scores(evening) == expected
    evening.put("prolongations.csv", b"student,due,reason\n502,2026-03-04 23:59,grippe\n")
    evening("regrade", "out")
    assert scores(evening) == expected | {"Max Noe": "16", "Ana Bel": "12"}


def test_an_unknown_time_is_told_and_takes_nothing(evening: Evening) -> None:
    """Plain files say no time: nothing is taken, and staff read of how many."""
    with_lateness(evening)
    laid(evening.root / "rendus", {"lea.ipynb": answered(12), "max.ipynb": answered(13)})
    _, err = evening("grade", "tp0", "rendus", "--out", "out")
    assert "2 copies dont l’heure de remise est inconnue" in err
    assert scores(evening) == {"lea": "12", "max": "13"}
    assert "inconnue" not in (evening.root / "out/results/lea/feedback-published.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["absent.csv", "../dehors.csv"])
def test_a_list_of_extensions_that_is_not_there(evening: Evening, name: str) -> None:
    """Without it students with an extension would be reduced: one sentence before anything is graded."""
    with_lateness(evening, LATE + f"  extensions: {name}\n")
    laid(evening.root / "rendus", {"lea.ipynb": answered(12)})
    _, err = evening("grade", "tp0", "rendus", "--out", "out", status=2)
    assert len(err.strip().splitlines()) == 1 and "late.extensions" in err
    assert not (evening.root / "out").exists()


def test_a_folder_of_an_older_version(evening: Evening) -> None:
    """A folder that keeps nothing of its bundle says what to do, instead of a gradebook without the marks."""
    laid(evening.root / "rendus", {"lea.ipynb": answered(12)})
    evening("grade", "tp0", "rendus", "--out", "out")
    (evening.root / "out/assignment.json").unlink()
    evening("gradebook", "out")
    evening.put("out/overrides.yml", entry("lea", "whole", 15).encode())
    _, err = evening("gradebook", "out", status=2)
    assert "notegrad regrade out" in err
    evening("regrade", "out")
    assert scores(evening) == {"lea": "15"}
