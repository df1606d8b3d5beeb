"""JupyterLab as a student has it: a server of its own over a folder, and a notebook in a browser, by mouse and keyboard."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

PATIENCE_S = 300
"""How long anything may take: a busy machine is no fault."""
_SETTINGS = {
    # every cell is in the page, whatever is in view
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    # what is saved is what the student saved
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
_PAGE = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
# root may write everywhere, unless the kernel takes that from it
_AS_A_STUDENT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@contextmanager
def lab_server(folder: Path, home: Path) -> Iterator[str]:
    """The address of a JupyterLab over `folder`, to which read-only folders are read-only; `home` keeps its settings."""
    for name, setting in _SETTINGS.items():
        _write(home / "settings" / f"{name}.jupyterlab-settings", setting)
    _write(home / "config" / "labconfig" / "page_config.json", _PAGE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        *(_AS_A_STUDENT if os.geteuid() == 0 and shutil.which("setpriv") else ()),
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=",
    ]  # fmt: skip
    places = {
        "HOME": home, "IPYTHONDIR": home / "ipython", "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data", "JUPYTER_RUNTIME_DIR": home / "run",
    }  # fmt: skip
    environment = {**os.environ, **{name: str(path) for name, path in places.items()}}
    environment.pop("JPY_SESSION_NAME", None)
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for_server(address, server, home / "server.log")
        yield address
    finally:
        server.terminate()  # ends its kernels too
        server.wait(PATIENCE_S)


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")


def _wait_for_server(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/api", timeout=30).close()
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab did not start: {log.read_text('utf-8')[-2000:]}")


class LabNotebook:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page: Any, address: str, path: str) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_S * 1000)
        # what an earlier visit left open would be the first notebook in the page
        page.goto(f"{address}/lab/tree/{quote(path)}?reset")
        page.locator(".jp-NotebookPanel .jp-CodeCell").last.wait_for(state="attached")
        self._wait_for_kernel(f"{address}/api/sessions", path)

    def _wait_for_kernel(self, sessions: str, path: str) -> None:
        """Wait until the page is connected to its kernel: before that, JupyterLab runs nothing, and does not say so."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with urllib.request.urlopen(sessions, timeout=PATIENCE_S) as answer:
                kernels = [session["kernel"] for session in json.load(answer) if session["path"] == path]
            if any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels):
                return
            self.page.wait_for_timeout(300)
        raise TimeoutError(f"no kernel for {path}")

    def cell(self, text: str) -> Any:
        """The first code cell in whose source the text is."""
        editors = self.page.locator(".jp-NotebookPanel .jp-CodeCell")
        return editors.filter(has=self.page.locator(".jp-InputArea", has_text=text)).first

    def write(self, text: str, source: str) -> None:
        """Put a source in the place of the cell in which the text is."""
        self._enter(text)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def run(self, text: str) -> str:
        """Run a cell by Shift + Enter; what stands below it then."""
        cell = self.cell(text)
        before = self._prompt(cell)
        self._enter(text)
        self.page.keyboard.press("Shift+Enter")
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            now = self._prompt(cell)
            if now != before and now.strip("[]: ").isdigit():
                return self.output(text)
            self.page.wait_for_timeout(300)
        raise TimeoutError(f"cell {text!r} did not end: {self._prompt(cell)}")

    def run_first(self, count: int) -> None:
        """Run that many cells from the top, folded ones too, as Shift + Enter goes on from one to the next."""
        self.page.locator(".jp-NotebookPanel .jp-Cell").first.click(position={"x": 5, "y": 5})
        for _ in range(count):
            self.page.keyboard.press("Shift+Enter")

    def run_all(self) -> None:
        """Choose *Run All Cells* from the menu, and wait for the last cell."""
        self.menu("Run", "Run All Cells")
        last = self.page.locator(".jp-NotebookPanel .jp-CodeCell").last
        end = time.monotonic() + PATIENCE_S
        while not self._prompt(last).strip("[]: ").isdigit():
            if time.monotonic() > end:
                raise TimeoutError("the notebook did not end")
            self.page.wait_for_timeout(1000)

    def menu(self, name: str, entry: str) -> None:
        """Choose an entry of the menu bar."""
        self.page.locator("#jp-MainMenu .lm-MenuBar-itemLabel", has_text=name).first.click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(entry, exact=True).click()

    def output(self, text: str) -> str:
        """What stands below a cell."""
        return "\n".join(self.cell(text).locator(".jp-OutputArea-output").all_inner_texts())

    def errors(self) -> list[str]:
        """The tracebacks that a reader sees."""
        return self.page.locator('.jp-OutputArea-output[data-mime-type$="jupyter.error"]').all_inner_texts()

    def _enter(self, text: str) -> None:
        self.cell(text).locator(".cm-content").click()

    def _prompt(self, cell: Any) -> str:
        return str(cell.locator(".jp-InputPrompt").first.inner_text())
