"""`notegrad build`: make the bundles of assignments."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.options import chosen_slugs, config_option, slugs_argument
from notegrad.cli.person import person_language
from notegrad.errors import BuildError
from notegrad.messages import Message, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notegrad.authoring.build import Built


@click.command()
@slugs_argument
@config_option
@click.option("--no-check", is_flag=True, help="help_build_no_check")
@click.option("--frozen", is_flag=True, help="help_build_frozen")
@click.option("--allow-untouched", is_flag=True, help="help_build_allow_untouched")
@click.option(
    "--allow-line",
    "allowed_lines",
    metavar="LINE",
    multiple=True,
    help="help_build_allow_line",
)
def command(
    *,
    slugs: tuple[str, ...],
    config_path: Path | None,
    no_check: bool,
    frozen: bool,
    allow_untouched: bool,
    allowed_lines: tuple[str, ...],
) -> None:
    """Make student/SLUG/ and autograder/SLUG.zip of the assignments named, or of all.

    The master is assignments/SLUG/SLUG.ipynb, or a text, SLUG.md or SLUG.py. The same sources give the same
    bytes. The solution must score full marks and the untouched student notebook 0, or nothing is written.
    """
    if not no_check:
        require_linux(config_path)
    from notegrad.authoring.build import build as build_one
    from notegrad.authoring.build import bundle_path, differences, student_path, write
    from notegrad.authoring.master import list_slugs
    from notegrad.course.config import load_config

    language = person_language()
    config = load_config(config_path)
    known = sorted({*list_slugs(config.root), *config.assignments})
    for slug in chosen_slugs(slugs, known, config.root):
        built = build_one(
            config,
            slug,
            check=not no_check,
            allow_untouched=allow_untouched,
            allowed_lines=allowed_lines,
        )
        stale = differences(built, config.root)
        if frozen:
            _refuse_stale(slug, stale)
        bundles = (student_path(config.root, slug), bundle_path(config.root, slug))
        same = [b for b in bundles if b.exists() and not any(p == b or b in p.parents for p in stale)]
        if not frozen:
            write(built, config.root)
        cases = [case for test in built.tests for case in test.cases]
        hidden = sum(case.hidden for case in cases)
        counts = {"questions": len(built.tests), "cases": len(cases), "hidden": hidden}
        click.echo(translate("build_counts", language, slug=slug, **counts))
        _tell(built, language)
        if built.solution and built.blank:
            top = built.solution.max_score
            scores = {"solution": built.solution.score, "blank": built.blank.score, "top": top}
            click.echo(f"  {translate('build_scores', language, **scores)}")
        for path in bundles if not frozen else same:
            unchanged = f" {translate('build_unchanged', language)}" if path in same else ""
            click.echo(f"  {_relative(path)}{unchanged}")


def _tell(built: Built, language: str) -> None:
    """Say which questions are graded by hand, and what the author may have overlooked."""
    for question in built.questions:
        if question.manual:
            facts = {"question": question.name, "points": f"{question.points:g}"}
            click.echo(f"  {translate('manual_question', language, **facts)}")
    for sentence in built.advice:
        click.echo(f"  {translate('advice', language, said=sentence)}", err=True)


def _refuse_stale(slug: str, stale: Sequence[Path]) -> None:
    """Raises BuildError where a file is not what its sources give."""
    if stale:
        raise BuildError(Message("build_stale", slug=slug, stale=_relative(stale[0])))


def _relative(path: Path) -> Path:
    """Return the path as seen from here, where it is below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
