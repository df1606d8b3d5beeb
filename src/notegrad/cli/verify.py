"""`notegrad verify`: are the hidden tests fair to right answers and blind to no wrong one?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_NOT_VERIFIED, EXIT_OK
from notegrad.cli.options import chosen_slugs, config_option, json_option, slugs_argument
from notegrad.cli.person import person_language

if TYPE_CHECKING:
    from rich.console import Console

    from notegrad.verify.findings import QuestionVerification
    from notegrad.verify.verification import Verification


@click.command()
@slugs_argument
@config_option
@json_option
@click.option("--no-mutants", is_flag=True, help="help_verify_no_mutants")
@click.option("--question", metavar="NAME", default="", help="help_verify_question")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="help_verify_jobs")
def command(
    *,
    slugs: tuple[str, ...],
    config_path: Path | None,
    as_json: bool,
    no_mutants: bool,
    question: str,
    jobs: int | None,
) -> int:
    """Hold the tests of the assignments named, or of all, against their answers.yml.

    The solution must score full marks, the untouched notebook 0; accepted answers pass every test case,
    rejected ones fail those that are named beside them; nothing hidden may be in the student bundle; mutants
    of the solution must fail, or be listed as equivalent with a reason. Without answers.yml the solution, the
    untouched notebook and mutants are tried. Exit status 4 where something is left to do.
    """
    require_linux(config_path)
    import msgspec

    from notegrad.authoring.master import list_slugs
    from notegrad.course.config import load_config
    from notegrad.verify.trials import TrialPool
    from notegrad.verify.verification import verify

    config = load_config(config_path)
    chosen = chosen_slugs(slugs, list_slugs(config.root), config.root)
    found = []
    with TrialPool(jobs) as pool:
        for slug in chosen:
            verification = verify(config, slug, pool, mutate=not no_mutants, only=question)
            found.append(verification)
            if not as_json:
                _print(verification)
    if as_json:
        document = {"ok": all(v.ok for v in found), "assignments": msgspec.to_builtins(found)}
        click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
    return EXIT_OK if all(v.ok for v in found) else EXIT_NOT_VERIFIED


def _print(verification: Verification) -> None:
    from rich.console import Console
    from rich.table import Table

    from notegrad.messages import translate

    language = person_language()
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)
    full, blank = verification.solution, verification.blank
    figures = {"score": full.score, "max_score": full.max_score, "blank": blank.score}
    head = translate("verify_head", language, **figures, duration_s=verification.duration_s)
    console.print(translate("told_of", language, name=f"[bold]{verification.slug}[/bold]", what=head))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("question", "accepted", "caught", "killed", "equivalent"):
        head = translate(f"verify_{name}", language)
        table.add_column(head, justify="left" if name == "question" else "right")
    table.add_column("")
    fine, below = translate("verify_ok", language), translate("verify_see_below", language)
    for q in verification.questions:
        explained = len(q.survivors) - len(q.unexplained)
        table.add_row(
            q.name,
            f"{q.accepted - len(q.refused)}/{q.accepted}",
            f"{q.caught}/{q.rejected}",
            f"{q.mutants - len(q.survivors)}/{q.mutants}",
            f"{explained}",
            f"[green]{fine}[/green]" if q.ok else f"[red]{below}[/red]",
        )
    console.print(table)
    for q in verification.questions:
        _print_findings(q, console, language)
        _print_advice(q, console, language)
    if not verification.has_answers:
        console.print(
            translate("verify_no_answers", language, slug=verification.slug), markup=False, soft_wrap=True
        )
    for finding in verification.findings:
        console.print(translate("verify_lint", language, said=finding), markup=False, soft_wrap=True)


def _print_advice(q: QuestionVerification, console: Console, language: str) -> None:
    """Say where prompt and tests do not speak of the same, and which answers only their form gives away."""
    from notegrad.messages import translate

    for one in q.one_sided:
        key = "prompt_announced" if one.announced else "prompt_tried"
        what = translate(f"prompt_{one.kind}", language)
        said = translate(key, language, question=q.name, what=what, kind=one.kind)
        console.print(said, markup=False, soft_wrap=True)
    for masked in q.masked:
        key = "masked_case" if masked.case else "masked"
        facts = {"answer": masked.answer, "misconception": masked.misconception, "number": masked.case}
        console.print(translate(key, language, question=q.name, **facts), markup=False, soft_wrap=True)


def _print_findings(q: QuestionVerification, console: Console, language: str) -> None:
    from notegrad.messages import Message, translate

    for refused in q.refused:
        for number, said in refused.failed.items():
            facts = {"question": q.name, "answer": refused.answer, "number": number, "said": said}
            line = translate("verify_refused", language, **facts)
            console.print(line, markup=False, soft_wrap=True)
    for missed in q.missed:
        about = {"question": q.name, "answer": missed.answer, "misconception": missed.misconception}
        actual = list(missed.actual) or Message("verify_fails_none")
        line = translate("verify_missed", language, **about, actual=actual, expected=list(missed.expected))
        console.print(line, markup=False, soft_wrap=True)
    for survivor in q.unexplained:
        line = translate("verify_survives", language, question=q.name, change=survivor.change)
        console.print(line, markup=False, soft_wrap=True)
