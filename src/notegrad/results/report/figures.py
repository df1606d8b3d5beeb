"""Draws the report's figures with matplotlib, as SVG with the page's colours and alt texts.

The same data give the same bytes: no date, and identifiers from a fixed salt. Shares are told by hatching
too, never by colour alone.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from html import escape
from typing import Any

from notegrad.results.report.statistics import QuestionStatistics
from notegrad.results.text import one_line

HISTOGRAM_BINS = 20
MAX_LABELLED = 40  # names on an axis; more cannot be read
MAX_LABEL_CHARS = 14

# Drawn in these colours, which the page's own then replace, so that the dark style reaches the figures
_COLOURS = {
    "#010101": "var(--ink)",
    "#020202": "var(--soft)",
    "#030303": "var(--line)",
    "#040404": "var(--bar)",
    "#050505": "var(--full)",
    "#060606": "var(--part-bar)",
    "#070707": "var(--none-bar)",
    "#080808": "var(--time-bar)",
    "#090909": "var(--paper)",
}
INK, SOFT, LINE, BAR, FULL, PART, NONE, TIME, PAPER = _COLOURS
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "text.parse_math": False,  # a name with dollar signs is no formula
    "font.family": "sans-serif",
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": LINE,
    "hatch.color": PAPER,
    "hatch.linewidth": 1.2,
    "legend.frameon": False,
}


def histogram(
    values: Sequence[float],
    *,
    high: float,
    title: str,
    description: str,
    label: str,
    count: str,
    mark: str = ".",
) -> str:
    """A histogram of the values in HISTOGRAM_BINS equal bins from 0 to `high`, the last one closed."""
    top = max(high, *values, 1e-9)
    counts = [0] * HISTOGRAM_BINS
    for value in values:
        counts[min(HISTOGRAM_BINS - 1, int(max(0.0, value) / top * HISTOGRAM_BINS))] += 1
    width = top / HISTOGRAM_BINS

    def draw(axes: Any) -> None:
        places = [width * (index + 0.5) for index in range(HISTOGRAM_BINS)]
        axes.bar(places, counts, width=0.92 * width, color=BAR)
        axes.set(xlabel=label, ylabel=count, xlim=(0, top))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace(".", mark))
        axes.yaxis.get_major_locator().set_params(integer=True)

    return _svg(draw, title, description, height_in=2.6)


def question_shares(
    questions: Sequence[QuestionStatistics],
    *,
    title: str,
    description: str,
    words: tuple[str, str, str],
    label: str,
) -> str:
    """A bar per question: shares with all points, some, and none, which `words` name."""
    counts = [(q.full, q.part, q.none) for q in questions]

    def draw(axes: Any) -> None:
        places = range(len(counts))
        below = [0.0] * len(counts)
        for word, column, colour, hatch in zip(
            words, range(3), (FULL, PART, NONE), ("", "..", "//"), strict=True
        ):
            shares = [100 * row[column] / max(1, sum(row)) for row in counts]
            axes.bar(places, shares, bottom=below, width=0.8, color=colour, hatch=hatch, label=word)
            below = [low + share for low, share in zip(below, shares, strict=True)]
        axes.set(ylabel=label, ylim=(0, 100))
        _label(axes, [_short(question.name) for question in questions])
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)

    return _svg(draw, title, description, height_in=3.2)


def case_failures(
    questions: Sequence[QuestionStatistics],
    *,
    title: str,
    description: str,
    words: dict[str, str],
    label: str,
) -> str:
    """A bar per test case, question by question: shares that failed, raised, ran too long, did not run."""
    looks = {
        "failed": (NONE, ""),
        "errored": (PART, "//"),
        "timeout": (TIME, ".."),
        "skipped": (LINE, "xx"),
        "not_judged": (LINE, "++"),
    }

    def draw(axes: Any) -> None:
        places, ticks, at = [], [], 0.0
        for question in questions:
            count = len(question.test_cases)
            places += [at + index for index in range(count)]
            ticks.append(at + (count - 1) / 2)
            at += count + 1
        cases = [case for question in questions for case in question.test_cases]
        totals = [max(1, sum(case.outcomes.values())) for case in cases]
        below = [0.0] * len(cases)
        for outcome, (colour, hatch) in looks.items():
            shares = [
                100 * c.outcomes.get(outcome, 0) / total for c, total in zip(cases, totals, strict=True)
            ]
            if any(shares) or outcome == "failed":
                axes.bar(
                    places, shares, bottom=below, width=0.9, color=colour, hatch=hatch, label=words[outcome]
                )
            below = [low + share for low, share in zip(below, shares, strict=True)]
        axes.set(ylabel=label, ylim=(0, max(10.0, *below) if below else 100))
        _label(axes, [_short(question.name) for question in questions], ticks)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=4)

    return _svg(draw, title, description, height_in=3.2)


def heat_map(
    rows: Sequence[Sequence[float]],
    names: Sequence[str],
    *,
    title: str,
    description: str,
    labels: tuple[str, str],
) -> str:
    """Shares of points in [0, 1], a row per submission and a column per question, as one small picture."""

    def draw(axes: Any) -> None:
        picture = axes.imshow(
            [list(row) for row in rows],
            aspect="auto",
            cmap="cividis",
            vmin=0,
            vmax=1,
            interpolation="none",
            extent=(-0.5, len(names) - 0.5, len(rows) + 0.5, 0.5),
        )
        axes.grid(visible=False)
        axes.set(ylabel=labels[0])
        axes.yaxis.get_major_locator().set_params(integer=True)
        _label(axes, [_short(name) for name in names])
        bar = axes.figure.colorbar(picture, ax=axes, pad=0.02, label=labels[1])
        bar.outline.set_visible(False)
        bar.formatter = lambda value, _: f"{100 * value:.0f}"

    return _svg(draw, title, description, height_in=min(7.0, 2.0 + 0.11 * len(rows)))


def _label(axes: Any, names: Sequence[str], places: Sequence[float] | None = None) -> None:
    """Names below the axis, upright where they would not fit, every n-th where there are too many."""
    at = list(places if places is not None else range(len(names)))
    step = 1 + len(names) // MAX_LABELLED
    turned = len(names) * max(map(len, names), default=0) > 90
    axes.set_xticks(at[::step], list(names)[::step], rotation=90 if turned else 0)
    axes.tick_params(axis="x", length=0)


def _short(name: str) -> str:
    text = one_line(name)
    return text if len(text) <= MAX_LABEL_CHARS else text[: MAX_LABEL_CHARS - 1] + "…"


def _svg(draw: Any, title: str, description: str, *, height_in: float) -> str:
    """The drawing that `draw` makes, as an element for a page, with its alt texts."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with warnings.catch_warnings(), mpl.rc_context({**_STYLE, "svg.hashsalt": title}):
        # The font that measures may lack what the browser's has
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(10.5, height_in), layout="constrained")
        figure.patch.set_visible(False)
        axes = figure.add_subplot()
        axes.patch.set_visible(False)
        draw(axes)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return _embedded(buffer.getvalue(), title, description)


def _embedded(svg: str, title: str, description: str) -> str:
    """The `<svg>` element alone: no prologue, no style sheet, only those identifiers that it refers to."""
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    used = set(re.findall(r"(?:url\(#|href=\"#)([\w-]+)", svg))
    svg = re.sub(r' id="([^"]*)"', lambda found: found[0] if found[1] in used else "", svg)
    for drawn, shown in _COLOURS.items():
        svg = svg.replace(drawn, shown)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", svg)
    head, _, rest = svg.partition(">")
    head = re.sub(r' (?:width|height|version|xmlns(?::\w+)?)="[^"]*"', "", head)
    alt = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    label = escape(f"{title}. {description}")
    drawing = re.sub(r"\n\s*", "\n", rest)
    return f'{head} role="img" aria-label="{label}">{alt}{drawing}'
