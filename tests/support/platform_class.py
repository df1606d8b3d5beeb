"""A class of students with what each handed in, laid out as each platform lays it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from notegrad.records import ClassList, Handed

PLATFORMS = ("moodle", "canvas", "blackboard", "brightspace", "gradescope", "folder")


class Student(NamedTuple):
    """Someone of a class: `files` are named as their author named them; without any nothing was handed in."""

    number: int
    name: str
    files: tuple[tuple[str, bytes], ...]
    is_late: bool = False


def export_of(platform: str, students: Sequence[Student]) -> dict[str, bytes]:
    """The files of an export, by their names in it; who handed in nothing is not in it."""
    made = dict(file for student in students if student.files for file in _FILES[platform](student))
    if platform == "gradescope":
        made["submission_metadata.yml"] = "".join(map(_metadata, students)).encode()
    return made


def student_of(handed: Handed) -> int:
    """The number of the student whose attempt this is."""
    (student,) = handed.students
    known = student.number or student.key or student.login or student.name
    return int("".join(char for char in known.rpartition("-")[2] if char.isdigit()))


def numbers_of(class_list: ClassList) -> list[int]:
    """The numbers of the students who have a row, sorted."""
    return sorted(map(student_of, class_list.handed))


def _moodle(student: Student) -> Iterator[tuple[str, bytes]]:
    for name, data in student.files:
        yield f"{student.name}_{student.number}_assignsubmission_file/{name}", data


def _canvas(student: Student) -> Iterator[tuple[str, bytes]]:
    who = "".join(char for char in student.name.casefold() if char.isalpha())
    late = "_LATE" if student.is_late else ""
    for place, (name, data) in enumerate(student.files):
        yield f"{who}{late}_{student.number}_{student.number * 100 + place}_{name}", data


def _blackboard(student: Student) -> Iterator[tuple[str, bytes]]:
    head = f"TP1_u{student.number}_attempt_2026-03-01-22-{student.number % 60:02}-00"
    stored = [(f"{head}_{name}", name, data) for name, data in student.files]
    files = "".join(f"\tOriginal filename: {name}\n\tFilename: {file}\n\n" for file, name, _ in stored)
    yield (
        f"{head}.txt",
        f"Name: {student.name} (u{student.number})\nAssignment: TP1\n\nFiles:\n{files}".encode(),
    )
    yield from ((file, data) for file, _, data in stored)


def _brightspace(student: Student) -> Iterator[tuple[str, bytes]]:
    for name, data in student.files:
        yield f"{student.number}-77 - {student.name} - Mar 1, 2026 1159 PM/{name}", data


def _gradescope(student: Student) -> Iterator[tuple[str, bytes]]:
    for name, data in student.files:
        yield f"submission_{student.number}/{name}", data


def _metadata(student: Student) -> str:
    late = "  :lateness: 1 Day\n" if student.is_late else ""
    return (
        f"submission_{student.number}:\n  :submitters:\n  - :name: {student.name}\n"
        f"    :sid: '{student.number}'\n{late}"
    )


def _folder(student: Student) -> Iterator[tuple[str, bytes]]:
    for name, data in student.files:
        yield f"{student.name}-{student.number}/{name}", data


_FILES: dict[str, Callable[[Student], Iterator[tuple[str, bytes]]]] = {
    "moodle": _moodle,
    "canvas": _canvas,
    "blackboard": _blackboard,
    "brightspace": _brightspace,
    "gradescope": _gradescope,
    "folder": _folder,
}
