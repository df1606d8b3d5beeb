"""Links, files, folders and rooms that the documentation names are there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "notegrad"
PAGES = sorted(
    path.relative_to(ROOT)
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "deploy/README.md"]
)
FOR_DEVELOPERS = [
    Path("CONTRIBUTING.md"),
    *(Path("docs", f"{name}.md") for name in ("architecture", "design")),
]
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")  # to a file of ours: no scheme, no bare anchor
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
NAMED_FILE = re.compile(r"`((?:[\w-]+/)*\w+\.py)`")
NAMED_FOLDER = re.compile(r"`((?:[\w-]+/)+)`")


def is_there(name: str) -> bool:
    """Whether a file or a folder of the repository has that path, or one that ends so."""
    return any(f"/{path}".endswith(f"/{name.rstrip('/')}") for path in known_paths())


@cache
def known_paths() -> frozenset[str]:
    """Source files and their folders, below the repository's root."""
    tops = ("src", "tests", "docs", "benchmarks", "autograder", "assignments", "examples", "student")
    files = [path.relative_to(ROOT) for top in tops for path in (ROOT / top).rglob("*") if path.is_file()]
    return frozenset(str(place) for file in files for place in (file, *file.parents))


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path):
    """A relative link of a page leads to a file or a folder of the repository."""
    text = FENCED.sub("", (ROOT / page).read_text("utf-8"))  # `layers[-1](x)` in code is no link
    assert [link for link in LINK.findall(text) if not (ROOT / page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_files_are_where_a_page_says(page: Path):
    """Whoever moves a source file is told which page still sends people to the old place."""
    text = (ROOT / page).read_text("utf-8")
    assert [name for name in NAMED_FILE.findall(text) if not is_there(name)] == []


@pytest.mark.parametrize("page", FOR_DEVELOPERS, ids=str)
def test_folders_are_where_a_page_says(page: Path):
    """The same for folders, in pages for developers; others speak of folders that a run makes."""
    text = (ROOT / page).read_text("utf-8")
    assert [name for name in NAMED_FOLDER.findall(text) if not is_there(name)] == []


def test_the_floor_plan_has_every_room():
    """docs/architecture.md lists each folder of the package and each file of its ground, and no other."""
    plan = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## The floor plan")[2]
    lines = plan.partition("```text\n")[2].partition("```")[0].splitlines()
    shown: set[str] = set()
    room = ""
    for line in lines:
        name = line.split()[0]
        if line.startswith(" "):
            shown.add(room + name)
        elif name.endswith("/"):
            room = name
            shown.add(room)
    ground = {name for name in lines[-1].split() if name.endswith(".py")}
    folders = {
        f"{path.relative_to(SOURCE)}/" for path in SOURCE.rglob("*/") if (path / "__init__.py").is_file()
    }
    files = {path.name for path in SOURCE.glob("*.py")} - {"__init__.py", "__main__.py"}
    assert {name for name in shown if name.endswith("/")} == folders - {"./"}
    assert ground == files
