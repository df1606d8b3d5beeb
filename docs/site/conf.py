"""Sphinx's configuration of the documentation site: `make docs` builds it into out/site.

The repository is the source folder, so that a page's links are those that work in it, docs/ or not. Nothing
of the site is loaded from another host.
"""

from __future__ import annotations

import sys
from pathlib import Path

import notegrad

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = html_title = "notegrad"
project_copyright = "the notegrad authors"
release = notegrad.__version__

extensions = ["myst_parser", "site_addresses", "site_languages"]
root_doc = "docs/README"
include_patterns = ["*.md", "docs/**.md", "deploy/README.md"]
exclude_patterns = [
    *(f"{folder}/**" for folder in ("assignments", "autograder", "benchmarks", "build", "dist")),
    *("examples", "out", "src", "student", "tests", ".*"),
]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

html_theme = "furo"
html_static_path = [str(HERE / "static")]
templates_path = [str(HERE / "templates")]
html_css_files = ["site.css"]
html_copy_source = html_show_sourcelink = False
html_use_index = False
html_show_search_summary = (
    False  # it is fetched from each page, which a browser refuses where the site is files
)
html_theme_options = {"top_of_page_buttons": []}
html_search_scorer = str(HERE / "static" / "search_scorer.js")
