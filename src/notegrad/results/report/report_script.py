"""The report's one script, a file of its own beside this one: sorting, filters, and the reader of answers."""

from __future__ import annotations

import functools
from importlib import resources

from notegrad.results.pages.page import source_of


@functools.cache
def report_script() -> str:
    """The script as it stands in each report."""
    return (resources.files("notegrad.results.report") / "report.js").read_text("utf-8")


def script_source() -> str:
    """The source that a policy must allow for the script of a report that is made now."""
    return source_of(report_script())
