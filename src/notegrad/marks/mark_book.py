"""Holds all that decides marks beside the results: overrides and due dates, by submission.

Made once for a class list; then each result gets its mark by itself, and the class says what was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from notegrad.marks.class_people import ClassPeople, Person, WhomError
from notegrad.marks.extensions import ExtensionRow, row_problem
from notegrad.marks.final_mark import completed, final_mark, machine_result, mark_of, marked, misfit
from notegrad.marks.lateness import DueDate, LateRule, due_of_assignment, extended, later
from notegrad.marks.overrides import OverrideEntry
from notegrad.messages import listed, translate
from notegrad.records import ClassList, GradingResult, Handed, Record
from notegrad.settings import LateSettings


class MarkBook(Record, frozen=True, kw_only=True):
    """What decides the marks of a class, by submission; `problems` are entries that decide nothing."""

    language: str = "fr"
    overrides_path: str = ""
    handed: dict[str, Handed] = {}
    overrides: dict[str, tuple[OverrideEntry, ...]] = {}
    rules: dict[str, LateRule] = {}
    problems: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing but the machine decides."""
        return not (self.overrides or self.rules)

    def marked(self, result: GradingResult, like: GradingResult | None = None) -> GradingResult:
        """The result with its mark; `like` is one of the same assignment, for questions that it lacks."""
        name = result.submission
        result = machine_result(result)
        overrides = self.overrides.get(name, ())
        result = completed(result, like) if overrides else result
        mark = final_mark(result, self.handed.get(name), overrides, self.rules.get(name))
        return marked(result, mark, self.language)

    def marked_class(self, results: Iterable[GradingResult]) -> tuple[GradingResult, ...]:
        """The results of a class with their marks, in their order."""
        found = tuple(results)
        like = next((result for result in found if result.questions), None)
        return tuple(self.marked(result, like) for result in found)

    def problems_of(self, results: Sequence[GradingResult]) -> tuple[str, ...]:
        """Sentences on entries that decide nothing: of the book, and those that do not fit their result."""
        said = list(self.problems)
        like = next((machine_result(r) for r in results if r.questions), None)
        for result in results:
            given = self.overrides.get(result.submission, ())
            machine = completed(machine_result(result), like) if given else machine_result(result)
            unfit = {o.line: misfit(o, machine) for o in given}
            said += [
                self._problem(override, translate(wrong[0], self.language, **wrong[1]))
                for override in given
                if (wrong := unfit[override.line])
            ]
            used = [o for o in given if unfit[o.line] is None]
            mark = mark_of(self.marked(result, like))
            if used and (mark is None or mark.points is None):
                said.append(self._problem(used[0], translate("marks_part_of_nothing", self.language)))
        return tuple(dict.fromkeys(said))

    def told_of_times(self, results: Sequence[GradingResult]) -> tuple[str, ...]:
        """Sentences for staff on submissions of which nobody knows when they came."""
        marks = {r.submission: mark_of(r) for r in self.marked_class(results)}
        unknown = [
            self.handed[name]
            for name, mark in marks.items()
            if mark and mark.lateness and mark.lateness.is_unknown and name in self.handed
        ]
        if not unknown:
            return ()
        names = listed(handed.submission for handed in unknown)
        said = [translate("marks_times_unknown", self.language, count=len(unknown), names=names)]
        if flagged := [handed.submission for handed in unknown if handed.late]:
            said.append(translate("marks_times_unknown_late", self.language, names=listed(flagged)))
        return tuple(said)

    def _problem(self, override: OverrideEntry, problem: str) -> str:
        return _entry_problem(self.overrides_path, override, problem, self.language)


NO_MARKS = MarkBook()


def mark_book(
    class_list: ClassList,
    *,
    language: str,
    overrides: Sequence[OverrideEntry] = (),
    overrides_path: str = "",
    late: LateSettings | None = None,
    extensions: Sequence[ExtensionRow] = (),
    extensions_path: str = "",
    problems: Sequence[str] = (),
) -> MarkBook:
    """The book of a class: whose entries these are, and which of them contradict each other."""
    people = ClassPeople(class_list, language)
    found, wrong = _by_submission(people, overrides, overrides_path, language)
    late = late or LateSettings()
    dates, wrong_dates = _extended(people, late, extensions, extensions_path, language)
    return MarkBook(
        language=language,
        overrides_path=overrides_path,
        handed={handed.submission: handed for handed in class_list.handed},
        overrides=found,
        rules=_rules(class_list, late, dates),
        problems=(*problems, *wrong, *wrong_dates),
    )


def _by_submission(
    people: ClassPeople, overrides: Sequence[OverrideEntry], path: str, language: str
) -> tuple[dict[str, tuple[OverrideEntry, ...]], list[str]]:
    """The overrides by submission; of those that contradict each other none."""
    problems = []
    several: dict[tuple[str, str], list[OverrideEntry]] = {}
    for override in overrides:
        try:
            for submission in people.submissions_of(override.student):
                several.setdefault((submission, override.question), []).append(override)
        except WhomError as error:
            problems.append(_entry_problem(path, override, str(error), language))
    found: dict[str, tuple[OverrideEntry, ...]] = {}
    for (submission, _), same in several.items():
        first = same[0]
        others = [override for override in same if override.points != first.points]
        if others:
            problem = translate("marks_contradict", language, other=first.line)
            problems.append(_entry_problem(path, others[0], problem, language))
        else:
            found[submission] = (*found.get(submission, ()), first)
    return found, list(dict.fromkeys(problems))


def _extended(
    people: ClassPeople, late: LateSettings, extensions: Sequence[ExtensionRow], path: str, language: str
) -> tuple[dict[str, list[DueDate]], list[str]]:
    """The dates of those who have another, by submission."""
    problems = []
    several: dict[int, tuple[Person, list[ExtensionRow]]] = {}
    for extension in extensions:
        try:
            person = people.person(extension.student)
        except WhomError as error:
            problems.append(row_problem(path, extension, str(error), language))
            continue
        several.setdefault(id(person), (person, []))[1].append(extension)
    dates: dict[str, list[DueDate]] = {}
    for person, same in several.values():
        first = same[0]
        others = [one for one in same if (one.due, one.late_due) != (first.due, first.late_due)]
        if others:
            problem = translate("extensions_contradict", language, other=first.line)
            problems.append(row_problem(path, others[0], problem, language))
            continue
        date = extended(late, first.due, first.late_due, first.reason)
        for handed in person.handed:
            dates.setdefault(handed.submission, []).append(date)
    return dates, problems


def _rules(
    class_list: ClassList, late: LateSettings, dates: Mapping[str, Sequence[DueDate]]
) -> dict[str, LateRule]:
    """The rule of each hand-in that has a due date: of a group, the latest that one of them has."""
    everybody = due_of_assignment(late)
    rules = {}
    for handed in class_list.handed:
        date = everybody
        for own in dates.get(handed.submission, ()):
            date = own if date is None else later(date, own, late)
        if date is not None:
            rules[handed.submission] = LateRule(settings=late, date=date)
    return rules


def _entry_problem(path: str, override: OverrideEntry, problem: str, language: str) -> str:
    return translate("marks_entry", language, path=path, line=override.line, problem=problem)
