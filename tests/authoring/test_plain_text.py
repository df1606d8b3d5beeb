"""Masters in plain text: the same bundles as from the notebook, and slips named by the line of the text."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notegrad.authoring.build import Built, build
from notegrad.authoring.plain_text.text_cells import TextSlipError
from notegrad.authoring.plain_text.text_master import read_text, write_text
from notegrad.cli.main import run
from notegrad.course.config import load_config
from notegrad.errors import BuildError, InputError
from notegrad.messages.typography import ascii_spaces
from tests.support.course import CONFIG_CELL, Course, case, cell, question

ROOT = Path(__file__).parents[2]
SLUGS = sorted(path.name for path in (ROOT / "assignments").iterdir() if path.is_dir())

MYST = """\
```{assignment}
tests:
    files: false
    ok_format: false
```

# Un TP

```{code-cell}
import math
```

```{question} q1
points: 2
```

Écrivez `double(x)`.

```{solution}
def double(x):
    # BEGIN SOLUTION
    return x + x
    # END SOLUTION
```

```{tests}
:points: 0
def test_visible(double):
    assert double(1) == 2

:points: 2
:hidden: true
:failure_message: |-
    Le double vaut
    deux fois.
def test_hidden(double):
    assert double(21) == 42
```

La suite.
"""
PERCENT = """\
# %% [assignment]
# tests:
#     files: false
#     ok_format: false

# %% [markdown]
# # Un TP

# %%
import math

# %% [question] q1
# points: 2

# %% [markdown]
# Écrivez `double(x)`.

# %% [solution]
def double(x):
    # BEGIN SOLUTION
    return x + x
    # END SOLUTION

# %% [tests]
# :points: 0
def test_visible(double):
    assert double(1) == 2

# :points: 2
# :hidden: true
# :failure_message: |-
#     Le double vaut
#     deux fois.
def test_hidden(double):
    assert double(21) == 42

# %% [markdown]
# La suite.
"""
LONG_TEST = '""" # BEGIN TEST CONFIG\npoints: 2\nhidden: true\nfailure_message: |-\n    Le double vaut\n'
LONG_TEST += '    deux fois.\n""" # END TEST CONFIG\ndef test_hidden(double):\n    assert double(21) == 42'
TEXTS = {".md": MYST, ".py": PERCENT}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    made = Course(tmp_path)
    made.master.unlink()
    return made


def write(course: Course, text: str, suffix: str) -> Path:
    path = course.master.with_suffix(suffix)
    path.write_text(text, encoding="utf-8")
    return path


def built(course: Course) -> Built:
    return build(load_config(course.config), course.slug, check=False)


def refusal(course: Course, text: str, suffix: str) -> str:
    write(course, text, suffix)
    with pytest.raises(BuildError) as caught:
        built(course)
    return ascii_spaces(str(caught.value))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_real_master_as_text_gives_its_bundles_byte_for_byte(slug, tmp_path):
    """Notebook, MyST, percent and notebook again: student bundle and autograder zip are the same at each step."""
    path = tmp_path / "otter_config.yml"
    path.write_bytes((ROOT / "otter_config.yml").read_bytes())
    folder = tmp_path / "assignments" / slug
    folder.mkdir(parents=True)
    (folder / f"{slug}.ipynb").write_bytes((ROOT / "assignments" / slug / f"{slug}.ipynb").read_bytes())
    wanted = build(load_config(path), slug, check=False)
    for to in ("md", "py", "ipynb"):
        (folder / f"{slug}.{to}.old").unlink(missing_ok=True)
        assert run(["convert", slug, "--to", to, "--config", str(path)]) == 0
        made = build(load_config(path), slug, check=False)
        assert made.student == wanted.student
        assert made.autograder == wanted.autograder
    assert "{raw-cell}" not in (folder / f"{slug}.md.old").read_text("utf-8")
    assert "[raw]" not in (folder / f"{slug}.py.old").read_text("utf-8")


@pytest.mark.parametrize("suffix", TEXTS)
def test_the_short_notation_is_otters_long_one(suffix, course):
    """A text in short fences or headers gives the bundles of the notebook with all of otter's marks."""
    tests = [
        case("def test_visible(double):", "assert double(1) == 2", points=0),
        LONG_TEST,
    ]
    answer = "def double(x):\n    # BEGIN SOLUTION\n    return x + x\n    # END SOLUTION"
    cells = [
        cell("markdown", "# Un TP"),
        cell("code", "import math"),
        *question("q1", "Écrivez `double(x)`.", answer, tests, "points: 2\n"),
        cell("markdown", "La suite."),
    ]
    course.write(cells, "# ASSIGNMENT CONFIG\ntests:\n    files: false\n    ok_format: false\n")
    notebook = json.loads(course.master.read_text("utf-8"))
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    course.master.write_text(json.dumps(notebook), "utf-8")
    wanted = built(course)
    course.master.unlink()
    write(course, TEXTS[suffix], suffix)
    made = built(course)
    assert made.student == wanted.student
    assert made.autograder == wanted.autograder


def line_of(text: str, line: str) -> int:
    """The number of the only line that begins so."""
    found = [i for i, one in enumerate(text.split("\n"), 1) if one.startswith(line)]
    assert len(found) == 1, (line, found)
    return found[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("```{question} q1", "```{qestion} q1", "```{qestion}", "« question »"),
        ("```{question} q1", "```{question}", "```{question}", "n’a pas de nom"),
        ("    # END SOLUTION\n```", "    # END SOLUTION", "```{solution}", "n’est pas fermé"),
        ("    deux fois.\n", "    deux fois.\n  x: [\n", "  x: [", "« x: [ »"),
        (":hidden: true", ":hidden: oui", ":points: 2", "hidden: true"),
        ("assert double(21) == 42", "assert double(21) = 42", "    assert double(21)", "syntax"),
        ("    # END SOLUTION\n", "", "    # BEGIN SOLUTION", "# END SOLUTION"),
        ("# Un TP", "# BEGIN TESTS", "# BEGIN TESTS", "BEGIN TESTS"),
        ("```{tests}", "```{tests} q1", "```{tests}", "« q1 »"),
        ("```{tests}", " ```{tests}", " ```{tests}", "au début de la ligne"),
        ("```{solution}", "- ```{solution}", "- ```{solution}", "au début de la ligne"),
        ("```{tests}", ":::{tests}", ":::{tests}", "au début de la ligne"),
        ("```{tests}", "```{Tests}", "```{Tests}", "« tests »"),
        ("La suite.", "~~~{solution}\nx = 1 # SOLUTION\n~~~", "~~~{solution}", "hors de toute question"),
    ],
)
def test_a_slip_in_myst_is_named_by_its_line(old, new, line, said, course):
    """Slips of the notation and of what stands in its cells name the line of the file that is to be mended."""
    assert MYST.count(old) == 1
    text = MYST.replace(old, new)
    told = refusal(course, text, ".md")
    assert f"assignments/tp0/tp0.md, ligne {line_of(text, line)}" in told
    assert said in told


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("# %% [tests]", "# %% [test]", "# %% [test]", "« [tests] »"),
        ("# %% [solution]", "# %% [xyz]", "# %% [xyz]", "[xyz]"),
        ("# %% [question] q1", "# %% [question]", "# %% [question]", "n’a pas de nom"),
        ("# points: 2\n", "points: 2\n", "points: 2", "commentaires"),
        ("# :hidden: true", "# :hiden: true", "# :points: 2", "hidden"),
        ("double(1) == 2", "double(1) == duo(2)", "# :points: 0", "duo"),
        ("# # Un TP", "# # BEGIN TESTS", "# # BEGIN TESTS", "BEGIN TESTS"),
    ],
)
def test_a_slip_in_percent_text_is_named_by_its_line(old, new, line, said, course):
    """The same in a `.py`; a cell of an unknown kind is refused, since its tests would reach students."""
    assert PERCENT.count(old) == 1
    text = PERCENT.replace(old, new)
    told = refusal(course, text, ".py")
    assert f"assignments/tp0/tp0.py, ligne {line_of(text, line)}" in told
    assert said in told


def test_a_text_may_be_written_on_another_system(course):
    """Line ends of Windows, a byte-order mark and a space before a directive change nothing."""
    write(course, MYST, ".md")
    wanted = built(course)
    text = MYST.replace("```{tests}", "``` {tests}").replace("\n", "\r\n")
    course.master.with_suffix(".md").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert built(course).autograder == wanted.autograder


def test_a_slip_in_a_text_names_the_cell_too(course):
    """Place, cell, kind and question stand in one sentence, in the course's language."""
    course.config.write_text("language: en\n", "utf-8")
    told = refusal(course, MYST.replace(":hidden: true", ":hidden: oui"), ".md")
    assert "assignments/tp0/tp0.md, line 31, cell 11 (code, “" in told
    assert "question q1" in told


def test_two_masters_of_one_assignment_are_refused(course):
    """Nobody knows which counts: both are named, and nothing is built."""
    write(course, MYST, ".md")
    write(course, PERCENT, ".py")
    with pytest.raises(InputError, match=r"tp0\.md \+ tp0\.py"):
        built(course)


def test_a_text_that_is_not_utf8_is_refused(course):
    """The sentence says what to do; no traceback."""
    course.master.with_suffix(".md").write_bytes(MYST.encode("latin-1"))
    with pytest.raises(BuildError, match="UTF-8"):
        built(course)


CODE = st.sampled_from(
    [
        "x = 1",
        "%matplotlib inline\nx = 1",
        "!ls",
        "# %% [tests]\ny = 2",
        'z = """\n:a: b\n```{tests}\n"""',
        "",
        "+++",
    ]
)
PROSE = st.sampled_from(
    ["Un.\n\nDeux.", "```python\nx\n```", "- a\n  ```{note}\n  b\n  ```", "# Titre", "`````\n```\n`````"]
)
OPTIONS = st.dictionaries(
    st.sampled_from(["points", "success_message", "hidden"]),
    st.sampled_from([1, 0.5, True, "a\nb: c"]),
    max_size=3,
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
@pytest.mark.parametrize("suffix", TEXTS)
def test_any_notebook_that_a_text_holds_comes_back(suffix, data):
    """Cells in any order, questions with and without blocks: the text gives the same cells, or is refused."""
    cells = [cell("raw", CONFIG_CELL.strip())]
    for number in range(data.draw(st.integers(0, 3))):
        cells.append(cell("markdown", data.draw(PROSE)))
        cells.append(cell("code", data.draw(CODE)))
        blocks = data.draw(st.lists(st.sampled_from(["solution", "tests", "prose"]), max_size=4))
        cells.append(cell("raw", f"# BEGIN QUESTION\nname: q{number}\npoints: 1"))
        for block in blocks:
            if block == "prose":
                cells.append(cell("markdown", data.draw(PROSE)))
                continue
            cells.append(cell("raw", f"# BEGIN {block.upper()}"))
            for test in range(data.draw(st.integers(0, 2))):
                head = f"def test_{test}(f):"
                options = data.draw(OPTIONS)
                body = case(head, "pass", **options) if options else f"{head}\n    pass"
                cells.append(cell("code", body if block == "tests" else data.draw(CODE)))
            cells.append(cell("raw", f"# END {block.upper()}"))
        cells.append(cell("raw", "# END QUESTION"))
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    try:
        written = write_text(notebook, suffix)
    except TextSlipError as error:
        assert (
            cells[error.number - 1]["source"] in {"", "# %% [tests]\ny = 2", "+++"}
            or "```{tests}" in cells[error.number - 1]["source"]
        )
        return
    again = read_text(written.text, suffix).notebook["cells"]
    assert [(c["cell_type"], c["source"]) for c in again] == [(c["cell_type"], c["source"]) for c in cells]
    for made, numbers in zip(again, read_text(written.text, suffix).numbers, strict=True):
        assert len(numbers) == len(made["source"].split("\n"))


def test_a_conversion_that_would_lose_something_is_refused(course, capsys):
    """A doctest's saved output, an attached picture, and a file that is in the way: nothing is written over."""
    arguments = ["convert", "tp0", "--config", str(course.config)]
    doctest = cell("code", "f(1)", outputs=[nbformat.v4.new_output("execute_result", {"text/plain": "2"})])
    cells = [cell("raw", "# BEGIN QUESTION\nname: q1"), cell("raw", "# BEGIN TESTS"), doctest]
    course.write([*cells, cell("raw", "# END TESTS"), cell("raw", "# END QUESTION")], "# ASSIGNMENT CONFIG")
    assert run(arguments) == 2
    assert "la cellule 4 est un doctest" in capsys.readouterr().err
    course.write([cell("markdown", "![a](attachment:a)", attachments={"a": {"image/png": ""}})])
    assert run(arguments) == 2
    assert "la cellule 2 contient une image" in capsys.readouterr().err
    course.write([cell("markdown", "Un.\n\n")])
    old = course.master.with_name("tp0.ipynb.old")
    old.write_text("mine", "utf-8")
    assert run(arguments) == 2
    assert "est déjà là" in capsys.readouterr().err
    old.unlink()
    assert run(arguments) == 0
    assert "lignes vides" in capsys.readouterr().err
    assert old.is_file()
    assert sorted(path.name for path in course.folder.iterdir()) == ["tp0.ipynb.old", "tp0.md"]
