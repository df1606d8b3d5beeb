"""An IPython shell in this process, for cells of a student's notebook as an editor would run them."""

from __future__ import annotations

import atexit
import types
from collections.abc import Iterator
from contextlib import contextmanager

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config


class StudentShell:
    """Runs cells one after the other; what a cell printed and showed is its answer."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell
        self.names = shell.user_ns

    def run(self, cell: str) -> str:
        """What the cell said, with the text of what it displayed; an error of it is one of the test."""
        with capture_output() as said:
            found = self.shell.run_cell(cell, store_history=True)
        found.raise_error()
        shown = [output.data.get("text/html", output.data.get("text/plain", "")) for output in said.outputs]
        return "\n".join([said.stdout, *shown])


@contextmanager
def student_shell(module: str = "") -> Iterator[StudentShell]:
    """A fresh shell, whose class says that it is of that module (Colab is recognised by it)."""
    kind = type("Shell", (InteractiveShell,), {"__module__": module} if module else {})
    config = Config()
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    shell = kind.instance(config=config, user_module=types.ModuleType("student"))
    try:
        yield StudentShell(shell)
    finally:
        shell.atexit_operations()
        atexit.unregister(shell.atexit_operations)
        kind.clear_instance()
