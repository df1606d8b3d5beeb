"""`notegrad preview`: what a student will see, before any student sees it."""

from __future__ import annotations

import pytest

from notegrad.cli.main import run
from tests.support.course import Course


@pytest.mark.timeout(180)
def test_the_notebook_and_both_pages_of_a_wrong_answer_are_written(course: Course, monkeypatch, capsys):
    """The notebook shows no answer and no hidden test; the hidden test speaks on the published page only."""
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    code = "def double(x):\\n    return 2"
    answers = f'questions:\n  q1:\n    rejected:\n    - {{id: R, misconception: m, code: "{code}", fails: [2]}}\n  q2: {{}}\n'
    (course.folder / "answers.yml").write_text(answers, "utf-8")
    assert run(["preview", "tp0", "--config", str(course.config)]) == 0
    folder = course.root / "out/preview/tp0"
    index, student, now, published = (
        (folder / name).read_text("utf-8")
        for name in ("index.html", "student.html", "feedback.html", "feedback-published.html")
    )
    assert opened == [(folder / "index.html").as_uri()]
    assert "réponses fausses\xa0: q1" in capsys.readouterr().out
    for name in ("student.html", "feedback.html", "feedback-published.html"):
        assert f'href="{name}"' in index
    assert "Écrivez <code>double(x)</code>" in student
    assert "twice_of_it" not in student
    assert "secret_input" not in student
    assert "return" in now
    assert "pas \\ autre chose" not in now
    assert "pas \\ autre chose" in published


@pytest.mark.timeout(180)
def test_without_wrong_answers_the_untouched_notebook_is_shown(course: Course, capsys):
    """Nothing is opened with --no-browser, and the sentence says where wrong answers are listed."""
    out = course.root / "pages"
    words = ["preview", "tp0", "--config", str(course.config), "--no-browser", "--out", str(out)]
    assert run(words) == 0
    assert "answers.yml" in capsys.readouterr().out
    assert (out / "feedback.html").is_file()
