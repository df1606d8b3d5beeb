"""Entries of `overrides.yml`, as a teacher writes them."""

from __future__ import annotations


def entry(
    student: str,
    question: str,
    points: object,
    *,
    why: str = "Vu ensemble",
    by: str = "M. Dupont",
    when: str = "2026-03-05",
) -> str:
    return (
        f"- student: {student}\n  question: {question}\n  points: {points}\n"
        f"  why: {why}\n  by: {by}\n  when: {when}\n"
    )
