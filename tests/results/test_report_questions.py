"""An assistant's six questions to the report, answered by clicks in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from notegrad.messages.typography import ascii_spaces
from tests.support.class_report import ALIKE, IDEA, LATE, NAMES, SENTENCE, WEAK, class_of, write_class_pages
from tests.support.real_browser import needs_chromium

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("class")
    write_class_pages(made)
    return made


@pytest.fixture
def report(chromium: Any, folder: Path) -> Iterator[Any]:
    page = chromium.new_page(viewport={"width": 1400, "height": 900})
    page.goto((folder / "report.html").as_uri())
    yield page
    page.close()


def shown(page: Any) -> list[str]:
    """The names of the students that the table shows, in its order."""
    code = "heads => heads.map(head => head.firstChild.textContent)"
    return list(page.locator("#students tbody tr:visible th").evaluate_all(code))


def test_who_failed_q05_and_how(report: Any) -> None:
    """A click on the question's count lists the students; one on a cell shows code, sentence, misconception; → the next."""
    report.locator("section[aria-labelledby=report_questions] tbody tr", has_text="q05").locator(
        "[data-pick$=part] button"
    ).click()
    assert set(shown(report)) == set(NAMES)
    report.locator("#f-reset").click()
    report.locator("#f-question").select_option(label="q05 · Titre 5")
    report.locator("#f-share").select_option("part")
    report.locator("#f-search").fill("vial")
    assert shown(report) == ["Vera Vial"]
    report.locator("#f-search").fill("")
    report.locator("#students tbody tr", has_text="Vera Vial").locator("td").nth(6).click()
    dialog = report.locator("#reader")
    assert "Vera Vial · q05 · Titre 5" in dialog.locator("h2").inner_text()
    said = dialog.inner_text()
    assert SENTENCE in said
    assert IDEA in said
    assert "x.reshape(-1).clone()" in said
    assert "q05 - 1" in said
    report.keyboard.press("ArrowRight")
    assert "Wanda Weil · q05" in dialog.locator("h2").inner_text()
    report.keyboard.press("Shift+ArrowRight")
    assert "Wanda Weil · q06" in dialog.locator("h2").inner_text()
    report.keyboard.press("Escape")
    assert not dialog.is_visible()


def test_who_is_late(report: Any) -> None:
    """A box keeps those who came late; they are listed where one is to look as well."""
    report.locator("#f-late").check()
    assert sorted(shown(report)) == sorted(LATE)
    look = report.locator("details.kind", has_text="en retard").inner_text()
    assert all(name in look for name in LATE)


def test_which_answers_are_alike(report: Any) -> None:
    """The pair is named, and opens its answers side by side."""
    pair = report.locator("article.alike")
    assert pair.count() == 1
    assert all(name in pair.locator("h3").inner_text() for name in ALIKE)
    pair.locator("summary").click()
    sides = pair.locator(".sides").first.locator("pre")
    assert sides.nth(0).is_visible()
    assert sides.nth(0).inner_text() == sides.nth(1).inner_text()


def test_what_did_this_student_see(report: Any) -> None:
    """Her name leads to her page, which has the sentence beside her own code."""
    report.locator("#f-search").fill("zoe abad")
    assert shown(report) == ["Zoé Abadie"]
    report.locator("#students tbody tr:visible a").first.click()
    assert report.locator("h1").inner_text() == "Zoé Abadie"
    assert "def f_q05" in report.locator("#q5").text_content()


def test_how_does_the_class_spread(report: Any) -> None:
    """A bar of the histogram lists just as many students as it counts."""
    bars = report.locator("section[aria-labelledby=report_scores] rect[data-pick]")
    for index in range(bars.count()):
        said = bars.nth(index).locator("title").text_content()
        bars.nth(index).click()
        count = int(re.search(r"\((\d+)\)$", said)[1])
        assert len(shown(report)) == count
        assert f"étudiants montrés : {count} sur" in ascii_spaces(report.locator("#f-count").inner_text())
    assert {result.score for result in class_of()[0]} > {0.5}


def test_which_test_is_bad(report: Any) -> None:
    """The one that the weak pass and the strong do not is named, and marked in the table."""
    section = report.locator("section[aria-labelledby=report_cases]")
    weak = section.locator("p", has_text="Tests à relire").inner_text()
    assert WEAK in weak
    assert "q05 - 1" not in weak
    assert "low" in section.locator("tr", has_text=WEAK).locator("td").last.get_attribute("class")


def test_students_are_sorted_by_a_click(report: Any) -> None:
    """By name as in a dictionary at first; by score the best first, then the weakest, who has none last."""
    assert shown(report)[:4] == ["Anaïs Bel", "Ángel Diaz", "Basile Absent", "Édouard Zola"]
    head = report.locator("#students thead th").nth(2)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    scores = [
        float(text.replace(",", "."))
        for text in report.locator("#students tbody td.total").all_inner_texts()
        if text != "—"
    ]
    assert scores == sorted(scores, reverse=True)
    assert shown(report)[-1] == "Basile Absent"
    head.locator("button").click()
    assert shown(report)[-1] == "Basile Absent"


def test_everything_is_there_without_the_script(chromium: Any, folder: Path) -> None:
    """Where no script runs no control is shown, and each answer and each student can be read."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    try:
        page.goto((folder / "report.html").as_uri())
        assert not page.locator("#tools").is_visible()
        assert not page.locator("#reader").is_visible()
        assert page.locator("#students tbody tr").count() == len(NAMES) + 1
        answers = page.locator("details.answers").nth(4)
        answers.locator("summary").click()
        assert "x.reshape(-1).clone()" in answers.inner_text()
    finally:
        context.close()
