"""A list of a class, however it is ordered and damaged, gives no grade to somebody else."""

from __future__ import annotations

import csv
import io
import random

import hypothesis.strategies as st
from hypothesis import given, settings

from notegrad.errors import InputError
from notegrad.intake.class_list.joining import join
from notegrad.intake.class_list.roster import roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.records import ClassList, GradingResult, Handed, RosterEntry
from notegrad.results.gradebooks.list_column import fill_column
from notegrad.results.gradebooks.scale import Scale
from notegrad.results.gradebooks.standings import standings

NAMES = ("Alice Durand", "Bruno Petit", "Chloé Martin", "David Roux", "Emma Leroy", "Farid Noir")
STUDENTS = tuple(
    RosterEntry(
        name=name,
        key=str(900 + n),
        number=str(22_000_000 + 7 * n),
        email=f"{name.split()[0].lower()}@etu.fr",
        login=f"u{n:04}",
    )
    for n, name in enumerate(NAMES)
)
SCORE = {student.name: float(n + 1) for n, student in enumerate(STUDENTS)}
HEADS = {
    "number": ("N° étudiant", "Numero Etudiant", "cod_etu", "Matricule"),
    "email": ("Mél", "adresse électronique", "E-MAIL", "Courriel"),
    "login": ("Login", "nom d’utilisateur"),
}


def class_of(known: frozenset[str]) -> tuple[ClassList, dict[str, GradingResult]]:
    """The class as the export knows it: its own numbers, and these fields."""
    handed, results = [], {}
    for student in STUDENTS:
        told = {field: getattr(student, field) for field in ("key", "name", *known)}
        handed.append(Handed(submission=student.name, students=(RosterEntry(**told),)))
        results[student.name] = GradingResult(
            submission=student.name, student=student.name, assignment="tp", score=SCORE[student.name],
            max_score=20.0, questions=(), status="graded",
        )  # fmt: skip
    return ClassList(platform="moodle", handed=tuple(handed)), results


def owners_of(row: dict[str, str], fields: frozenset[str]) -> set[str]:
    """The students of the export whose identifiers stand in a row."""
    return {
        student.name
        for field in fields
        for student in STUDENTS
        if row[field] and getattr(student, field) == row[field]
    }


fields = st.sets(st.sampled_from(sorted(HEADS)), min_size=1).map(frozenset)


@settings(deadline=None, max_examples=300)
@given(
    known=fields, columns=fields, seed=st.integers(0, 10_000), damage=st.integers(0, 4), counts=st.booleans()
)
def test_no_grade_moves(
    known: frozenset[str], columns: frozenset[str], seed: int, damage: int, counts: bool
) -> None:
    """Rows in any order, identifiers exchanged, cells emptied, students twice: who has a grade has their own."""
    rng = random.Random(seed)
    rows = [{field: getattr(student, field) for field in columns} for student in STUDENTS]
    rows += [dict(rng.choice(rows))]
    rng.shuffle(rows)
    for _ in range(damage):
        one, other, field = rng.choice(rows), rng.choice(rows), rng.choice(sorted(columns))
        if rng.random() < 0.5:
            one[field], other[field] = other[field], one[field]
        else:
            one[field] = ""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    first = ["ID"] if counts else []
    writer.writerow([*first, *(rng.choice(HEADS[field]) for field in sorted(columns)), "Note"])
    for number, row in enumerate(rows, 1):
        writer.writerow([*([number] if counts else []), *(row[field] for field in sorted(columns)), ""])
    sheet = Sheet(buffer.getvalue().encode(), "liste.csv")
    class_list, results = class_of(known)
    try:
        roster = roster_of(sheet, class_list)
        joined = join(class_list, roster)
        filled = fill_column(
            sheet, roster, joined.class_list, standings(joined.class_list, results), Scale(), column="Note"
        )
    except InputError:
        return  # refused, with a sentence
    made = list(csv.reader(io.StringIO(filled.data.decode()), delimiter=";"))[1:]
    for row, cells in zip(rows, made, strict=True):
        if cells[-1]:
            owners = owners_of(row, columns & known)
            if not owners:  # then a line with the same identifier has to say whose it is
                same = [other for other in rows if any(row[f] and row[f] == other[f] for f in columns)]
                owners = set().union(*(owners_of(other, columns & known) for other in same))
            assert {float(cells[-1].replace(",", "."))} == {SCORE[name] for name in owners}, row
    if not damage and columns & known:
        assert all(cells[-1] for cells in made)
