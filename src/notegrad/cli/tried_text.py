"""The text of a try: what came of each test case, in the course's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from notegrad.messages import translate
from notegrad.probes.seen_values import ValueFacts
from notegrad.results.text import clean
from notegrad.verify.trying.tried import TriedCase, TriedQuestion

_SAYS_NOTHING = ("passed", "skipped")


def tried_text(tried: TriedQuestion) -> Iterator[str]:
    """Yield the lines of the text; what an answer may have chosen is made safe to print."""
    language = tried.language
    passed = sum(case.outcome == "passed" for case in tried.cases)
    facts = {"slug": tried.slug, "question": tried.question, "label": clean(tried.label)}
    counts = {"passed": passed, "count": len(tried.cases), "seconds": f"{tried.duration_s:.2f}"}
    yield translate("try_head", language, **facts, **counts)
    if tried.reason:
        yield from _indented(tried.reason, 2)
    for case in tried.cases:
        yield from _case(case, language)


def _case(case: TriedCase, language: str) -> Iterator[str]:
    kind = translate("try_hidden" if case.hidden else "try_visible", language)
    outcome = translate(f"try_outcome_{case.outcome}", language)
    facts = {"number": case.number, "name": case.name, "kind": kind, "points": f"{case.points:g}"}
    yield "  " + translate("try_case", language, **facts, outcome=outcome)
    if case.outcome in _SAYS_NOTHING:
        return
    if case.failing is not None:
        if case.place:
            yield f"    {case.place}"
        if case.source:
            yield from _indented(translate("try_line", language, source=case.source), 4)
        yield from _values(case.failing.values, language)
        if case.failing.trace:
            yield "    " + translate("try_trace", language)
            yield from _indented(case.failing.trace, 6)
        yield from _indented(translate("try_said", language, said=case.failing.error), 4)
    elif case.detail:
        yield from _indented(translate("try_said", language, said=case.detail), 4)
    now, later = _read(case.message_now, language), _read(case.message_published, language)
    yield from _indented(translate("try_read_now", language, said=now), 4)
    if now == later and case.message_now:
        later = translate("try_reads_same", language)
    yield from _indented(translate("try_read_published", language, said=later), 4)


def _read(message: str | None, language: str) -> str:
    if message is None:
        return translate("try_reads_nothing", language)
    return message or translate("try_reads_empty", language)


def _values(values: Sequence[ValueFacts], language: str) -> Iterator[str]:
    """Yield a line for each value; memory has a letter, the same for all that lie in it."""
    storages = list(dict.fromkeys(value.storage for value in values if value.storage))
    letters = {storage: ascii_uppercase[i % 26] for i, storage in enumerate(storages)}
    names: dict[int, str] = {}
    width = max((len(value.name) for value in values), default=0)
    for value in values:
        facts = [value.kind, *([value.dtype] if value.dtype else [])]
        facts += [str(value.shape).replace(" ", "")] if value.shape is not None else []
        facts += [value.device] if value.device else []
        facts += _memory(value, letters, language)
        facts += [translate(f"try_graph_{value.graph}", language)] if value.graph else []
        if value.identity and value.identity in names:
            facts.append(translate("try_same_object", language, other=names[value.identity]))
        names.setdefault(value.identity, value.name)
        said = value.text if value.shape is None and value.kind != "tensor" else ", ".join([*facts])
        yield clean(f"      {value.name:{width}} = {said}").rstrip()
        if said != value.text:
            yield clean(f"      {'':{width}}   {value.text}")


def _memory(value: ValueFacts, letters: dict[int, str], language: str) -> list[str]:
    if not value.storage:
        return []
    key = "try_memory_offset" if value.offset else "try_memory"
    said = [translate(key, language, letter=letters[value.storage], offset=value.offset)]
    if value.strides and value.shape is not None and value.strides != _contiguous(value.shape):
        strides = str(value.strides).replace(" ", "")
        said.append(translate("try_strides", language, strides=strides))
    return said


def _contiguous(shape: Sequence[int]) -> tuple[int, ...]:
    steps: list[int] = []
    step = 1
    for size in reversed(shape):
        steps.insert(0, step)
        step *= max(size, 1)
    return tuple(steps)


def _indented(text: str, spaces: int) -> Iterator[str]:
    yield from (f"{'':{spaces}}{line}" for line in clean(text).split("\n"))
