"""Prompts of questions as HTML: the Markdown of the author's notebook, without links, pictures or markup."""

from __future__ import annotations

import functools
import re
from html import escape
from typing import Any

from notegrad.records import Record
from notegrad.results.text import clean, one_line

MAX_PROMPT_CHARS = 20_000

_HEADING_TAG = "h4"  # below the heading of the question
_NUMBERING = re.compile(r"^\W*(?:question|exercice|exercise)?\s*\d*\w?\s*[·:.–—-]\s*", re.IGNORECASE)
_POINTS = re.compile(r"\s*\((?:\d+(?:[.,]\d+)?|\w+)\s+points?\)\s*$", re.IGNORECASE)
_DROPPED = ("link_open", "link_close")
_TEX = {
    "times": "×", "cdot": "·", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "in": "∈", "to": "→", "mapsto": "↦", "sum": "∑", "prod": "∏", "infty": "∞", "partial": "∂",
    "nabla": "∇", "approx": "≈", "ldots": "…", "dots": "…", "cdots": "⋯", "alpha": "α", "beta": "β",
    "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "theta": "θ", "lambda": "λ", "mu": "µ",
    "pi": "π", "sigma": "σ", "rho": "ρ", "phi": "φ", "eta": "η", "odot": "⊙", "otimes": "⊗", "top": "ᵀ",
    "quad": " ", "pm": "±", "forall": "∀", "exists": "∃",
}  # fmt: skip
_TEX_COMMAND = re.compile(r"\\(?:(?P<word>[A-Za-z]+)|(?P<sign>[^A-Za-z]))")
_TEX_FRACTION = re.compile(r"\\d?t?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_TEX_SCRIPT = re.compile(r"([\^_])\{([^{}]{2,})\}")
_TEX_FONT = re.compile(r"\\(?:mathbb|mathrm|mathbf|mathcal|text|texttt|operatorname)\s*\{([^{}]*)\}")


class ShownPrompt(Record, frozen=True, kw_only=True):
    """A prompt for a page: the title as plain text, and the rest as HTML."""

    title: str = ""
    html: str = ""


@functools.lru_cache(maxsize=256)  # a class has the same prompts on each page
def shown_prompt(markdown: str) -> ShownPrompt:
    """The prompt of one question; its first heading is the title, without number and points."""
    reader = _reader()
    tokens = reader.parse(clean(markdown, MAX_PROMPT_CHARS))
    title = ""
    if tokens and tokens[0].type == "heading_open":
        title = _plain(tokens[1])
        tokens = tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _HEADING_TAG
    html = str(reader.renderer.render(tokens, reader.options, {}))
    return ShownPrompt(title=short_title(title), html=html)


def short_title(heading: str) -> str:
    """The heading without the question's number before it and its points behind."""
    text = one_line(heading)
    return _POINTS.sub("", _NUMBERING.sub("", text)).strip() or text


def question_title(markdown: str) -> str:
    """The title of a question, or the empty string where its prompt has no heading."""
    return shown_prompt(markdown).title if markdown else ""


@functools.cache
def _reader() -> Any:
    """Markdown in which nothing is markup of the author's own, and nothing leads elsewhere."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.use(dollarmath_plugin, renderer=_formula, allow_labels=False)
    for name in _DROPPED:
        reader.add_render_rule(name, _nothing)
    reader.add_render_rule("image", _words_of_picture)
    return reader


def _nothing(_self: Any, _tokens: Any, _index: int, _options: Any, _env: Any) -> str:
    return ""


def _words_of_picture(_self: Any, tokens: Any, index: int, _options: Any, _env: Any) -> str:
    return escape(tokens[index].content)


def _formula(content: str, _options: Any) -> str:
    """A formula as text: what TeX writes with a sign is that sign; the rest stays as it was written."""
    text = _TEX_FONT.sub(r"\1", _TEX_FRACTION.sub(r"(\1)/(\2)", content))
    text = _TEX_SCRIPT.sub(r"\1(\2)", text)
    text = _TEX_COMMAND.sub(_sign, text).replace("{", "").replace("}", "")
    return escape(" ".join(text.split()))


def _sign(found: re.Match[str]) -> str:
    if found["sign"] is not None:
        return found["sign"] if found["sign"] in "{}%$_&#" else " "
    return _TEX.get(found["word"], "" if found["word"] in ("left", "right", "big") else found["word"] + " ")


def _plain(inline: Any) -> str:
    """The text of a heading without its marks."""
    return "".join(
        child.content or (" " if child.type == "softbreak" else "") for child in inline.children or ()
    )
