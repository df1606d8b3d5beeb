"""`notegrad verify`: are the hidden tests fair to right answers and blind to no wrong one?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_NOT_VERIFIED, EXIT_OK
from notegrad.cli.options import chosen_slugs, config_option, json_option, slugs_argument

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

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=120)
    full, blank = verification.solution, verification.blank
    console.print(
        f"[bold]{verification.slug}[/bold]: solution {full.score:g}/{full.max_score:g}, untouched notebook "
        f"{blank.score:g}, {verification.duration_s:.1f} s"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("question", "accepted", "rejected", "killed", "mutants", "killed", "equivalent", ""):
        table.add_column(name, justify="left" if name in ("question", "") else "right")
    for q in verification.questions:
        explained = len(q.survivors) - len(q.unexplained)
        table.add_row(
            q.name,
            f"{q.accepted - len(q.refused)}/{q.accepted}",
            f"{q.rejected}",
            f"{q.kill_rate:.0%}",
            f"{q.mutants}",
            f"{q.mutants - len(q.survivors)}",
            f"{explained}",
            "[green]ok[/green]" if q.ok else "[red]see below[/red]",
        )
    console.print(table)
    for q in verification.questions:
        _print_findings(q, console)
        _print_advice(q, console, verification.language)
    if not verification.has_answers:
        console.print(
            f"no answers in assignments/{verification.slug}/answers.yml: the solution, the untouched "
            "notebook and mutants were tried; list right and wrong answers there to try them too",
            soft_wrap=True,
        )
    for finding in verification.findings:
        console.print(f"lint: {finding}", markup=False, soft_wrap=True)


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


def _print_findings(q: QuestionVerification, console: Console) -> None:
    for refused in q.refused:
        for number, said in refused.failed.items():
            line = f"{q.name}: REFUSED {refused.answer}: right, but test case {number} says: {said}"
            console.print(line, markup=False, soft_wrap=True)
    for missed in q.missed:
        actual = list(missed.actual) or "none"
        line = (
            f"{q.name}: {missed.answer} ({missed.misconception}) fails {actual}, not {list(missed.expected)}"
        )
        console.print(line, markup=False, soft_wrap=True)
    for survivor in q.unexplained:
        line = f"{q.name}: SURVIVES {survivor.change}"
        console.print(line, markup=False, soft_wrap=True)
