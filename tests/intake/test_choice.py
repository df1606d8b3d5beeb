"""The notebook that is graded is the one that answers this assignment, whatever lies beside it and however it is called."""

from __future__ import annotations

import io
import json
import zipfile

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from notegrad.intake.hand_in import Found, read_together
from notegrad.intake.wanted import Wanted, cell_digest
from notegrad.records import Submission

NAMES = ("suite", "grille", "table")
STUBS = tuple(f"def {name}(x):\n    ..." for name in NAMES)
SCRATCH = "x = 1\nprint(x)"
WANTED = Wanted(
    names=frozenset(NAMES),
    handout_cells=frozenset(map(cell_digest, ("import torch", *STUBS))),
    file_name="tp1.ipynb",
    others=(("TP2", frozenset({"copie", "ligne"})),),
)


def notebook(*cells: str) -> bytes:
    return json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]}).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def handed_in(files: dict[str, bytes], wanted: Wanted = WANTED) -> Submission:
    found = [
        Found(path=name, size=len(data), modified=(number,), read=lambda _, data=data: data)
        for number, (name, data) in enumerate(files.items())
    ]
    return read_together(found, Submission(id="a", student="a"), container="Ce dossier", wanted=wanted)


def answers(count: int) -> tuple[str, ...]:
    """A notebook's cells in which so many of the questions are answered."""
    return ("import torch", *(f"def {n}(x):\n    return 2 * x" for n in NAMES[:count]), *STUBS[count:])


UNTOUCHED = notebook("import torch", *STUBS)
FINISHED = notebook(*answers(3))
OTHER = notebook("def copie(x):\n    return x.clone()", "def ligne(x, i):\n    return x[i]")

names = st.sampled_from(
    [
        "tp1.ipynb",
        "tp1.ipynb.txt",
        "rendu.json",
        "sans-extension",
        "Copie de tp1.IPYNB",
        "tp1 (1).ipynb",
        "é.txt",
    ]
)


@settings(deadline=None, max_examples=60)
@given(
    name=names,
    beside=st.lists(
        st.tuples(
            names,
            st.sampled_from(
                [
                    UNTOUCHED,
                    OTHER,
                    notebook(*STUBS, *[SCRATCH] * 40),
                    notebook(*answers(2), *[SCRATCH] * 40),
                    notebook(SCRATCH),
                    b"",
                    b"\x89PNG\r\n",
                    b'{"cells": 3}',
                    b"un texte",
                ]
            ),
        ),
        max_size=5,
    ),
    place=st.integers(0, 5),
    in_zip=st.booleans(),
)
def test_finished_work_is_found_among_anything(
    name: str, beside: list[tuple[str, bytes]], place: int, in_zip: bool
) -> None:
    """Beside drafts, other assignments and files of any kind, in any order, alone or in a zip."""
    files = {f"{number}/{path}": data for number, (path, data) in enumerate(beside)}
    items = list(files.items())
    own = ("rendu.zip", zipped({name: FINISHED})) if in_zip else (f"fini/{name}", FINISHED)
    items.insert(min(place, len(items)), own)
    submission = handed_in(dict(items))
    assert submission.unreadable is None
    assert submission.cells == answers(3)
    assert submission.others == ()
    readable = sum(data.startswith(b'{"cells": [') for _, data in beside)
    assert bool(submission.notes) or readable == 0


def test_a_semester_in_one_zip_gives_this_assignment() -> None:
    """Four solved notebooks of four assignments: this one's is graded, and the choice is told."""
    submission = handed_in(
        {"semestre.zip": zipped({"tp2.ipynb": OTHER, "tp1.ipynb": FINISHED, "tp3.ipynb": OTHER})}
    )
    assert submission.path == "semestre.zip/tp1.ipynb"
    assert "tp1.ipynb a été corrigé" in submission.notes[0]


def test_where_nothing_speaks_for_one_both_are_graded() -> None:
    """Two different notebooks that answer the same names: nobody can know, so none is thrown away."""
    again = notebook("import torch", *(f"def {n}(x):\n    return x + x" for n in NAMES))
    submission = handed_in({"a.ipynb": FINISHED, "b.ipynb": again})
    assert (submission.path, [other.path for other in submission.others]) == ("b.ipynb", ["a.ipynb"])
    assert "la meilleure note compte" in submission.notes[0]


def test_the_name_of_the_handout_decides_where_answers_do_not() -> None:
    """Of two notebooks with the same names answered, the one that is called as the handout is meant."""
    again = notebook("import torch", *(f"def {n}(x):\n    return x + x" for n in NAMES))
    submission = handed_in({"TP1.ipynb": FINISHED, "brouillon.ipynb": again})
    assert (submission.path, submission.others) == ("TP1.ipynb", ())


def test_the_notebook_of_another_assignment_is_told_so() -> None:
    """Graded as it is, and the student reads which assignment it is of."""
    assert "celui de «\xa0TP2\xa0»" in handed_in({"tp1.ipynb": OTHER}).notes[0]
    assert handed_in({"tp1.ipynb": FINISHED}).notes == ()


def test_a_bundle_that_tells_no_handout_still_has_its_stubs_passed_over() -> None:
    """Of plain otter's bundles only the tests are known: a body of `...` is no answer there either."""
    wanted = Wanted(names=frozenset(NAMES))
    assert handed_in({"a.ipynb": FINISHED, "b.ipynb": UNTOUCHED}, wanted).cells == answers(3)


@pytest.mark.parametrize(
    ("damaged", "read"),
    [
        ("é = 1 # à".encode().replace("à".encode(), b"\xe0"), "é = 1 # \N{REPLACEMENT CHARACTER}"),
        ("# \xe9t\xe9".encode("cp1252"), "# été"),
    ],
)
def test_one_wrong_byte_is_one_wrong_character(damaged: bytes, read: str) -> None:
    """A byte that is no UTF-8 does not turn the other accents into two characters each."""
    submission = handed_in({"a.ipynb": notebook("XX").replace(b"XX", damaged)})
    assert submission.cells == (read,)
