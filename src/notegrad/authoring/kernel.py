"""The kernel of a master notebook: students get it, and tests are Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from notegrad.authoring.slips import Slip, slip

# Names of kernels that are no Python, where a notebook does not say its language.
_FOREIGN = (
    "ir",
    "irkernel",
    "julia",
    "bash",
    "octave",
    "matlab",
    "javascript",
    "sagemath",
    "xcpp",
    "rust",
    "scala",
    "sql",
)


def find_wrong_kernel(master: dict[str, Any]) -> Iterator[Slip]:
    """Yield where the notebook's kernel is not Python."""
    metadata = master.get("metadata", {})
    spec = metadata.get("kernelspec") or {}
    info = metadata.get("language_info") or {}
    name = str(spec.get("name") or "")
    languages = [str(word) for word in (spec.get("language"), info.get("name")) if word]
    wrong = next((word for word in languages if word.lower() not in ("python", "ipython")), "")
    if not languages and name.lower().startswith(_FOREIGN):
        wrong = name
    if wrong:
        yield slip(
            "slip_kernel", kernel=str(spec.get("display_name") or name or wrong), kernel_language=wrong
        )
