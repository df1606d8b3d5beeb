"""`notegrad check-bundle`: how each test case of a bundle is judged, before a class is graded with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from notegrad.cli.linux_only import require_linux
from notegrad.cli.main import EXIT_NOT_GRADED, EXIT_OK
from notegrad.cli.options import adjusting_options, config_option
from notegrad.cli.person import terminal_language

if TYPE_CHECKING:
    from notegrad.records import GradingResult, TestCaseResult
    from notegrad.settings import AssignmentSettings, JudgePlace, Language

EXIT_REFUSED = 4


@click.command()
@click.argument("bundle", metavar="ZIP", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("solution", metavar="SOLUTION", type=click.Path(path_type=Path))
@click.option("--unsafe", is_flag=True, help="help_check_bundle_unsafe")
@adjusting_options
@config_option
def command(
    *,
    bundle: Path,
    solution: Path,
    unsafe: bool,
    judge: JudgePlace | None,
    limits: tuple[str, ...],
    language: Language | None,
    config_path: Path | None,
) -> int:
    """Say of each test case whether the solution passes it, fails it, or cannot be judged by it, and where.

    Exit status: 0 when the solution passes all, 3 when some test cases are not judged, 4 when one fails.
    """
    require_linux()
    from notegrad.cli.classes import say_of_options
    from notegrad.course.adjustments import Adjustments, adjusted
    from notegrad.course.bundle import read_bundle
    from notegrad.course.wanted_of_bundle import wanted_of
    from notegrad.grading import Grader
    from notegrad.intake.submissions import read_submissions

    options = Adjustments(judge=judge, limits=limits, language=language, config_path=config_path)
    parsed = adjusted(read_bundle(bundle), options)
    spoken = terminal_language(parsed.settings.language)
    say_of_options(parsed, spoken)
    # all that is said here is said to the person at the terminal, the judge's sentences too
    parsed = adjusted(parsed, Adjustments(language=cast("Language", spoken)))
    with Grader(parsed, unsafe=unsafe) as grader:
        result = grader.grade(read_submissions([solution], wanted_of(parsed, ()))[0])
    _print(result, spoken)
    _print_advice(result, parsed.settings, spoken)
    outcomes = {case.outcome for question in result.questions for case in question.test_cases}
    if outcomes - {"passed", "not_judged"}:
        return EXIT_REFUSED
    return EXIT_NOT_GRADED if "not_judged" in outcomes else EXIT_OK


def _print_advice(result: GradingResult, settings: AssignmentSettings, language: str) -> None:
    """Name the questions that may be judged outside only, where an answer could bring their cases inside."""
    from notegrad.messages import translate
    from notegrad.results.text import one_line

    names = [
        one_line(question.question.name)
        for question in result.questions
        if settings.judge_of(question.question.name) == "auto"
        and all(case.outcome == "passed" and case.judged == "outside" for case in question.test_cases)
    ]
    if names:
        facts = {"names": ", ".join(names), "slug": one_line(settings.slug)}
        click.echo(translate("check_outside", language, **facts))


def _why(case: TestCaseResult) -> str:
    is_plain_pass = case.outcome == "passed" and not case.detail  # of a second opinion, what outside said
    said = "" if is_plain_pass else case.detail or case.message
    return "; ".join(part for part in (case.why_inside, said) if part)


def _print(result: GradingResult, language: str) -> None:
    from notegrad.messages import translate
    from notegrad.results.text import one_line

    for question in result.questions:
        for case in question.test_cases:
            why = one_line(_why(case))[:400]
            said = translate(f"outcome_{case.outcome}", language)
            if case.judged == "inside":
                said = f"{said}, {translate('judged_inside', language)}"
            name = one_line(f"{question.question.name}: {case.test_case.told}")
            click.echo(f"{said:18} {name}" + (f" ({why})" if why else ""))
    for note in (result.reason, *result.notes):
        if note:
            click.echo(one_line(note))
