"""The controls above the table of students, and the reader of answers: shown where the page's script runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from notegrad.messages import translate
from notegrad.results.pages.page import line
from notegrad.results.report.class_rows import ClassRow
from notegrad.results.report.worth_a_look import KINDS
from notegrad.results.text import one_line

_SHARES = ("full", "part", "none")


def tools(rows: Sequence[ClassRow], names: Sequence[str], titles: Mapping[str, str], language: str) -> str:
    """Search, filters, and a sentence that says how many are shown; hidden until the script shows them."""
    states = [(s, translate(f"status_{s}", language)) for s in dict.fromkeys(row.state for row in rows)]
    groups = [(one_line(g), one_line(g)) for g in sorted({row.group for row in rows if row.group})]
    present = {kind for row in rows for kind in row.kinds}
    kinds = [("*", translate("report_kind_any", language))] if present else []
    kinds += [(kind, translate(f"report_kind_{kind}", language)) for kind in KINDS if kind in present]
    asked = [(str(number), titled(name, titles)) for number, name in enumerate(names)]
    shares = [(share, translate(f"report_{share}", language)) for share in _SHARES]
    late, label = translate("report_filter_late", language), translate("report_filters", language)
    search = '<input type="search" id="f-search" autocomplete="off">'
    fields = [
        f"<label>{translate('report_search', language)} {search}</label>",
        _select("f-state", "report_filter_state", states, language),
        _select("f-question", "report_filter_question", asked, language),
        _select("f-share", "report_filter_share", shares, language),
        _select("f-group", "report_filter_group", groups, language) if groups else "",
        _select("f-kind", "report_filter_look", kinds, language) if kinds else "",
        f'<label class="check"><input type="checkbox" id="f-late"> {late}</label>'
        if any(row.is_late for row in rows)
        else "",
        f'<button type="button" id="f-reset">{translate("report_filter_reset", language)}</button>',
    ]
    counted = escape(translate("report_shown", language, shown="{shown}", total="{total}"))
    return (
        f'<div class="tools" id="tools" role="search" aria-label="{label}" hidden>'
        + "".join(fields)
        + f'<p id="f-count" role="status" data-text="{counted}"></p><p id="f-pick" hidden></p></div>\n'
    )


def titled(name: str, titles: Mapping[str, str]) -> str:
    """A question's name with its title."""
    title = titles.get(name, "")
    return f"{one_line(name)} · {one_line(title)}" if title else one_line(name)


def reader(names: Sequence[str], titles: Mapping[str, str], language: str) -> str:
    """The dialog in which one student's answer to one question is read; arrows lead to the next."""
    options = "".join(
        f'<option value="{number}">{escape(titled(name, titles))}</option>'
        for number, name in enumerate(names)
    )
    say = {
        key: translate(f"report_reader_{key}", language)
        for key in (
            "close",
            "student",
            "question",
            "before",
            "after",
            "keys",
            "no_code",
            "failing",
            "all_pass",
        )
    }
    opens = escape(translate("report_reader_open", language, name="{name}"))
    return f"""<dialog id="reader" aria-labelledby="r-title" data-open="{opens}" \
data-no-code="{escape(say["no_code"])}" \
data-failing="{escape(say["failing"])}" data-all-pass="{escape(say["all_pass"])}">
<div class="r-head"><h2 id="r-title"></h2><button type="button" id="r-close">{say["close"]}</button></div>
<div class="r-row"><button type="button" id="r-s-before" aria-label="{say["before"]}">←</button>
<label>{say["student"]} <select id="r-student"></select></label>
<button type="button" id="r-s-after" aria-label="{say["after"]}">→</button></div>
<div class="r-row">
<button type="button" id="r-q-before" aria-label="{say["before"]} ({say["question"]})">←</button>
<label>{say["question"]} <select id="r-question">{options}</select></label>
<button type="button" id="r-q-after" aria-label="{say["after"]} ({say["question"]})">→</button></div>
<p class="soft">{say["keys"]}</p>
<div id="r-body" tabindex="0" role="group" aria-labelledby="r-title"></div></dialog>
"""


def _select(id_: str, key: str, entries: Sequence[tuple[str, str]], language: str) -> str:
    options = "".join(f'<option value="{escape(value)}">{line(shown)}</option>' for value, shown in entries)
    first = f'<option value="">{translate("report_filter_all", language)}</option>'
    return f'<label>{translate(key, language)} <select id="{id_}">{first}{options}</select></label>'
