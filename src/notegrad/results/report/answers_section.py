"""The report's answers: all of a class to each question, equal ones once; and pairs side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby

from notegrad.messages import translate
from notegrad.results.pages.page import decimal, line, percent, prose
from notegrad.results.report.answer_groups import AnswerGroup, AnswerSentence
from notegrad.results.report.report_data import ReportData
from notegrad.results.report.report_table import linked
from notegrad.results.report.report_tools import titled
from notegrad.results.report.similarity import AlikePair
from notegrad.results.text import visible

MAX_CODE_CHARS = 900_000  # of all answers on the page; the rarest are only named
MAX_PAIR_CHARS = 200_000  # of answers side by side
MAX_NAMES = 12
MAX_GROUPS = 200  # of one question on the page, the most frequent


Rows = Mapping[str, Sequence[int]]
"""The numbers of the table's rows, by submission."""


def answers_section(
    data: ReportData,
    rows: Rows,
    people: Mapping[str, str],
    links: Mapping[str, str],
    numbers: Mapping[str, int],
    language: str,
) -> str:
    """A part for each question, closed at first; `numbers` are those of the questions in the table."""
    if not data.answers:
        return ""
    room = _Room(MAX_CODE_CHARS)
    shown = {
        id(group): room.takes(group.code) for group in sorted(data.answers, key=lambda g: -len(g.submissions))
    }
    parts = []
    for name, found in groupby(data.answers, key=lambda group: group.question):
        groups = list(found)
        number = numbers[name]
        total = sum(len(group.submissions) for group in groups)
        summary = translate(
            "report_answers_of",
            language,
            question=escape(titled(name, data.titles)),
            count=len(groups),
            total=total,
        )
        made = "\n".join(
            _group(f"a{number}g{n}", group, rows, people, links, language, has_code=shown[id(group)])
            for n, group in enumerate(groups[:MAX_GROUPS])
        )
        if len(groups) > MAX_GROUPS:
            more = translate("report_answers_more", language, count=len(groups) - MAX_GROUPS)
            made += f'<p class="soft">{more}</p>'
        parts.append(
            f'<details class="answers" id="a{number}"><summary>{summary}</summary>\n{made}</details>'
        )
    left_out = sum(not has_room for has_room in shown.values())
    said = translate("report_answers_cut", language, count=left_out) if left_out else ""
    how = f'<p class="soft">{translate("report_answers_how", language)} {said}</p>\n'
    return how + "\n".join(parts)


def _group(
    id_: str,
    group: AnswerGroup,
    rows: Rows,
    people: Mapping[str, str],
    links: Mapping[str, str],
    language: str,
    *,
    has_code: bool,
) -> str:
    numbers = " ".join(str(n) for one in group.submissions for n in rows.get(one, ()))
    names = ", ".join(linked(one, people.get(one, one), links) for one in group.submissions[:MAX_NAMES])
    names += " …" if len(group.submissions) > MAX_NAMES else ""
    score = decimal(group.score, language)
    counted = translate("report_answer_count", language, count=len(group.submissions))
    state = "full" if not group.failing else "none" if group.score <= 0 else "some"
    known = ""
    if group.misconception:
        known = f'<p class="known">{translate("report_known", language, idea=line(group.misconception))}</p>'
    elif group.is_accepted:
        known = f'<p class="known good">{translate("report_known_right", language)}</p>'
    sentences = "".join(_sentence(sentence, language) for sentence in group.sentences)
    if not group.code:
        code = f'<p class="soft">{translate("report_no_answer", language)}</p>'
    elif has_code:
        code = f'<pre tabindex="0"><code>{_code(group.code)}</code></pre>'
    else:
        code = f'<p class="soft">{translate("report_code_cut", language)}</p>'
    return (
        f'<article class="answer" id="{id_}" data-rows="{numbers}"><p class="who">'
        f'<span class="{state} pts">{score}</span> '
        f'<strong data-pick="rows:{numbers}">{counted}</strong> {names}</p>'
        f"{known}{f'<ul>{sentences}</ul>' if sentences else ''}{code}</article>"
    )


def _sentence(said: AnswerSentence, language: str) -> str:
    numbers = ", ".join(map(str, said.numbers))
    tests = translate("page_tests", language, count=len(said.numbers), numbers=numbers)
    outcome = translate(f"outcome_{said.outcome}", language)
    return f'<li><span class="soft">{tests} · {outcome}</span> {prose(said.text)}</li>'


def alike_section(
    data: ReportData, people: Mapping[str, str], links: Mapping[str, str], language: str
) -> str:
    """Pairs of submissions whose answers agree where few others do, with the two answers side by side."""
    how = f'<p class="soft">{translate("report_alike_how", language)}</p>\n'
    if not data.alike:
        return how + f"<p>{translate('report_alike_none', language)}</p>\n"
    room = _Room(MAX_PAIR_CHARS)
    return how + "\n".join(_pair(pair, room, data, people, links, language) for pair in data.alike)


def _pair(
    pair: AlikePair,
    room: _Room,
    data: ReportData,
    people: Mapping[str, str],
    links: Mapping[str, str],
    language: str,
) -> str:
    both = [linked(one, people.get(one, one), links) for one in (pair.first, pair.second)]
    facts = []
    for key, questions in (("report_alike_same", pair.same), ("report_alike_renamed", pair.renamed)):
        if questions:
            facts.append(
                f"{translate(key, language)}{translate('colon', language)}{', '.join(map(line, questions))}"
            )
    facts.append(f"{decimal(pair.bits, language)} {translate('report_alike_bits', language)}")
    facts.append(f"{translate('report_alike_overlap', language)} {percent(pair.overlap)}")
    sides = ""
    for question, *texts in pair.answers:
        if room.takes("".join(texts)):
            columns = "".join(
                f'<div><p class="soft">{line(people.get(one, one))}</p>'
                f'<pre tabindex="0"><code>{_code(text)}</code></pre></div>'
                for one, text in zip((pair.first, pair.second), texts, strict=True)
            )
            sides += f'<h4>{escape(titled(question, data.titles))}</h4><div class="sides">{columns}</div>'
    shown = (
        f"<details><summary>{translate('report_alike_sides', language)}</summary>{sides}</details>"
        if sides
        else ""
    )
    return f'<article class="alike"><h3>{both[0]} · {both[1]}</h3><p>{" · ".join(facts)}</p>{shown}</article>'


def _code(source: str) -> str:
    return escape(visible(source, 4_000).strip("\n"))


class _Room:
    """The characters that are left for code on the page."""

    def __init__(self, chars: int) -> None:
        self._left = chars

    def takes(self, text: str) -> bool:
        """Whether the text still has room; takes it."""
        has_room = len(text) <= self._left
        self._left -= len(text) if has_room else 0
        return has_room
