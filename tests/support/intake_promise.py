"""The promise of intake, whatever a stranger hands in."""

from __future__ import annotations

import nbformat

from notegrad.records import Submission

GOOD = nbformat.writes(
    nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("def f(x):\n    return 'é'"), nbformat.v4.new_markdown_cell("# t")]
    )
).encode()


def keeps_its_promise(submission: Submission) -> None:
    """The promise of intake: cells or one sentence, and nothing that UTF-8 cannot carry."""
    assert bool(submission.cells) == (submission.unreadable is None)
    if submission.unreadable is not None:
        assert submission.unreadable.endswith(".")
        assert "\n" not in submission.unreadable
    for text in (*submission.cells, submission.source, *(name for name, _ in submission.files)):
        text.encode()
        assert "\r" not in text or text not in submission.cells
    for name, _ in submission.files:
        assert not name.startswith("/")
        assert ".." not in name.split("/")
