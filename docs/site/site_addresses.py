"""Addresses of the site's pages: those of docs/ at its top, the repository's own pages beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sphinx.builders.html import StandaloneHTMLBuilder

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Pages whose address is neither their path below docs/ nor their name in lower case.
ADDRESSES = {
    "README": "readme",
    "README.fr": "fr/readme",
    "SECURITY": "reporting",  # docs/security.md is another page, and some file systems see no case
    "deploy/README": "deploy",
    "docs/README": "index",
}


def address(page: str) -> str:
    """Return the address of a page of the repository, without its ending."""
    return ADDRESSES.get(page) or page.removeprefix("docs/").lower()


class SiteBuilder(StandaloneHTMLBuilder):
    """Sphinx's builder of HTML with addresses of our own."""

    name = "site"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:  # noqa: ARG002 (Sphinx's name)
        """Return where a link to the page leads."""
        return quote(address(docname)) + self.link_suffix

    def get_output_path(self, page_name: str, /) -> Path:
        """Return the file that the page is written to."""
        return Path(self.outdir, address(page_name) + self.out_suffix)

    def dump_search_index(self) -> None:
        """Write the search's index, whose links are made of page names, with addresses in their place."""
        super().dump_search_index()
        written = Path(self.outdir, self.searchindex_filename)
        head, tail = "Search.setIndex(", ")"
        index = json.loads(written.read_text("utf-8").removeprefix(head).removesuffix(tail))
        index["docnames"] = [address(page) for page in index["docnames"]]
        written.write_text(head + json.dumps(index, separators=(",", ":")) + tail, "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the builder known to Sphinx."""
    app.add_builder(SiteBuilder)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
