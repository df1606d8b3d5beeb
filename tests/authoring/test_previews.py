"""Student notebooks in a browser: every formula is typeset, and nothing sticks out of the page."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from tests.programs.previews import ROOT, missing, open_browser, preview

SLUGS = sorted(path.parent.name for path in ROOT.glob("student/*/*.ipynb"))

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"skipped, because {missing()}")


def test_formulas_are_typeset(tmp_path: Path) -> None:
    """MathJax, as nbconvert sets it up, typesets every formula of every lesson and prompt."""
    with open_browser() as browser:
        for slug in SLUGS:
            notebook = nbformat.read(
                ROOT / "student" / slug / f"{slug}.ipynb", as_version=nbformat.NO_CONVERT
            )
            seen = preview(browser, notebook, slug, "light", tmp_path)
            assert seen.formulas, slug
            assert not seen.refused, (slug, seen.refused)
            assert not seen.too_wide, (slug, seen.too_wide)


def test_a_formula_that_is_wrong_is_noticed(tmp_path: Path) -> None:
    """An undefined LaTeX command, or a brace too few, is listed as refused: the check above can fail."""
    wrong = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(r"$\frac{1}{2$ et $\oubli x$")])
    with open_browser() as browser:
        seen = preview(browser, wrong, "wrong", "light", tmp_path)
    assert len(seen.refused) == 2, seen
