"""Takes the two pictures of README.md from the results that `make demo` left: `make pictures`.

Chromium comes from Debian (`apt-get install chromium`), Playwright from the extra `test`, Pillow from
matplotlib.
"""

from __future__ import annotations

import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "out" / "tp2-memoire"
WIDTH_PIXELS, HEIGHT_PIXELS = 860, 1000
MARGIN_PIXELS = 14
COLOURS = 64  # of a picture: text on one background needs no more, and a clone of the repository is smaller
FLAGS = (
    "--no-sandbox",  # in a container there is often no other way; the pages are our own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Picture:
    """One picture: the page it shows, and the CSS selector of the last element that is still in it."""

    name: str
    page: str
    last: str


PICTURES = (
    Picture(name="report.png", page="report.html", last="section[aria-labelledby=report_table] .scroll"),
    Picture(name="feedback.png", page="results/lambert-nora/feedback-published.html", last="#q4"),
)


def take(browser: Browser, picture: Picture) -> bytes:
    """The top of a page as PNG, down to the picture's last element."""
    page = browser.new_page(viewport={"width": WIDTH_PIXELS, "height": HEIGHT_PIXELS}, color_scheme="light")
    try:
        page.goto((RESULTS / picture.page).resolve().as_uri())
        bottom = page.evaluate(
            "selector => document.querySelector(selector).getBoundingClientRect().bottom", picture.last
        )
        clip = {"x": 0, "y": 0, "width": WIDTH_PIXELS, "height": bottom + MARGIN_PIXELS}
        return page.screenshot(full_page=True, clip=clip)
    finally:
        page.close()


def smaller(png: bytes) -> bytes:
    """The same picture with a palette."""
    written = io.BytesIO()
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def main() -> str | None:
    """Write every picture; the sentence on what is missing where none can be taken."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return "chromium is not installed (apt-get install chromium)"
    if not all((RESULTS / picture.page).is_file() for picture in PICTURES):
        return f"{RESULTS} holds no results of the example class: run `make demo` first"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for picture in PICTURES:
            (HERE / picture.name).write_bytes(smaller(take(browser, picture)))
        browser.close()
    return None


if __name__ == "__main__":
    sys.exit(main())
