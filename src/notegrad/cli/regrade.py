"""`notegrad regrade`: options and what is printed; the work is `batch.regrade`'s."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_NOT_GRADED, EXIT_OK
from notegrad.cli.options import config_option, default_workers, engine_options, json_option, unsafe_option
from notegrad.cli.person import terminal_language

if TYPE_CHECKING:
    from notegrad.batch.affected import Move
    from notegrad.batch.regrade import Regraded, RegradePlan

MAX_NAMES = 5
SELF_EXPLAINING = ("unreadable", "not_graded", "--all")


@click.command()
@click.argument("out", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--bundle",
    "bundle",
    metavar="ZIP",
    help="help_regrade_bundle",
)
@click.option("--all", "everything", is_flag=True, help="help_regrade_all")
@click.option("--dry-run", is_flag=True, help="help_regrade_dry_run")
@engine_options
@click.option(
    "--device",
    metavar="DEVICE",
    help="help_regrade_device",
)
@json_option
@unsafe_option
@config_option
def command(
    *,
    out: Path,
    bundle: str | None,
    everything: bool,
    dry_run: bool,
    workers: int | None,
    engine: str,
    progress_as: str,
    quiet: bool,
    as_json: bool,
    unsafe: bool,
    device: str | None,
    config_path: Path | None,
) -> int:
    """Grade again what a changed bundle affects in DIR, the --out of an earlier `notegrad grade`.

    Questions whose tests are as they were keep their results; a change of seed, limits, data files or
    versions affects everything. Prints who moved, by how much, on which test case. A regrade that was cut off
    goes on: give the same command again. Exit status: as `notegrad grade`.
    """
    require_linux(config_path)
    from notegrad.batch.bundle_facts import facts_of
    from notegrad.batch.course_knowledge import course_background
    from notegrad.batch.engines.engine_choice import EngineOptions, parse_engine
    from notegrad.batch.folder_marks import assignment_file, folder_book, write_assignment
    from notegrad.batch.regrade import assignment_of, class_list_of, plan_regrade, regrade, results_in
    from notegrad.cli.classes import refresh_gradebook, say_of_marks, say_problems
    from notegrad.cli.grade import bundle_path_of, hidden_paths
    from notegrad.cli.progress import progress
    from notegrad.course.bundle import read_bundle
    from notegrad.course.wanted_of_bundle import bundles_beside, wanted_of

    path = bundle_path_of(bundle or assignment_of(out), config_path)
    read = read_bundle(path)
    wanted = wanted_of(read, bundles_beside(path))
    background = course_background(path.parent.parent, read.settings.slug, wanted)
    facts = facts_of(read, path, device=device, background=background)
    language = terminal_language(facts.settings.language)
    plan = plan_regrade(out, facts, everything=everything)
    todo = [item for item in plan.items if item.affected is not None]
    if not quiet and not as_json:
        _print_plan(plan, language)
    if dry_run:
        if as_json:
            _print_json(affected={item.stored.result.submission: item.affected for item in todo})
        return EXIT_OK
    kept = assignment_file(facts.settings, path)
    class_list = class_list_of(out, plan)
    book = folder_book(out, class_list, kept, refuse_unusable=True)
    say_problems(book.problems)
    write_assignment(out, kept)
    choice = parse_engine(engine)
    options = EngineOptions(
        graders=workers or default_workers(choice),
        engine=choice,
        unsafe=unsafe,
        hidden_paths=hidden_paths(path, (out,)),
    )
    with progress(progress_as, total=len(todo), language=language, quiet=quiet) as reporter:
        found = regrade(
            out,
            facts,
            plan,
            options,
            on_event=reporter.on_event,
            on_start_failure=reporter.on_start_failure,
            marks=book,
            class_list=class_list,
        )
    refresh_gradebook(out, book)
    if as_json:
        _print_json(regraded=found)
    elif not quiet:
        _print_moves(found, language)
    done = {entry.submission for entry in found}
    left = [item for item in todo if item.stored.result.submission not in done]
    shown = book.marked_class(results_in(out, plan))
    return say_of_marks(book, shown) or (EXIT_NOT_GRADED if left else EXIT_OK)


def _print_plan(plan: RegradePlan, language: str) -> None:
    from notegrad.messages import translate

    affected = [item.affected for item in plan.items if item.affected is not None]
    lines = []
    if plan.unfinished:
        lines.append(translate("regrade_unfinished", language))
    if plan.missing:
        shown = ", ".join(plan.missing[:MAX_NAMES]) + (", …" if len(plan.missing) > MAX_NAMES else "")
        lines.append(translate("regrade_missing", language, count=len(plan.missing), names=shown))
    parts = dict.fromkeys(part for entry in affected for part in entry.because if part not in SELF_EXPLAINING)
    questions = dict.fromkeys(name for entry in affected for name in entry.only or ())
    if parts:
        lines.append(translate("regrade_everything", language, parts=", ".join(parts)))
    if questions:
        lines.append(translate("regrade_questions", language, questions=", ".join(questions)))
    if affected:
        lines.append(translate("regrade_plan", language, count=len(affected), total=len(plan.items)))
    else:
        lines.append(translate("regrade_nothing", language))
    for line in lines:
        click.echo(line)


def _print_moves(found: Sequence[Regraded], language: str) -> None:
    """A line per submission that moved, its test cases beside it, and a summary."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from notegrad.cli.render import PIPE_COLUMNS
    from notegrad.messages import translate
    from notegrad.results.text import one_line

    if not found:
        return
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPE_COLUMNS)
    moved = [entry for entry in found if entry.moves]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(translate("column_submission", language), overflow="fold")
    for key in ("column_before", "column_after", "column_change"):
        table.add_column(translate(key, language), justify="right", no_wrap=True)
    table.add_column(translate("column_moves", language), overflow="fold")
    for entry in moved:
        change = _change(entry)
        table.add_row(
            escape(one_line(entry.submission)),
            _score(entry.score_before),
            _score(entry.score_after),
            f"{change:+.2f}" if change else "",
            escape("; ".join(_moved(move, language) for move in entry.moves)),
            style="" if change >= 0 else "yellow",
        )
    if moved:
        console.print(table)
    changed = [change for change in map(_change, found) if change]
    mean = sum(changed) / len(changed) if changed else 0.0
    console.print(
        translate("regrade_summary", language, count=len(found), moved=len(changed), mean=mean), markup=False
    )


def _moved(move: Move, language: str) -> str:
    from notegrad.messages import translate

    absent = translate("outcome_absent", language)
    change = move.score_after - move.score_before
    points = f" ({change:+g})" if change else ""
    return f"{move.test_case}: {move.before or absent} → {move.after or absent}{points}"


def _change(entry: Regraded) -> float:
    return round((entry.score_after or 0.0) - (entry.score_before or 0.0), 6)


def _score(score: float | None) -> str:
    return "" if score is None else f"{score:.2f}"


def _print_json(**document: object) -> None:
    from notegrad.results.text import escape_unprintable

    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
    click.echo(escape_unprintable(text))
