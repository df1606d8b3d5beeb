"""Options of otter's own configuration say how a notebook's cells are run."""

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
