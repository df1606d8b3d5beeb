"""Languages of the site: navigation by reader, the theme's words, and the way to a page's other language."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from docutils import nodes
    from sphinx.application import Sphinx

HERE = Path(__file__).parent
NAVIGATION: dict[str, Any] = tomllib.loads((HERE / "navigation.toml").read_text("utf-8"))
FRENCH_OF = {english: french for french, english in NAVIGATION["english"].items() if english}
HOME = {"en": "docs/README", "fr": "docs/fr/lisez-moi"}
SEARCH = {"en": "search", "fr": "docs/fr/search"}

# The theme's own words, as its templates have them.
FRENCH = {
    "Back to top": "Haut de page",
    "Home": "Accueil",
    "Made with ": "Fait avec ",
    "Next": "Suivante",
    "On this page": "Sur cette page",
    "Pages before and after": "Pages précédente et suivante",
    "Previous": "Précédente",
    "Search": "Rechercher",
    "Site": "Pages du site",
    "Skip to content": "Aller au contenu",
    "Toggle Light / Dark / Auto color theme": "Couleurs claires, sombres ou du système",
    "Toggle site navigation sidebar": "Montrer la navigation du site",
    "Toggle table of contents sidebar": "Montrer le sommaire de la page",
}

DRAWERS = {"sidebar-drawer": "Navigation", "toc-drawer": "On this page"}
EMPTY_HEAD = re.compile(r"<th( class=\"head[^\"]*\")?>(?:\s|<p></p>)*</th>")  # it heads nothing


def language_of(page: str) -> str:
    """Return the language of a page, `en` or `fr`."""
    return "fr" if page.startswith("docs/fr/") or page == "README.fr" else "en"


def pages_of(language: str) -> dict[str, str]:
    """Return the pages of a language in the order of the navigation, each with its label."""
    groups = [group["pages"] for group in NAVIGATION["group"] if group["language"] == language]
    return {name: label for pages in groups for name, label in pages.items()}


def add_navigation(app: Sphinx, page: str, source: list[str]) -> None:
    """Give the first page the tree of all others, which the repository's reader has no use for."""
    if page == app.config.root_doc:
        entries = [f"{label} </{name}>" for language in HOME for name, label in pages_of(language).items()]
        source[0] += "\n".join(["", "```{toctree}", ":hidden:", "", *entries, "```", ""])


def neighbours(page: str) -> dict[str, str | None]:
    """Return the pages before and after one, in its language."""
    language = language_of(page)
    order = list(dict.fromkeys([HOME[language], *pages_of(language)]))
    if page not in order:
        return {"prev": None, "next": None}
    place = order.index(page)
    return {
        "prev": order[place - 1] if place else None,
        "next": order[place + 1] if place + 1 < len(order) else None,
    }


def speak(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give a page's template its language, its navigation, and the page that says the same in the other."""
    del template, doctree
    language = language_of(page)
    other = "fr" if language == "en" else "en"
    labels = pages_of(language)
    words = FRENCH if language == "fr" else {}
    for way, neighbour in neighbours(page).items():
        label = neighbour and labels.get(neighbour, words.get("Home", "Home"))
        context[way] = neighbour and {"link": context["pathto"](neighbour), "title": label}
    context |= {
        "language": language,
        "master_doc": HOME[language],
        "search_page": SEARCH[language],
        "groups": [group for group in NAVIGATION["group"] if group["language"] == language],
        "other_language": other,
        "other_page": SEARCH[other] if page in SEARCH.values() else counterpart(page),
        "other_home": HOME[other],
        "_": lambda text: words.get(text, text),
        "gettext": lambda text: words.get(text, text),
        "mended": lambda html: mended(html, words),
    }
    if page == SEARCH["fr"]:
        app.add_js_file("search_fr.js", priority=900)


def counterpart(page: str) -> str | None:
    """Return the page that says the same in the other language."""
    return (FRENCH_OF.get(page) if language_of(page) == "en" else NAVIGATION["english"].get(page)) or None


def mended(html: str, words: dict[str, str]) -> str:
    """Return a page of the theme in its own language, and as screen readers and keyboards need it."""
    for english, french in words.items():
        html = html.replace(f'aria-label="{english}"', f'aria-label="{french}"')
    for drawer, label in DRAWERS.items():
        html = html.replace(
            f'<aside class="{drawer}', f'<aside aria-label="{words.get(label, label)}" class="{drawer}'
        )
    html = html.replace("<pre>", '<pre tabindex="0">')  # what is too wide is moved by the keyboard too
    return EMPTY_HEAD.sub(r"<td\1></td>", html)


def search_pages(app: Sphinx) -> Iterable[tuple[str, dict[str, Any], str]]:
    """Give Sphinx the French page of the search; the English one is its own."""
    del app
    yield SEARCH["fr"], {}, "search.html"


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the languages known to Sphinx."""
    app.connect("source-read", add_navigation)
    app.connect("html-collect-pages", search_pages)
    app.connect("html-page-context", speak)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
