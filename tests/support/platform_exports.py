"""Exports as platforms make them, and the files that they take grades back in."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

BOM = "\ufeff"


def notebook(*cells: object) -> bytes:
    """A notebook of code cells; `fake_scores` takes the last one for the score."""
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": str(cell)} for cell in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": made}).encode()


def answered(*cells: object) -> bytes:
    """A notebook that defines something of what the course of the tests asks for, too."""
    return notebook("def double(x):\n    return 2 * x", *cells)


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files, names in UTF-8."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def zipped_raw(files: dict[bytes, bytes]) -> bytes:
    """A zip whose names are these bytes, without the mark of UTF-8, as old tools write it."""
    plain = {
        f"{index:04}".ljust(len(raw), "x"): (raw, data) for index, (raw, data) in enumerate(files.items())
    }
    archive = zipped({name: data for name, (_, data) in plain.items()})
    for name, (raw, _) in plain.items():
        archive = archive.replace(name.encode(), raw)
    return archive


def laid(root: Path, files: dict[str, bytes]) -> Path:
    """The same files as a folder; names that end in `/` are empty folders."""
    for name, data in files.items():
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return root


MOODLE_HEADS = (
    'Identifiant,"Nom complet","Adresse de courriel",Statut,Note,"Note maximale","La note peut être modifiée",'
    '"Dernière modification (travail remis)","Dernière modification (note)","Feedback par commentaires"'
)
MOODLE_TEAM_HEADS = MOODLE_HEADS.replace("Statut,", "Statut,Groupe,")
MOODLE_ENGLISH_HEADS = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"'
)


def moodle_row(
    key: int, name: str, grade: str = "", lock: str = "Oui", status: str = "Remis pour évaluation"
) -> str:
    """A row of the French worksheet, quoted as Moodle quotes it."""
    return (
        f'Participant{key},"{name}",p{key}@ecole.fr,"{status}",{grade},"20,00",{lock},'
        '"lundi 2 mars 2026, 23:10",-,'
    )


def moodle_worksheet(*rows: str, heads: str = MOODLE_HEADS) -> bytes:
    """The worksheet as Moodle's download is: a byte order mark, Unix line ends."""
    return (BOM + "\n".join([heads, *rows]) + "\n").encode()


GRADESCOPE_METADATA = """---
submission_101:
  :submitters:
  - :name: Éloïse D'Arc
    :sid: '007'
    :email: eloise@ecole.fr
  :created_at: 2026-03-01 22:10:11.500000000 Z
  :score: 1.0
  :status: processed
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests:
    - :name: q1
  :history:
  - :id: 90
    :created_at: 2026-02-28 22:10:11.500000000 Z
submission_102:
  :submitters:
  - :name: Benoît Martin
    :sid: 0042
    :email: benoit@ecole.fr
  - :name: محمد علي
    :sid: '43'
    :email: mohamed@ecole.fr
  :created_at: 2026-03-02 08:00:00.000000000 Z
submission_103:
  :submitters:
  - :name: Benoît Martin
    :sid: '44'
    :email: autre.martin@ecole.fr
submission_104:
  :submitters:
  - :name: Absente Alix
    :sid: '45'
    :email: alix@ecole.fr
"""

CANVAS_GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,TP1 (11),TP2 mémoire (12),Current Score\r\n"
    ",,,,,,Manual Posting,\r\n"
    "    Points Possible,,,,,10.00,20.00,(read only)\r\n"
    '"D\'Arc, Éloïse",501,S501,earc,G1,7.00,,70\r\n'
    '"Martin, Benoît",502,S502,bmartin,G1,8.00,3.00,70\r\n'
    '"Martin, Benoît",503,S503,bmartin2,G2,,EX,\r\n'
    '"علي, محمد",504,S504,ali,G2,,,\r\n'
    '"Absente, Alix",505,S505,alix,G2,,,\r\n'
    '"Student, Test",999,,x,G2,,,\r\n'
).encode()
