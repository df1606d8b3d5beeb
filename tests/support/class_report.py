"""A class of which an assistant asks the usual questions: its report and its pages in a folder, made without grading."""

from __future__ import annotations

from pathlib import Path

import msgspec

from notegrad.records import ClassList, GradingResult, Handed, RosterEntry, Submission
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.report.misconceptions import Misconception
from notegrad.results.report.report_data import Background, ReportData, report_data
from notegrad.results.report.report_page import to_html
from tests.support.class_results import graded, judged, question

NAMES = (
    "Édouard Zola", "Zoé Abadie", "Anaïs Bel", "eva Cros", "Ángel Diaz", "Øystein Eide", "Fanny Faure", "Gaël Gil",
    "Hugo Huet", "Inès Ivars", "Jean Joly", "Koffi Kane", "Léa Lune", "Maé Mas", "Noé Nau", "Odile Ott", "Paul Pic",
    "Quy Quach", "Rose Roy", "Sami Sow", "Théo Tan", "Ulysse Uhl", "Vera Vial", "Wanda Weil", "Xavier Xu", "Yann Yvon",
)  # fmt: skip
LATE = ("Fanny Faure", "Koffi Kane")
ALIKE = ("Rose Roy", "Théo Tan")
ABSENT = "Basile Absent"
IDEA = "croit que reshape copie toujours"
WEAK = "q05 - 3"
SENTENCE = "f_q05(x) rend une copie : il fallait une vue."
PROMPTS = {
    f"q{n:02}": f"### Question {n} · Titre {n} (2 points)\n\nÉcrivez `f_q{n:02}(x)`." for n in range(1, 7)
}
REJECTED = "def f_q05(x):\n    return x.reshape(-1).clone()"


def source(name: str, number: int) -> str:
    """An answer that nobody else has, long enough to be told from others."""
    lines = "\n".join(f"    y = y * {number * 31 + n} + x[{n}] - {number + n * 7}" for n in range(9))
    return f"def f_{name}(x, y=0):\n{lines}\n    return y"


def student_answers(index: int, name: str) -> tuple[GradingResult, Submission]:
    """The weaker half fails q05, with one misconception; its third test is passed by the weak alone."""
    weak = index >= len(NAMES) // 2
    asked = [question(f"q{n:02}", [0.5, 0.5, 0.5], [False, True, True]) for n in range(1, 7)]
    answers, cells = [], []
    for n, each in enumerate(asked, 1):
        good = index < 22 - 2 * n
        outcomes = ["passed" if good else "failed"] * 3
        if n == 5:
            outcomes = ["failed", "failed", "passed"] if weak else ["passed", "passed", "failed"]
        said = [SENTENCE if n == 5 and weak else "Vaut 2 au lieu de 3."] * 3
        answers.append(
            judged(each, outcomes, [s if o != "passed" else "" for s, o in zip(said, outcomes, strict=True)])
        )
        same = 900 if name in ALIKE else index
        cells.append(REJECTED if n == 5 and weak and name not in ALIKE else source(each.name, same * 10 + n))
    return graded(name, answers), Submission(id=name, student=name, cells=tuple(cells))


def class_of() -> tuple[list[GradingResult], list[Submission], ClassList]:
    """Results, notebooks, and who is in the class: two late, one absent, two groups; one process died."""
    made = [student_answers(index, name) for index, name in enumerate(NAMES)]
    results = [result for result, _ in made]
    results[3] = msgspec.structs.replace(results[3], status="crashed", reason="Le processus est mort.")
    entries = [
        RosterEntry(name=n, key=str(i), group="A" if i % 2 else "B") for i, n in enumerate((*NAMES, ABSENT))
    ]
    handed = tuple(
        Handed(
            submission=entry.name, students=(entry,), received_at="2026-03-01 10:00", late=entry.name in LATE
        )
        for entry in entries[:-1]
    )
    class_list = ClassList(platform="moodle", handed=handed, roster=tuple(entries))
    return results, [submission for _, submission in made], class_list


def data_of(language: str = "fr") -> ReportData:
    """The report's data of the class, with answers.yml's one wrong answer."""
    results, submissions, class_list = class_of()
    known = Misconception(text=IDEA, fails=(1, 2), code=REJECTED)
    return report_data(
        results,
        submissions,
        title="TP",
        language=language,
        background=Background(misconceptions={"q05": (known,)}),
        class_list=class_list,
        prompts=PROMPTS,
    )


def write_class_pages(folder: Path, language: str = "fr") -> Path:
    """Write the report and each student's page, and return the report's path."""
    results, submissions, _ = class_of()
    links = {}
    for number, (result, submission) in enumerate(zip(results, submissions, strict=True)):
        links[result.submission] = f"page-{number}.html"
        page = to_feedback(
            result, submission, title="TP", language=language, moment="published", prompts=PROMPTS
        )
        (folder / links[result.submission]).write_bytes(page)
    path = folder / "report.html"
    path.write_bytes(to_html(results, title="TP", links=links, data=data_of(language), language=language))
    return path
