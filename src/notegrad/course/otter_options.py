"""Options of otter's own configuration say how a notebook's cells are run, and what a score is out of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def cells_as_otter_runs(cells: Sequence[str], config: Mapping[str, object]) -> tuple[str, ...]:
    """The cells with what otter writes before each: the seed of NumPy and Python, or of a variable.

    As otter does, cells that begin with a cell magic stay as they are.
    """
    seed, variable = config.get("seed"), config.get("seed_variable")
    if not isinstance(seed, int) or isinstance(seed, bool):
        return tuple(cells)
    before = f'__import__("numpy").random.seed({seed % 2**32}); __import__("random").seed({seed})\n'
    if isinstance(variable, str) and variable.isidentifier():
        before = f"{variable} = {seed}\n"
    return tuple(cell if cell.startswith("%%") else before + cell for cell in cells)


_HONOURED = frozenset(
    {"seed", "seed_variable", "points_possible", "score_threshold", "show_hidden", "lang", "assignment_name"}
)
_OF_OTTERS_MACHINE = frozenset({"autograder_dir", "channel_priority_strict", "miniconda_path", "log_level"})


def as_otter_scores(score: float, possible: float, config: Mapping[str, object]) -> tuple[float, float]:
    """The score, and what it is out of, as otter gives them: by `points_possible` and `score_threshold`."""
    points, threshold = _number(config.get("points_possible")), _number(config.get("score_threshold"))
    share = score / possible if possible else 0.0
    top = possible if points is None else points
    if threshold is not None:
        return (top if share >= threshold else 0.0), top
    return (score if points is None else share * points), top


def changes_scores(config: Mapping[str, object]) -> bool:
    """Whether a score is anything but the sum of the questions'."""
    return any(_number(config.get(key)) is not None for key in ("points_possible", "score_threshold"))


def not_honoured(config: Mapping[str, object]) -> tuple[str, ...]:
    """The options that are switched on and change nothing here, sorted."""
    return tuple(
        sorted(key for key, value in config.items() if value and key not in _HONOURED | _OF_OTTERS_MACHINE)
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
