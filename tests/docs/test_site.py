"""The site of the documentation: built without a warning, complete, in two languages, and without a network."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = pytest.mark.timeout(600)  # the build takes seconds of a processor, and minutes of a busy machine

ROOT = Path(__file__).parents[2]
NAVIGATION = tomllib.loads((ROOT / "docs" / "site" / "navigation.toml").read_text("utf-8"))
START = "docs/README"
ENGLISH_OF = NAVIGATION["english"]
PAGES = {
    str(path.relative_to(ROOT).with_suffix(""))
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "deploy/README.md"]
}
FRENCH = {page for page in PAGES if page.startswith("docs/fr/") or page == "README.fr"}
LOADED = re.compile(
    r"<(?:script|img|iframe|source)[^>]*\ssrc=\"([^\"]+)\"|<link(?![^>]*rel=\"alternate\")[^>]*\shref=\"([^\"]+)\""
)
LINK = re.compile(r"<a [^>]*href=\"([^\"]+)\"")


def text_of(page: str) -> str:
    return (ROOT / f"{page}.md").read_text("utf-8")


def links_from(page: str) -> set[str]:
    folder = (ROOT / page).parent
    found = re.findall(r"\]\(([^)#:\s]+)\.md(?:#[^)]*)?\)", text_of(page))
    return {os.path.relpath(folder / link, ROOT) for link in found}


def test_every_page_has_a_place_in_the_navigation():
    """A reader finds each page on the left, once, in its own language; nothing there leads nowhere."""
    placed = [(name, group["language"]) for group in NAVIGATION["group"] for name in group["pages"]]
    assert sorted(name for name, _ in placed) == sorted(PAGES - {START})
    assert {name for name, language in placed if language == "fr"} == FRENCH


def test_french_pages_name_their_english_ones():
    """A French page leads to the English one of the same subject, and back; where there is none it says so."""
    assert set(ENGLISH_OF) == FRENCH
    for french, english in ENGLISH_OF.items():
        if english:
            assert english in links_from(french), french
            assert french in links_from(english), english
        else:
            assert "n’existe qu’en français" in text_of(french), french


def test_the_sources_build_without_a_warning(site: Path):
    """A broken link, a missing picture or a page in no tree fails the build; the first page is index.html."""
    assert "<title>" in (site / "index.html").read_text("utf-8")
    assert len(list(site.rglob("*.html"))) == len(PAGES) + 2  # the search in two languages


def test_nothing_comes_from_elsewhere(site: Path):
    """A page loads no script, style, font or picture from another host, so that it is read without a network."""
    for page in site.rglob("*.html"):
        loaded = [a or b for a, b in LOADED.findall(page.read_text("utf-8"))]
        assert loaded, page
        assert [address for address in loaded if urlsplit(address).netloc] == [], page
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", style.read_text("utf-8")), style


def test_links_lead_to_files_of_the_site(site: Path):
    """Every link of the built site, in text, navigation and language switch, leads to a file that is there."""
    for page in site.rglob("*.html"):
        for link in LINK.findall(page.read_text("utf-8")):
            found = urlsplit(link)
            if not found.scheme and found.path:
                assert (page.parent / unquote(found.path)).is_file(), (page.name, link)


def test_pages_speak_their_language(site: Path):
    """A French page says so to browsers, has French navigation, and a way to its English counterpart."""
    french = (site / "fr" / "correction.html").read_text("utf-8")
    assert '<html class="no-js" lang="fr"' in french
    assert "Enseignants" in french and "Sur cette page" in french and "On this page" not in french
    assert 'href="../platforms.html" lang="en"' in french
    english = (site / "platforms.html").read_text("utf-8")
    assert '<html class="no-js" lang="en"' in english
    assert "Operators" in english and 'href="fr/correction.html" lang="fr"' in english


def test_the_search_knows_the_addresses(site: Path):
    """What the search finds is linked under the address that the page has in the site."""
    index = (site / "searchindex.js").read_text("utf-8")
    found = json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))
    assert all((site / f"{name}.html").is_file() for name in found["docnames"])
    assert len(found["docnames"]) == len(PAGES)
