"""The shell runs cells as a notebook's kernel does, without a kernel; the zygote makes it for all children.

It differs from IPython's terminal in what it shows (plain text only; tracebacks are not rendered, since
nobody looks at them) and keeps no history, which takes memory and a thread.
"""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from notegrad.sandbox.inside.otter_stub import Inert
from notegrad.sandbox.protocol import NO_INSTALL_MARK

_INSTALL = re.compile(r"\s*(\S*python[\d.]*\s+-m\s+)?(pip[\d.]*|conda|mamba|apt|apt-get)\b.*\binstall\b")


class _Publisher(DisplayPublisher):
    """`display` prints the plain text and keeps nothing.

    Not while tests run: a kernel sends what is displayed to the notebook's page, where no test reads it.
    """

    in_cells = True

    def publish(self, data: Any, *_: Any, **__: Any) -> None:
        """Print the plain text of what a cell displays."""
        if self.in_cells and isinstance(data, dict) and "text/plain" in data:
            sys.stdout.write(f"{data['text/plain']}\n")

    def clear_output(self, wait: bool = False) -> None:
        """Nothing: what was printed stays."""


class _Hook(DisplayHook):
    """The value of a cell's last expression: printed, and kept as `_` and `Out[n]`, as everywhere."""

    def __call__(self, result: Any = None) -> None:
        """As everywhere; but what `grader.check` returned shows as nothing."""
        if not isinstance(result, Inert):
            super().__call__(result)  # type: ignore[no-untyped-call]

    def log_output(self, format_dict: Any) -> None:
        """Keep no second copy."""


class NotebookShell(InteractiveShell):
    """The shell that runs a submission's cells."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    @contextmanager
    def displaying_nothing(self) -> Iterator[None]:
        """Let `display` show nothing for a while."""
        publisher = cast("_Publisher", self.display_pub)
        former, publisher.in_cells = publisher.in_cells, False
        try:
            yield
        finally:
            publisher.in_cells = former

    @contextmanager
    def _tee(self, channel: str) -> Iterator[None]:  # noqa: ARG002
        yield  # the base class keeps all output in memory

    def _format_exception_for_storage(self, exception: BaseException, *_: Any, **__: Any) -> dict[str, Any]:
        return {"ename": type(exception).__name__, "evalue": "", "traceback": []}

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Nothing: the error itself is recorded, and a rendered traceback costs 50 ms."""

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """Nothing, as above."""

    def enable_gui(self, *_: Any, **__: Any) -> None:
        """No window system here; `%matplotlib qt` and `%gui` do nothing."""

    def enable_matplotlib(self, *_: Any, **__: Any) -> Any:
        """Every `%matplotlib ...` is inline here."""
        return super().enable_matplotlib("inline")  # type: ignore[no-untyped-call]

    def ask_exit(self) -> None:
        """`exit()` and `quit()` end the cell."""
        raise SystemExit

    def init_virtualenv(self) -> None:
        """No warning about environments."""

    def system(self, cmd: str) -> None:
        """`!cmd`: run by /bin/sh, its output printed; the status is left in `_exit_code`."""
        command = self.var_expand(cmd, depth=1)  # type: ignore[no-untyped-call]
        if _INSTALL.match(command):
            sys.stdout.write(f"{NO_INSTALL_MARK}\n")
            self.user_ns["_exit_code"] = 1
            return
        self.user_ns["_exit_code"] = _run_and_print(command)


def _run_and_print(command: str) -> int:
    process = subprocess.Popen(
        command, shell=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    pipe = process.stdout.fileno()
    os.set_blocking(pipe, False)
    try:
        while True:
            ended = process.poll() is not None  # asked before the pipe, so that nothing is missed
            ready, _, _ = select.select([pipe], [], [], 0 if ended else 0.02)
            chunk = os.read(pipe, 65536) if ready else b""
            if chunk:
                sys.stdout.write(chunk.decode("utf-8", "replace"))
            elif ended:  # a background process may still hold the pipe: do not wait for it
                return process.returncode
            elif ready:
                return process.wait()
    except BaseException:
        process.kill()
        raise
    finally:
        process.stdout.close()


def create(ipython_directory: str) -> NotebookShell:
    """The one shell of this process; its namespace is the module `__main__`."""
    config = Config()
    config.HistoryManager.enabled = False  # its thread and its database
    config.HistoryManager.hist_file = ":memory:"
    config.IPCompleter.use_jedi = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.xmode = "Minimal"
    config.DisplayFormatter.active_types = ["text/plain"]
    module = types.ModuleType("__main__", "Automatically created module for the notebook")
    shell: NotebookShell = NotebookShell.instance(
        config=config, user_module=module, ipython_dir=ipython_directory
    )
    return shell
