"""One self-contained HTML page: nothing from elsewhere, no script but its own, by a policy of its own."""

from __future__ import annotations

import base64
import hashlib
from html import escape

from notegrad.messages import translate
from notegrad.results.text import MAX_OUTPUT_CHARS, clean, one_line

MIN_SHARE, FULL_SHARE = 0.001, 0.999  # sums of thirds and tenths are not exact

TOKENS = """
:root { color-scheme: light dark; --paper: #fff; --raised: #f5f7f9; --line: #d5dbe1; --ink: #1b2530;
  --soft: #55626f;
  --link: #0b57a4; --good: #0f6b38; --good-bg: #e2f3e8; --part: #7a5200; --part-bg: #fcf1d6; --bad: #a61b2b;
  --bad-bg: #fce6e6; --off: #4d5966; --off-bg: #e8ecf0; }
@media (prefers-color-scheme: dark) { :root { --paper: #14191f; --raised: #1c232b; --line: #343e49; --ink:
  #e4e9ee;
  --soft: #a3afbb; --link: #83baf5; --good: #7fd6a2; --good-bg: #16352a; --part: #ecc56b; --part-bg:
  #3a2e12;
  --bad: #f59aa2; --bad-bg: #43191f; --off: #b4bfca; --off-bg: #2a333d; } }
@media print { :root { color-scheme: light; --paper: #fff; --raised: #f5f7f9; --line: #c3cad1; --ink: #000;
  --soft: #444d57; --link: #000; --good: #0f6b38; --good-bg: #e2f3e8; --part: #7a5200; --part-bg: #fcf1d6;
  --bad: #a61b2b; --bad-bg: #fce6e6; --off: #4d5966; --off-bg: #e8ecf0; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
* { box-sizing: border-box; }
body { margin: 0 auto; color: var(--ink); background: var(--paper);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; } .skip:focus { left: .5rem; top: .5rem; background:
  var(--paper); padding: .5rem; }
"""


def page(*, title: str, style: str, body: str, language: str, script: str = "") -> bytes:
    """The page, UTF-8; `title` is plain text, `body` is HTML.

    The one style sheet is the only one that a browser applies, and `script` the only one that it runs.
    """
    sheet = TOKENS + style
    runs = f"script-src {source_of(script)}; " if script else ""
    policy = (
        f"default-src 'none'; {runs}style-src {source_of(sheet)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    program = f"<script>{script}</script>\n" if script else ""
    return f"""<!DOCTYPE html>
<html lang="{escape(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="referrer" content="no-referrer">
<title>{line(title)}</title>
<style>{sheet}</style>
</head>
<body>
<a class="skip" href="#main">{translate("page_skip", language)}</a>
{body}
{program}</body>
</html>
""".encode()


def source_of(text: str) -> str:
    """The source of a policy that allows this script or style sheet alone, by its SHA-256."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def line(text: str) -> str:
    """Text of any origin as one escaped line."""
    return escape(one_line(text))


def prose(text: str, limit: int = MAX_OUTPUT_CHARS) -> str:
    """Text of any origin, escaped, its line ends kept."""
    return escape(clean(text, limit).strip())


def decimal(value: float, language: str) -> str:
    """Two digits at most, without trailing zeros, with the language's decimal mark."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return (text if text != "-0" else "0").replace(".", translate("decimal_mark", language))


def percent(share: float | None) -> str:
    """A share as a whole percentage; a dash where there is none."""
    return "—" if share is None else f"{100 * share:.0f}\u202f%"


def shade(score: float, points: float) -> str:
    """`full`, `part` or `none`; no points to be had are all had."""
    share = score / points if points else 1.0
    return "full" if share >= FULL_SHARE else "part" if share > MIN_SHARE else "none"
