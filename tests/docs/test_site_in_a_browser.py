"""The site of the documentation in a real browser: axe finds nothing, and no page is wider than its window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.real_browser import STICKS_OUT, needs_chromium

pytestmark = [needs_chromium, pytest.mark.slow, pytest.mark.timeout(3_600)]

LOOKS = {"wide": (1400, "light"), "dark": (1400, "dark"), "tablet": (800, "light"), "phone": (390, "dark")}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_can_be_read(chromium: Any, site: Path, look: str) -> None:
    """No violation that axe knows, light and dark, and no scrolling sideways at 1400, 800 and 390 pixels."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="skipped, because axe-playwright-python is not installed",
    ).Axe()
    width, scheme = LOOKS[look]
    page = chromium.new_page(viewport={"width": width, "height": 1000}, color_scheme=scheme)
    found = []
    try:
        for path in sorted(site.rglob("*.html")):
            page.goto(path.as_uri())
            name = path.relative_to(site).as_posix()
            for one in axe.run(page).response["violations"]:
                found.append(f"{name}: {one['impact']} {one['id']}: {one['nodes'][0]['html'][:120]}")
            if (wider := page.evaluate(STICKS_OUT)) > 0:
                found.append(f"{name}: sticks out by {wider} px")
    finally:
        page.close()
    assert not found, "\n".join(found)
