"""Pages and student notebooks as a browser shows them: `python -m tests.programs.previews [FOLDER]`.

The student's page and the report come first (`page_previews`), then notebooks, executed, light and dark.

Chromium and MathJax come from Debian (`apt-get install chromium libjs-mathjax`), so that formulas are typeset
without a network. Look at the pictures; the formulas are counted here too, because one that MathJax refuses is
easily overlooked.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, sync_playwright

from tests.programs.page_previews import page_previews

ROOT = Path(__file__).parents[2]
MATHJAX = Path("/usr/share/javascript/mathjax/MathJax.js")
MATHJAX_CONFIG = "TeX-AMS_CHTML-full,Safe"  # nbconvert's own
THEMES = ("light", "dark")
WIDTH_PIXELS, HEIGHT_PIXELS = 1000, 1200
TYPESET_WAIT_MS = 600_000
CELL_WAIT_S = 900  # the last cell exports the notebook, and runs it once more

IS_TYPESET = "() => window.MathJax && MathJax.Hub && MathJax.Hub.queue.pending === 0 && MathJax.isReady"
FORMULAS = "() => MathJax.Hub.getAllJax().map(jax => jax.originalText)"
# MathJax shows what it cannot read as plain text in an <merror>, an unknown command in red, its own faults as an Error
REFUSED = """() => [...document.querySelectorAll('[data-mathml]')]
    .filter(frame => frame.classList.contains('MathJax_Error')
        || /<merror|mathcolor="red"/.test(frame.getAttribute('data-mathml')))
    .map(frame => frame.getAttribute('data-mathml'))"""
WIDER_THAN_PAGE = """() => [...document.querySelectorAll('.jp-MarkdownOutput table, .jp-MarkdownOutput img, .jp-OutputArea img')]
    .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(element => element.outerHTML.slice(0, 80))"""


@dataclass(frozen=True)
class Preview:
    """One rendered notebook: its picture, the formulas that were typeset, those refused, and what sticks out."""

    picture: Path
    formulas: Sequence[str]
    refused: Sequence[str]
    too_wide: Sequence[str]


def missing() -> str:
    """What this machine lacks, as a sentence; empty where nothing is missing."""
    if shutil.which("chromium") is None:
        return "chromium is not installed (apt-get install chromium)"
    return "" if MATHJAX.is_file() else "MathJax is not installed (apt-get install libjs-mathjax)"


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Debian's chromium, which may read MathJax from the disk."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--allow-file-access-from-files"],
        )
        yield browser
        browser.close()


def execute(slug: str, folder: Path) -> nbformat.NotebookNode:
    """The untouched student notebook with its outputs, run where its files lie."""
    work = folder / slug
    shutil.copytree(ROOT / "student" / slug, work, dirs_exist_ok=True)
    notebook = nbformat.read(work / f"{slug}.ipynb", as_version=nbformat.NO_CONVERT)
    NotebookClient(
        notebook, timeout=CELL_WAIT_S, allow_errors=True, resources={"metadata": {"path": str(work)}}
    ).execute()
    return notebook


def folded(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook as JupyterLab opens it, which nbconvert does not: without the code that is folded."""
    shown = deepcopy(notebook)
    for cell in shown.cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            cell.metadata["transient"] = {"remove_source": True}
    return shown


def preview(
    browser: Browser, notebook: nbformat.NotebookNode, slug: str, theme: str, folder: Path
) -> Preview:
    """Write `<slug>-<theme>.html` and `.png` into the folder, and say what the browser made of the formulas."""
    exporter = HTMLExporter(theme=theme, mathjax_url=f"{MATHJAX.as_uri()}?config={MATHJAX_CONFIG}")
    html = folder / f"{slug}-{theme}.html"
    html.write_text(exporter.from_notebook_node(folded(notebook))[0], "utf-8")
    page = browser.new_page(viewport={"width": WIDTH_PIXELS, "height": HEIGHT_PIXELS})
    try:
        page.goto(html.resolve().as_uri())
        page.wait_for_function(IS_TYPESET, timeout=TYPESET_WAIT_MS)
        picture = html.with_suffix(".png")
        page.screenshot(path=picture, full_page=True, timeout=TYPESET_WAIT_MS)
        return Preview(
            picture, page.evaluate(FORMULAS), page.evaluate(REFUSED), page.evaluate(WIDER_THAN_PAGE)
        )
    finally:
        page.close()


def main(folder: Path) -> int:
    """Preview every page and student notebook; the exit status is 1 where a formula was refused, or a page is at fault."""
    if lacking := missing():
        print(lacking)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    refused = 0
    with open_browser() as browser:
        refused += page_previews(browser, folder)
        for slug in sorted(path.parent.name for path in ROOT.glob("student/*/*.ipynb")):
            notebook = execute(slug, folder)
            for theme in THEMES:
                made = preview(browser, notebook, slug, theme, folder)
                refused += len(made.refused) + len(made.too_wide)
                print(
                    f"{made.picture}: {len(made.formulas)} formulas, refused {list(made.refused)}, too wide {list(made.too_wide)}"
                )
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/previews")))
