"""A course below what is bound into the sandbox's root, or opened by Landlock, is closed there all the same."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from notegrad.errors import SandboxUnavailableError
from notegrad.records import Limits
from notegrad.sandbox.outside.sandbox import Sandbox
from notegrad.sandbox.walls import hidden
from tests.attacks import levels

LIMITS = Limits(wall_s=60, cell_wall_s=30)
SERVER = "notegrad.sandbox.inside.echo:serve"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="skipped, because only root has tier full")
needs_levels = pytest.mark.skipif(
    bool(levels.why_not("no-namespaces")), reason=f"skipped, because {levels.why_not('no-namespaces')}"
)

SEARCH = """
import os
def read(path):
    try:
        return open(path).read()
    except OSError:
        return ""
found = [name for name in ("tests/q01.py", "bundle.zip") if "secret" in read(os.path.join({course!r}, name))]
for folder, _, names in os.walk({above!r}):
    found += [name for name in names if name == "q01.py" and "secret" in read(os.path.join(folder, name))]
print("found", *found)
import json.tool, wave, torch.utils.data
"""


@pytest.fixture
def course():
    """A course in a folder below sys.prefix, which is bound into the sandbox's root."""
    folder = Path(tempfile.mkdtemp(prefix="course-", dir=sys.prefix))
    folder.chmod(0o755)
    (folder / "tests").mkdir()
    (folder / "tests" / "q01.py").write_text("secret = 42")
    (folder / "bundle.zip").write_text("secret")
    yield folder
    shutil.rmtree(folder)


def look(course, tier, paths):
    cell = SEARCH.format(course=str(course), above=str(course))
    with (
        Sandbox.start(
            LIMITS, tier, server=SERVER, ahead=False, hidden_paths=[str(p) for p in paths]
        ) as sandbox,
        sandbox.open([cell]) as execution,
    ):
        found = execution.run_notebook().cells[0]
    assert found.status == "ok", found.error
    detail = next(row.detail for row in sandbox.protections if row.name == "filesystem")
    return found.stdout_tail.split(), detail


@needs_root
def test_a_course_below_python_is_not_in_the_root(course):
    """The folder is covered, a file by itself too; without the paths both can be read: the control."""
    assert look(course, "full", [])[0] == ["found", "tests/q01.py", "bundle.zip", "q01.py"]
    found, detail = look(course, "full", [course])
    assert found == ["found"] and "are not in it" in detail
    found, _ = look(course, "full", [course / "tests", course / "bundle.zip"])
    assert found == ["found"]


@needs_root
def test_python_below_a_hidden_folder_works_on(course):
    """What Python needs below a course, as its packages are, is laid back over the cover."""
    library = Path(os.__file__).parent
    if not str(library).startswith("/usr/"):
        library = next(Path(p) for p in sys.path if p.endswith("site-packages"))
    found, _ = look(course, "full", [course, library.parent])
    assert found == ["found"]


@needs_root
@pytest.mark.parametrize("missing", [False, True])
def test_what_cannot_be_hidden_is_refused_in_one_sentence(course, missing):
    """Python's own folder, and a folder that is still to be made, are named with what to do."""
    place = course / "not-there" if missing else Path(sys.prefix)
    with pytest.raises(SandboxUnavailableError, match="move it elsewhere") as caught:
        look(course, "full", [place])
    assert str(place.resolve()) in str(caught.value)


@needs_root
def test_a_course_elsewhere_changes_nothing(tmp_path):
    """Places that student code could not read anyway need not exist and are not touched."""
    with Sandbox.start(
        LIMITS, "full", server=SERVER, ahead=False, hidden_paths=[str(tmp_path), "/nowhere/x"]
    ):
        pass


BOX = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.sandbox.test_hidden import look
course = Path({course!r})
print(*look(course, "no-namespaces", [])[0])
print(*look(course, "no-namespaces", [course])[0])
"""


@needs_levels
def test_without_namespaces_landlock_leaves_the_course_out(course):
    """The rules open Python's parts one by one, and not the course among them; the control reads it."""
    program = BOX.format(root=str(Path(__file__).parents[2]), course=str(course))
    with levels.scratch_folder() as scratch:
        done = levels.run_python("no-namespaces", ["-c", program], scratch, 100)
    assert done.stdout.splitlines() == ["found tests/q01.py bundle.zip q01.py", "found"], done.stderr


def test_the_assignments_of_a_checkout_are_hidden(tmp_path):
    """Where notegrad runs from a source tree, its own assignments and tests are a course too."""
    (tmp_path / "src").mkdir()
    (tmp_path / "assignments").mkdir()
    assert hidden.of_checkout(str(tmp_path / "src")) == ()
    (tmp_path / "pyproject.toml").touch()
    assert hidden.of_checkout(str(tmp_path / "src")) == (str(tmp_path / "assignments"),)
