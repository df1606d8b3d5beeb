"""Draws the report's figures as SVG: plain shapes in the page's colours, with alt texts, and what each names.

The same data give the same bytes. Shares are told by hatching too, never by colour alone. A shape says in
`data-pick` which students it stands for, which the page's script reads; without it a figure is a picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from notegrad.results.report.statistics import QuestionStatistics
from notegrad.results.text import one_line

HISTOGRAM_BINS = 20
MAX_LABELLED = 40  # names on an axis; more cannot be read
MAX_LABEL_CHARS = 14
MAX_TICKS = 6
TICK_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1_000, 10_000, 100_000)
SHADES = 5  # of the map

_WIDTH, _LEFT, _RIGHT = 900.0, 56.0, 10.0
# By kind: pixels between lines, and whether these are upright
_HATCHES = {
    "part": (7.0, False),
    "none": (3.5, False),
    "errored": (4.0, False),
    "timeout": (8.0, False),
    "skipped": (3.0, True),
    "not_judged": (6.0, True),
}
_LOOKS = ("failed", "errored", "timeout", "skipped", "not_judged")


def histogram(
    values: Sequence[float],
    *,
    high: float,
    title: str,
    description: str,
    label: str,
    count: str,
    mark: str = ".",
    pick: str = "",
) -> str:
    """A histogram of the values in HISTOGRAM_BINS equal bins from 0 to `high`, the last one closed.

    pick: what a bar picks, before its two limits; empty for nothing.
    """
    top = max(high, *values, 1e-9)
    counts = [0] * HISTOGRAM_BINS
    for value in values:
        counts[min(HISTOGRAM_BINS - 1, int(max(0.0, value) / top * HISTOGRAM_BINS))] += 1
    plot = _Plot(height=190, most=max(counts), unit="")
    step = plot.width / HISTOGRAM_BINS
    for index, found in enumerate(counts):
        low, end = top * index / HISTOGRAM_BINS, top * (index + 1) / HISTOGRAM_BINS
        last = index == HISTOGRAM_BINS - 1
        chosen = f"{pick}:{low:.6g}:{end + (1e-6 if last else 0):.6g}" if pick else ""
        said = f"{low:.4g}–{end:.4g} ({found})".replace(".", mark)
        plot.bar(_LEFT + index * step, step * 0.92, 0, found, "bar", chosen, said)
    for value in _ticks(top, least=0.01):
        at = f"{value:.4g}".replace(".", mark)
        plot.text(_LEFT + value / top * plot.width, plot.floor + 18, at, "middle")
    return plot.svg(title, description, count, label)


def question_shares(
    questions: Sequence[QuestionStatistics],
    *,
    title: str,
    description: str,
    words: tuple[str, str, str],
    label: str,
) -> str:
    """A bar per question: shares with all points, some, and none, which `words` name."""
    plot = _Plot(height=200, most=100, unit=" %")
    step = plot.width / max(1, len(questions))
    for index, question in enumerate(questions):
        parts = (("full", question.full), ("part", question.part), ("none", question.none))
        total, below = max(1, sum(found for _, found in parts)), 0.0
        for word, (kind, found) in zip(words, parts, strict=True):
            share = 100 * found / total
            said = f"{question.name}, {word} ({found})"
            plot.bar(_LEFT + index * step, step * 0.85, below, share, kind, f"question:{index}:{kind}", said)
            below += share
    plot.names(
        [question.name for question in questions], [_LEFT + (i + 0.43) * step for i in range(len(questions))]
    )
    plot.legend(list(zip(("full", "part", "none"), words, strict=True)))
    return plot.svg(title, description, label, "")


def case_failures(
    questions: Sequence[QuestionStatistics],
    *,
    title: str,
    description: str,
    words: dict[str, str],
    label: str,
) -> str:
    """A bar per test case, question by question: shares that failed, raised, ran too long, did not run."""
    rows = [
        (i, j, case) for i, question in enumerate(questions) for j, case in enumerate(question.test_cases)
    ]
    shares = [
        {kind: 100 * case.outcomes.get(kind, 0) / max(1, sum(case.outcomes.values())) for kind in _LOOKS}
        for _, _, case in rows
    ]
    most = max(10.0, *(sum(row.values()) for row in shares)) if shares else 100.0
    plot = _Plot(height=200, most=most, unit=" %")
    step = plot.width / max(1, len(rows) + len(questions))
    places: dict[int, list[float]] = {}
    for (i, j, case), row in zip(rows, shares, strict=True):
        at = _LEFT + (len([1 for q, _, _ in rows if q < i]) + j + i) * step
        places.setdefault(i, []).append(at + step / 2)
        below = 0.0
        for kind, share in row.items():
            said = f"{case.told}, {words.get(kind, kind)} ({case.outcomes.get(kind, 0)})"
            plot.bar(at, step * 0.9, below, share, kind, f"case:{i}:{j}:{kind}", said)
            below += share
    middles = [sum(found) / len(found) for found in places.values()]
    plot.names([questions[i].name for i in places], middles)
    used = [kind for kind in _LOOKS if kind == "failed" or any(row[kind] for row in shares)]
    plot.legend([(kind, words.get(kind, kind)) for kind in used])
    return plot.svg(title, description, label, "")


def heat_map(
    rows: Sequence[Sequence[float]],
    names: Sequence[str],
    *,
    title: str,
    description: str,
    labels: tuple[str, str],
    order: Sequence[int] = (),
    columns: Sequence[int] = (),
) -> str:
    """Shares of points in [0, 1], a row per submission and a column per question: the darker, the more.

    order, columns: the numbers of the rows and questions, by which the script knows what was clicked.
    """
    tall = min(14.0, max(2.0, 420 / max(1, len(rows))))
    plot = _Plot(height=tall * len(rows) + 10, most=0, unit="")
    wide, deep = plot.width / max(1, len(names)), _n(max(tall - 0.5, 1))
    paths: list[list[str]] = [[] for _ in range(SHADES)]
    for i, row in enumerate(rows):
        for j, share in enumerate(row):
            shade = (
                min(SHADES - 1, int(share * (SHADES - 1) + 0.5))
                if 0 < share < 1
                else (SHADES - 1) * int(share > 0)
            )
            shade = min(max(shade, 1), SHADES - 2) if 0.001 < share < 0.999 else shade
            paths[shade].append(
                f"M{_n(_LEFT + j * wide)} {_n(10 + i * tall)}h{_n(wide - 1)}v{deep}h{_n(1 - wide)}z"
            )
    plot.shapes += [
        f'<path class="m{shade}" d="{"".join(found)}"/>' for shade, found in enumerate(paths) if found
    ]
    picked = " ".join(map(str, order)), " ".join(map(str, columns))
    plot.shapes.append(
        f'<rect class="map" x="{_n(_LEFT)}" y="10" width="{_n(plot.width)}" height="{_n(tall * len(rows))}" '
        f'data-rows="{picked[0]}" data-columns="{picked[1]}"/>'
    )
    plot.names(list(names), [_LEFT + (j + 0.5) * wide for j in range(len(names))])
    plot.legend([(f"m{n}", f"{100 * n // (SHADES - 1)} %") for n in range(SHADES)])
    return plot.svg(title, description, labels[0], labels[1])


class _Plot:
    """Shapes over a floor, with an axis of counts or shares at the left."""

    def __init__(self, *, height: float, most: float, unit: str) -> None:
        self.height, self.most, self.unit = height, most, unit
        self.floor, self.width = height + 10, _WIDTH - _LEFT - _RIGHT
        self.shapes: list[str] = []
        self.below = 30.0

    def y(self, value: float) -> float:
        return self.floor - self.height * value / (self.most or 1)

    def bar(self, x: float, width: float, low: float, size: float, kind: str, pick: str, said: str) -> None:
        if size <= 0:
            return
        top, bottom = self.y(low + size), self.y(low)
        place = f'x="{_n(x)}" y="{_n(top)}" width="{_n(width)}" height="{_n(bottom - top)}"'
        chosen = f' data-pick="{escape(pick)}"' if pick else ""
        self.shapes.append(
            f'<rect class="s-{kind}" {place}{chosen}><title>{escape(one_line(said))}</title></rect>'
        )
        if kind in _HATCHES:
            self.shapes.append(_hatched(kind, x, top, width, bottom - top))

    def text(self, x: float, y: float, said: str, anchor: str, turned: bool = False) -> None:
        turn = f' transform="rotate(-55 {_n(x)} {_n(y)})"' if turned else ""
        self.shapes.append(
            f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"{turn}>{escape(said)}</text>'
        )

    def names(self, names: Sequence[str], places: Sequence[float]) -> None:
        """Names below the floor, turned where they would not fit, every n-th where there are too many."""
        step = 1 + len(names) // MAX_LABELLED
        turned = len(names) * max(map(len, map(_short, names)), default=0) > 100
        self.below = 80.0 if turned else 30.0
        for name, x in list(zip(names, places, strict=True))[::step]:
            self.text(x, self.floor + 18, _short(name), "end" if turned else "middle", turned)

    def legend(self, entries: Sequence[tuple[str, str]]) -> None:
        x, y = _LEFT, self.floor + self.below + 12
        for kind, word in entries:
            look = kind if kind[:1] == "m" and kind[1:].isdigit() else f"s-{kind}"
            self.shapes.append(
                f'<rect class="{look} key" x="{_n(x)}" y="{_n(y - 11)}" width="16" height="12"/>'
            )
            if kind in _HATCHES:
                self.shapes.append(_hatched(kind, x, y - 11, 16, 12))
            self.text(x + 22, y, word, "start")
            x += 40 + 8.2 * len(word)
        self.below += 26

    def svg(self, title: str, description: str, left: str, bottom: str) -> str:
        ticks = _ticks(self.most)
        grid = "".join(
            f'<path class="grid" d="M{_n(_LEFT)} {_n(self.y(t))}H{_n(_WIDTH - _RIGHT)}"/>'
            f'<text x="{_n(_LEFT - 6)}" y="{_n(self.y(t) + 4)}" text-anchor="end">{t:g}{self.unit}</text>'
            for t in ticks
        )
        middle = _n(self.floor - self.height / 2)
        words = (
            f'<text x="14" y="{middle}" text-anchor="middle" transform="rotate(-90 14 {middle})">'
            f"{escape(left)}</text>"
        )
        if bottom:
            self.below += 16
            self.text(_WIDTH / 2, self.floor + self.below - 2, bottom, "middle")
        label, tall = escape(f"{title}. {description}"), self.floor + self.below + 6
        head = f'<svg viewBox="0 0 {_n(_WIDTH)} {_n(tall)}" role="img" aria-label="{label}">'
        alt = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
        return f"{head}{alt}{grid}{words}{''.join(self.shapes)}</svg>"


def _hatched(kind: str, x: float, y: float, width: float, height: float) -> str:
    """Lines over a bar that tell its kind without colour; no pattern, which printers draw as a picture."""
    gap, upright = _HATCHES[kind]
    if upright:
        lines = [f"M{_n(x + at)} {_n(y)}v{_n(height)}" for at in _steps(gap, width)]
    else:
        lines = [f"M{_n(x)} {_n(y + at)}h{_n(width)}" for at in _steps(gap, height)]
    return f'<path class="hatch" d="{"".join(lines)}"/>' if lines else ""


def _steps(gap: float, size: float) -> list[float]:
    return [gap * n for n in range(1, int(size / gap) + 1) if gap * n < size]


def _ticks(most: float, *, least: float = 1) -> list[float]:
    if most <= 0:
        return []
    step = next(s for s in (*TICK_STEPS, most) if s >= least and most / s <= MAX_TICKS)
    return [step * n for n in range(int(most / step) + 1)]


def _n(value: float) -> str:
    """The shortest form of a coordinate."""
    return f"{value:.1f}".removesuffix(".0")


def _short(name: str) -> str:
    text = one_line(name)
    return text if len(text) <= MAX_LABEL_CHARS else text[: MAX_LABEL_CHARS - 1] + "…"
