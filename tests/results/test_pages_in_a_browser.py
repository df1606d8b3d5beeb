"""The feedback page and the report in a real browser: nothing is fetched, nothing runs, nothing sticks out."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import msgspec
import pytest

from notegrad.records import CellRun, RunReport, Submission
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.report.report_data import report_data
from notegrad.results.report.report_page import to_html
from tests.support.class_results import graded, judged, question, random_class
from tests.support.real_browser import STICKS_OUT, needs_chromium

pytestmark = needs_chromium

NARROW, WIDE = {"width": 390, "height": 844}, {"width": 1400, "height": 1000}
# Contrast of every piece of text against the first opaque background behind it, as WCAG 2 computes it
LOW_CONTRAST = """() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('svg, .skip') || !element.checkVisibility()) continue;
    let behind = element;
    while (behind && parse(getComputedStyle(behind).backgroundColor)[3] < 1) behind = behind.parentElement;
    const ink = light(parse(getComputedStyle(element).color));
    const paper = behind ? light(parse(getComputedStyle(behind).backgroundColor)) : 1;
    const ratio = (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
    if (ratio < 4.5) found.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
  }
  return [...found];
}"""

EVIL = (
    "</pre></code></article><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\"><svg onload=\"document.title='owned'\">",
    "<style>body{display:none}</style><link rel=stylesheet href=http://example.invalid/x.css>",
    "<iframe src=http://example.invalid/></iframe><meta http-equiv=refresh content='0;url=http://example.invalid'>",
    "\u202e" + "x" * 100_000 + "\x00",
    "e" + "\u0301" * 3_000,
    "\ufdfd" * 400,
)


@functools.cache
def attacked_page() -> bytes:
    asked = [question(f"q{n}", [0.5, 0.5], [False, True]) for n in range(1, 4)]
    answers = [judged(q, ["failed", "errored"], [EVIL[n], EVIL[-n]]) for n, q in enumerate(asked)]
    runs = [CellRun(index=i, status="error", error=text, stdout_tail=text) for i, text in enumerate(EVIL)]
    made = graded("a", answers, runs, student=EVIL[0], status="crashed", reason=EVIL[1])
    return to_feedback(
        made, Submission(id="a", student="", cells=EVIL), title=EVIL[2] + "x" * 300, moment="published"
    )


@functools.cache
def plain_page() -> bytes:
    asked = [question(f"q{n}", [0.5, 0.5], [False, True]) for n in range(1, 9)]
    outcomes = [("passed", "passed"), ("failed", "passed"), ("errored", "timeout"), ("skipped", "skipped")]
    answers = [
        judged(q, outcomes[n % 4], ["Une phrase assez longue pour aller à la ligne. " * 3] * 2)
        for n, q in enumerate(asked)
    ]
    statuses = ("ok", "error", "timeout", "not_run")
    runs = [CellRun(index=i, status=statuses[i % 4], error="E: x" if i % 4 else None, stdout_tail="1\n") for i in range(8)]  # fmt: skip
    cells = tuple(
        f'def f_q{n}(x):\n    """Doc."""\n    return len("é") + 1.5  # {"long " * 60}' for n in range(1, 9)
    )
    made = msgspec.structs.replace(graded("a", answers), run=RunReport(status="ok", cells=tuple(runs)))
    return to_feedback(
        made, Submission(id="a", student="Zoé", cells=cells), title="TP", moment="published", scale=20
    )


@functools.cache
def report_page() -> bytes:
    results, submissions = random_class(25, questions=14, cases=6)
    long = msgspec.structs.replace(
        results[0], student="x" * 150, reason="<script>alert(1)</script>" * 20, status="crashed"
    )
    results = [long, *results[1:], graded("u", (), status="unreadable", reason="Ce fichier est vide.")]
    links = {r.submission: f"results/{r.submission}/feedback.html" for r in results}
    return to_html(results, data=report_data(results, submissions), links=links, title="TP")


PAGES = {"attacked": attacked_page, "plain": plain_page, "report": report_page}


@pytest.mark.parametrize(("view", "scheme"), [(NARROW, "light"), (WIDE, "dark")], ids=["narrow", "wide-dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_whole_and_fits(
    chromium: Any, tmp_path: Path, name: str, view: dict, scheme: str
) -> None:
    """No request but the file, nothing on the console, no sideways scrolling, and text that can be read."""
    path = tmp_path / f"{name}.html"
    path.write_bytes(PAGES[name]())
    said: list[str] = []
    asked: list[str] = []
    page = chromium.new_page(viewport=view, color_scheme=scheme)
    try:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert said == []
        assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
        assert page.evaluate(STICKS_OUT) <= 0
        assert page.title() != "owned"
        assert page.evaluate(LOW_CONTRAST) == []
        assert page.locator("iframe, object, form, [onload], [onerror]").count() == 0
        assert page.locator("script").count() == (name == "report")  # its own, by its digest
        assert page.locator("main").is_visible()
    finally:
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_prints(chromium: Any, tmp_path: Path, name: str) -> None:
    """On paper everything is there: no part is cut off sideways."""
    path = tmp_path / f"{name}.html"
    path.write_bytes(PAGES[name]())
    page = chromium.new_page(viewport={"width": 1040, "height": 700})
    try:
        page.goto(path.as_uri())
        page.emulate_media(media="print")
        assert page.evaluate(STICKS_OUT) <= 0
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    finally:
        page.close()
