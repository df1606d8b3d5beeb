"""The student's page and the report as a browser shows them: `python -m tests.programs.page_previews [FOLDER]`.

Each at three widths, light, dark, printed, with and without script: pictures to look at, what axe finds, and what
sticks out. Then a report of 300 students: its size, and how long it takes to open and to sort.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
from playwright.sync_api import Browser

from notegrad.records import CellRun, GradingResult, RunReport, Submission
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.pages.receipt import Receipt
from notegrad.results.report.report_data import report_data
from notegrad.results.report.report_page import to_html
from tests.support.class_report import PROMPTS, write_class_pages
from tests.support.class_results import graded, judged, question, random_class
from tests.support.real_browser import STICKS_OUT

WIDTHS_PIXELS = (1400, 800, 390)
LOOKS = ("light", "dark", "print")
MAX_PICTURE_PIXELS = 6_000
OPENINGS = 5
LARGE_CLASS, LARGE_QUESTIONS, LARGE_CASES = 300, 14, 6
PROMPT = (
    "### Question 2 · Ajouter sur place (1 point)\n\nÉcrivez `f_q02(x)` : ajoute $Y$ à $X \\in \\mathbb{R}^{n \\times m}$ "
    "**dans la mémoire de `X`**, puis rend `X`.\n\n- `Y` ne change pas.\n- Toute vue prise **avant** voit le changement.\n\n"
    "```python\nX = torch.zeros(2, 3)\nvue = X[0]\nf_q02(X)\n```\n\n| écriture | effet |\n|---|---|\n| `Y *= 10` | sur place |\n"
)


def student_page(moment: str) -> bytes:
    """A page on which everything happens: failing lines, time limits, several notebooks, hidden tests."""
    asked = [question(f"q{n:02}", [0.5, 0.5, 1.0], [False, True, True]) for n in range(1, 7)]
    long = "X reçoit la somme, à sa place, seul Y reste intact, et c’est X qui est rendu. Le grand tenseur, en [1, 1], vaut -8,75 au lieu de -2,5."
    answers = [
        judged(asked[0], ["passed"] * 3),
        judged(asked[1], ["passed", "failed", "failed"], ["", long, "X est passé à une autre adresse."]),
        judged(
            asked[2],
            ["errored"] * 3,
            ["Votre code a levé TypeError : 'NoneType' object is not callable. [return x.sum()(0)]"] * 3,
        ),
        judged(
            asked[3], ["timeout", "skipped", "skipped"], ["Plus de 10 s.", "Non exécuté.", "Non exécuté."]
        ),
        judged(asked[4], ["passed"] * 3),
        judged(asked[5], ["failed"] * 3, ["La fonction « f_q06 » n’existe pas dans votre notebook."] * 3),
    ]
    cases = tuple(msgspec.structs.replace(c, where="return x.sum()(0)") for c in answers[2].test_cases)
    answers[2] = msgspec.structs.replace(answers[2], test_cases=cases)
    cells = tuple(
        f'def f_q{n:02}(x):\n    """Rend le résultat de la question {n}."""\n    y = x * {n}  # {"une longue ligne " * (9 if n == 2 else 1)}\n    return x.sum()(0)'
        for n in range(1, 6)
    )
    cells = ("import torch\n%matplotlib inline", *cells, "total = 0\nfor i in range(3):\n    total += 1 / i")
    runs = [CellRun(index=i, status="ok", stdout_tail="fait\n" * (i % 2)) for i in range(len(cells) - 1)]
    runs.append(
        CellRun(index=len(cells) - 1, status="error", error="ZeroDivisionError: division by zero", line=3)
    )
    result = msgspec.structs.replace(
        graded("a", answers, student="Noémie Lefèvre-Kowalczyk"),
        run=RunReport(status="ok", cells=tuple(runs)),
        notes=("Vous avez rendu 2 notebooks : celui-ci, qui répond à 5 noms sur 6, a été pris.",),
    )
    submission = Submission(
        id="a",
        student="Noémie",
        cells=cells,
        path="tp2/tp2-memoire.ipynb",
        source="export.zip > Noémie_12 > tp2.zip",
        among=2,
    )
    receipt = Receipt(
        file="tp2.zip",
        notebook=submission.path,
        received_at="2026-03-01 23:12",
        fingerprint="9f2c41d07be3a6c5",
        attempt=3,
    )
    prompts = {**PROMPTS, "q02": PROMPT, "q03": PROMPT}
    return to_feedback(
        result,
        submission,
        title="TP2 · La mémoire des tenseurs",
        moment=moment,
        receipt=receipt,
        prompts=prompts,
        scale=20,
    )  # type: ignore[arg-type]


def large_class() -> tuple[list[GradingResult], list[Submission]]:
    """A class of 300 with names, of which half have answers of their own."""
    results, submissions = random_class(LARGE_CLASS, LARGE_QUESTIONS, LARGE_CASES)
    named = [
        msgspec.structs.replace(r, student=f"Prénom{i:03} Nom{(i * 7919) % 997:03}")
        for i, r in enumerate(results)
    ]
    return named, submissions


def write_pages(folder: Path) -> Iterator[Path]:
    """Write the pages that are looked at."""
    for moment in ("before_due_date", "published"):
        path = folder / f"feedback-{moment}.html"
        path.write_bytes(student_page(moment))
        yield path
    yield write_class_pages(folder)


def picture(browser: Browser, path: Path, width: int, look: str, *, script: bool) -> list[str]:
    """Write a picture of the page, and return what is wrong with it."""
    from axe_playwright_python.sync_playwright import Axe

    scheme: Any = "dark" if look == "dark" else "light"
    context = browser.new_context(
        viewport={"width": width, "height": 1000}, color_scheme=scheme, java_script_enabled=script
    )
    page = context.new_page()
    try:
        page.goto(path.resolve().as_uri())
        if look == "print":
            page.emulate_media(media="print")
        name = f"{path.stem}-{width}-{look}{'' if script else '-noscript'}"
        tall = page.evaluate("() => document.documentElement.scrollHeight") if script else MAX_PICTURE_PIXELS
        page.screenshot(
            path=path.with_name(f"{name}.png"),
            full_page=True,
            clip={"x": 0, "y": 0, "width": width, "height": min(tall, MAX_PICTURE_PIXELS)},
        )
        if not script:
            return []
        said = (
            [f"{name}: sticks out by {out} px"]
            if (out := page.evaluate(STICKS_OUT)) > 0 and (look != "print" or width > 390)
            else []
        )
        if look != "print":
            found = Axe().run(page).response["violations"]
            said += [
                f"{name}: axe {one['impact']} {one['id']}: {one['nodes'][0]['html'][:120]}" for one in found
            ]
        return said
    finally:
        context.close()


def printed(browser: Browser, path: Path) -> str:
    """The size of the page on paper."""
    page = browser.new_page()
    try:
        page.goto(path.resolve().as_uri())
        data = page.pdf(path=path.with_suffix(".pdf"), prefer_css_page_size=True)
        return f"{path.stem}.pdf: {len(data) / 1e6:.2f} MB, {data.count(b'/Type /Page') - data.count(b'/Type /Pages')} pages"
    finally:
        page.close()


def measure(browser: Browser, folder: Path) -> list[str]:
    """A report of 300 students: made, written, opened, sorted, filtered."""
    results, submissions = large_class()
    started = time.perf_counter()
    data = report_data(results, submissions, title="300")
    path = folder / "report-300.html"
    path.write_bytes(to_html(results, data=data, title="300"))
    said = [
        f"report of {LARGE_CLASS}: made in {time.perf_counter() - started:.2f} s, {path.stat().st_size / 1e6:.2f} MB"
    ]
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    try:
        opened = []
        for _ in range(OPENINGS):
            started = time.perf_counter()
            page.goto(path.resolve().as_uri())
            page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            opened.append(time.perf_counter() - started)
        said.append(
            f"opened in {min(opened):.2f} s (the quickest of {OPENINGS}; load {os.getloadavg()[0]:.1f} of {os.cpu_count()})"
        )
        for what, code in (
            ("sorted", "() => document.querySelectorAll('#students thead th button')[2].click()"),
            (
                "filtered",
                "() => { const f = document.getElementById('f-search'); f.value = 'nom0'; f.dispatchEvent(new Event('input')); }",
            ),
        ):
            started = time.perf_counter()
            page.evaluate(code)
            page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            said.append(f"{what} in {time.perf_counter() - started:.2f} s")
    finally:
        page.close()
    return [*said, printed(browser, path)]


def page_previews(browser: Browser, folder: Path) -> int:
    """Write all pictures and print what was found; the number of faults."""
    folder.mkdir(parents=True, exist_ok=True)
    faults = []
    paths = list(write_pages(folder))
    for path, width, look in product(paths, WIDTHS_PIXELS, LOOKS):
        faults += picture(browser, path, width, look, script=True)
    for path, width in product(paths, WIDTHS_PIXELS):
        picture(browser, path, width, "light", script=False)
    for path in paths:
        print(printed(browser, path))
    print("\n".join(measure(browser, folder)))
    print("\n".join(faults) or "axe: nothing; nothing sticks out")
    return len(faults)


if __name__ == "__main__":
    from tests.programs.previews import open_browser

    with open_browser() as opened:
        sys.exit(
            1 if page_previews(opened, Path(sys.argv[1] if len(sys.argv) > 1 else "out/previews")) else 0
        )
