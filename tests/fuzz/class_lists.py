"""Lists of a class, as schools, platforms and spreadsheets save them."""

from __future__ import annotations

import contextlib
import random

from notegrad.errors import InputError
from notegrad.intake.class_list.joining import join
from notegrad.intake.class_list.roster import roster_of
from notegrad.intake.class_list.spreadsheet import Sheet
from notegrad.records import ClassList, Handed, RosterEntry

STUDENTS = tuple(
    RosterEntry(name=f"N{n}", key=str(900 + n), number=str(2200 + n), email=f"e{n}@ecole.fr", login=f"u{n}")
    for n in range(3)
)
CLASS = ClassList(platform="moodle", handed=tuple(Handed(submission=s.name, students=(s,)) for s in STUDENTS))
WORDS = (
    b";", b",", b"\t", b"\n", b"\r\n", b"\r", b'"', b'""', b"sep=;\n", b"sep=\t\r\n", b"\xef\xbb\xbf", b"\xff\xfe",
    b"\xfe\xff", b"\0", b"N\xc2\xb0 \xc3\xa9tudiant", b"Identifiant", b"ID", b"Email", b"Note", b"Participant 900",
    b"2200", b"e1@ecole.fr", b"    Points Possible", b"SIS Login ID", b"\xe9", b"\x8e", b"=1",
)  # fmt: skip


def seeds() -> list[bytes]:
    plain = "N° étudiant;Nom;Mél;Note\r\n2200;N0;e0@ecole.fr;\r\n2201;N1;e1@ecole.fr;ABI\r\n"
    return [
        plain.encode(),
        b"\xff\xfe" + plain.replace(";", "\t").encode("utf-16-le"),
        f"sep=;\nUniversité;2026\n\n{plain}".encode("cp1252"),
        b'Identifiant,Nom complet,Note,Note maximale\nParticipant 900,N0,,20\n"Participant 901",N1\n',
        b'Student,ID,SIS Login ID,TP (1)\n    Points Possible,,,20\n"N, 0",900,u0,\n',
        b"id,student,status,score,max_score,reason,key,number,email,login\nx,N0,graded,1,2,,900,2200,,u0\n",
        b"ID;ID;Email;Email\n1;2;;\n2;1;;\n",
        b'"sep=,"\r',
    ]


def check(data: bytes) -> None:
    """Refused with a sentence, or read so that the same bytes come out again, and every line is kept."""
    for key in (None, "Note"):
        with contextlib.suppress(InputError):
            sheet = Sheet(data, "liste.csv", head=key)
            assert sheet.replaced({}) == data
            fill_in(sheet)
            roster = roster_of(sheet, CLASS, key=key)
            assert len(set(roster.rows)) == len(roster.entries) <= len(sheet.rows)
            joined = join(CLASS, roster).class_list
            assert [one.submission for one in joined.handed] == [one.submission for one in CLASS.handed]


def fill_in(sheet: Sheet) -> None:
    """A cell of the last line written: the others read as before."""
    if not sheet.rows:
        return
    row = len(sheet.rows) - 1
    again = Sheet(sheet.replaced({(row, 1): "12,5"}), "liste.csv", head="Note")
    guessed = [(one.separator, one.encoding, len(one.rows)) for one in (sheet, again)]
    if guessed[0] != guessed[1]:
        return  # the cell that was replaced was what the guess rested on
    assert again.text(row, 1) == "12,5"
    before = [[cell.text for cell in cells] for cells in sheet.rows[:row]]
    assert [[cell.text for cell in cells] for cells in again.rows[:row]] == before


def mutate(rng: random.Random, data: bytes) -> bytes:
    """A word of lists put in, or put over others."""
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(WORDS) + data[at + rng.choice((0, 0, 1, 5)) :]
