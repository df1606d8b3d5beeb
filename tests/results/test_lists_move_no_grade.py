"""A list of a class, however it is ordered and damaged, gives no grade to somebody else."""

from __future__ import annotations

import csv
import io
import random

import hypothesis.strategies as st
from hypothesis import given, settings
from msgspec import structs

from notegrad.errors import InputError
from notegrad.intake.class_list.joining import join
from notegrad.intake.class_list.roster import roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.records import ClassList, CsvForm, GradingResult, Handed, RosterEntry
from notegrad.results.gradebooks.class_gradebook import to_class_gradebook
from notegrad.results.gradebooks.list_column import fill_column
from notegrad.results.gradebooks.scale import Scale, number_in
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
there = st.sampled_from(["", "", "ABI", "DEF", "3,5", "20"])


@settings(deadline=None, max_examples=400)
@given(
    known=fields,
    columns=fields,
    seed=st.integers(0, 10_000),
    damage=st.integers(0, 4),
    counts=st.booleans(),
    named=st.booleans(),
    keep=st.booleans(),
    by=st.sampled_from([";", ",", "\t", "|"]),
    written=st.lists(there, min_size=7, max_size=7),
)
def test_no_grade_moves(
    known: frozenset[str],
    columns: frozenset[str],
    seed: int,
    damage: int,
    counts: bool,
    named: bool,
    keep: bool,
    by: str,
    written: list[str],
) -> None:
    """Rows in any order, identifiers exchanged, cells emptied, students twice: who has a grade has their own.

    Also where --key names the column; with --keep no cell that holds something changes, and no other cell ever.
    """
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
    titles = {field: rng.choice(HEADS[field]) for field in sorted(columns)}
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=by)
    writer.writerow([*(["ID"] if counts else []), *titles.values(), "Note"])
    for number, (row, cell) in enumerate(zip(rows, written, strict=True), 1):
        writer.writerow([*([number] if counts else []), *(row[field] for field in titles), cell])
    told = f"sep={by}\n" if by == "|" or rng.random() < 0.5 else ""
    sheet = Sheet((told + buffer.getvalue()).encode(), "liste.csv")
    class_list, results = class_of(known)
    by_field = rng.choice(sorted(columns)) if named else None
    used = frozenset([by_field]) if by_field else columns
    try:
        roster = roster_of(sheet, class_list, key=titles[by_field] if by_field else None)
        joined = join(class_list, roster)
        standing = standings(joined.class_list, results)
        filled = fill_column(sheet, roster, joined.class_list, standing, Scale(), column="Note", keep=keep)
    except InputError:
        assert damage or not used & known  # refused, with a sentence
        return
    made = filled.data.decode()
    assert made.startswith(told)
    made = list(csv.reader(io.StringIO(made.removeprefix(told)), delimiter=by))[1:]
    before = list(csv.reader(io.StringIO(buffer.getvalue()), delimiter=by))[1:]
    for row, cells, old in zip(rows, made, before, strict=True):
        assert cells[:-1] == old[:-1]
        if keep and old[-1]:
            assert cells[-1] == old[-1]
        elif cells[-1] != old[-1]:
            owners = owners_of(row, used & known)
            if not owners:  # then a line with the same identifier has to say whose it is
                same = [other for other in rows if any(row[f] and row[f] == other[f] for f in used)]
                owners = set().union(*(owners_of(other, used & known) for other in same))
            assert {float(cells[-1].replace(",", "."))} == {SCORE[name] for name in owners}, row
    if not damage:
        assert all(cells[-1] for cells in made)
        assert keep or any("plusieurs lignes" in note for note in filled.notes)


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(["fr", "en"]),
    fields,
    st.permutations(range(len(STUDENTS))),
    st.sampled_from(["=1+1", "+x", "a;=b", "a,=b", '"q"', "é"]),
)
def test_our_own_gradebooks_move_no_grade(
    form: CsvForm, known: frozenset[str], order: list[int], login: str
) -> None:
    """Our file in both forms, its lines in any order, is a list like others: each line has its own score again."""
    class_list, results = class_of(known)
    strange = [
        structs.replace(one, students=(structs.replace(one.students[0], login=f"{login}{n}"),))
        for n, one in enumerate(class_list.handed)
    ]
    class_list = structs.replace(class_list, handed=tuple(strange), csv=form)
    head, *lines = to_class_gradebook(class_list, results).splitlines(keepends=True)
    sheet = Sheet(b"".join([head, *(lines[at] for at in order)]), "gradebook.csv")
    roster = roster_of(sheet, class_list)
    joined = join(class_list, roster)
    standing = standings(joined.class_list, results)
    filled = fill_column(sheet, roster, joined.class_list, standing, Scale(), column="reason")
    assert filled.graded == len(STUDENTS) and not joined.warnings
    after = Sheet(filled.data, "retour.csv")
    score, reason = after.column(("score",)), after.column(("reason",))
    for row in range(1, len(after.rows)):
        assert number_in(after.text(row, score)) == number_in(after.text(row, reason))
    assert (after.separator == ";") == (form == "fr")
