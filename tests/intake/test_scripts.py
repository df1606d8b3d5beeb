"""Scripts that were handed in where a notebook was asked for: read as otter reads them."""

from __future__ import annotations

import io
import zipfile

from notegrad.intake.hand_in import read_submission
from notegrad.intake.wanted import Wanted
from notegrad.records import Submission

WANTED = Wanted(names=frozenset({"double"}), language="en")
SCRIPT = b"import math\r\n\r\ndef double(x):\r\n    return 2 * x\r\n"
NOTEBOOK = b'{"cells": [{"cell_type": "code", "source": "y = 1", "metadata": {}}]}'


def read(data: bytes, path: str) -> Submission:
    return read_submission(data, id="a", path=path, wanted=WANTED)


def zipped(**members: bytes) -> bytes:
    """A zip of scripts and notebooks, by name without ending."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_dot_", "."), content)
    return file.getvalue()


def test_a_script_that_answers_is_one_cell() -> None:
    """Alone or in a zip it is read, with a note on its name: otter grades it, and a zero would be ours."""
    for data, path in ((SCRIPT, "lab.PY"), (zipped(lab_dot_py=SCRIPT, helper_dot_py=b"z = 3"), "lab.zip")):
        submission = read(data, path)
        assert submission.cells == (SCRIPT.decode().replace("\r\n", "\n"),)
        assert submission.notes


def test_a_notebook_goes_before_scripts_and_a_helper_is_no_answer() -> None:
    """A script beside a notebook is its data; one that defines nothing that is asked for is not read."""
    assert read(zipped(a_dot_ipynb=NOTEBOOK, lab_dot_py=SCRIPT), "a.zip").cells == ("y = 1",)
    for data, path in ((b"z = 3", "a.py"), (b"def double(:", "a.py"), (SCRIPT, "a.txt")):
        assert read(data, path).unreadable
