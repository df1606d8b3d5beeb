"""`make docs` writes docs/expect.md, the reference of `notegrad.expect`, from its docstrings.

Each public name has a docstring in Google's style; its example is a doctest, run by the tests. The same
sources give the same page, so that a test can tell whether it is up to date.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from notegrad import expect

PAGE = Path(__file__).with_name("expect.md")

GROUPS: dict[str, tuple[str, ...]] = {
    "Values": ("assert_values", "assert_form", "tolerance"),
    "Arguments": (
        "snapshot",
        "Snapshot",
        "assert_inputs_untouched",
        "assert_same_object",
        "assert_same_place",
    ),
    "Memory": ("assert_same_storage", "assert_fresh", "assert_writable", "shares_storage"),
    "Gradients": ("assert_gradients", "assert_leaf", "assert_no_graph"),
    "Global state": ("assert_global_state", "global_state", "GlobalState"),
    "Costs": ("assert_no_loop", "operations", "Operations", "allocated_bytes", "count_operations"),
    "Devices": ("works_on_meta", "works_on_accelerator"),
    "Inputs": ("numbers", "layouts"),
    "Any other fact": ("require",),
}

INTRODUCTION = """\
# `notegrad.expect`: what hidden tests may call

This page is made from the docstrings by `make docs`; its examples are run by the tests.

A hidden test case imports the module inside its function, calls the student's function as it would call any
other, and says what it expects:

```python
def test_moyenne(moyenne):
    import torch
    from notegrad import expect

    x = expect.numbers((3, 4))
    before = expect.snapshot(X=x)
    result = moyenne(x)
    expect.assert_values(result, x.double().mean(dim=0), dtype=torch.float32, terms=3)
    expect.assert_fresh(result, X=x)
    expect.assert_inputs_untouched(before)
```

- An expectation that is not met raises `AssertionError` with one sentence made of facts: what was
  seen, before what was wanted. The student reads it after the test case's `failure_message`; it never shows
  the test's source. What a plain `assert` of a hidden test says is for staff only.
- The same calls work in one process, under plain otter, and under notegrad, where the function lives in the
  sandbox and its tensors are mirrored. Students do not have notegrad: visible test cases cannot import it.
- Nothing is timed. Tolerances come from the dtype and the number of terms (`tolerance`), costs are counted.

The examples assume `import torch`, `import numpy as np` and `from notegrad import expect`. In signatures, a
`Value` is a tensor or a NumPy array.
"""

_SECTION = re.compile(r"^(Args|Attributes|Returns|Yields|Raises|Example):$", re.MULTILINE)
_ITEM = re.compile(r"^    (\*{0,2}\w+): ", re.MULTILINE)
_WIDTH = 100


def sections(name: str) -> dict[str, str]:
    """The docstring of a public name in pieces: its text under "", each section under its heading."""
    text = inspect.cleandoc(getattr(expect, name).__doc__ or "")
    pieces = _SECTION.split(text)
    return {"": pieces[0].strip()} | dict(
        zip(pieces[1::2], (p.strip("\n") for p in pieces[2::2]), strict=True)
    )


def items(section: str) -> list[tuple[str, str]]:
    """The entries of a section such as `Args`: names and what is said of each, on one line."""
    pieces = _ITEM.split(section)
    return [(n, " ".join(t.split())) for n, t in zip(pieces[1::2], pieces[2::2], strict=True)]


def signature(name: str) -> str:
    """A name as it is called, with the annotations as they stand in the source."""
    value = getattr(expect, name)
    if inspect.isclass(value):
        return f"class {name}"
    parts, is_keyword_only = [], False
    found = inspect.signature(value)
    for parameter in found.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not is_keyword_only:
            parts.append("*")
        is_keyword_only |= parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        parts.append(_parameter(parameter))
    result = f" -> {found.return_annotation}"
    line = f"{name}({', '.join(parts)}){result}"
    return (
        line if len(line) <= _WIDTH else "\n".join([f"{name}(", *(f"    {p}," for p in parts), f"){result}"])
    )


def _parameter(parameter: inspect.Parameter) -> str:
    stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    default: Any = parameter.default
    text = f"{stars}{parameter.name}: {parameter.annotation}"
    if default is parameter.empty:
        return text
    return f'{text} = "{default}"' if isinstance(default, str) else f"{text} = {default!r}"


def entry(name: str) -> str:
    """The part of the page on one name."""
    found = sections(name)
    lines = [f"### `{name}`", "", "```python", signature(name), "```", "", found[""]]
    for heading, head in (("Args", "parameter"), ("Attributes", "attribute")):
        if heading in found:
            rows = [f"| `{item}` | {text} |" for item, text in items(found[heading])]
            lines += ["", f"| {head} | |", "|---|---|", *rows]
    for heading in ("Returns", "Yields"):
        if heading in found:
            lines += ["", f"**{heading}** {' '.join(found[heading].split())}"]
    if "Raises" in found:
        lines += ["", *(f"**Raises** `{error}`: {text}  " for error, text in items(found["Raises"]))]
        lines[-1] = lines[-1].rstrip()
    lines += ["", "```pycon", inspect.cleandoc(found["Example"]), "```"]
    return "\n".join(lines)


def _anchors(names: list[str]) -> dict[str, str]:
    """The link of each heading; those that differ in case only are told apart by a number, as on GitHub."""
    lower = [name.lower() for name in names]
    counts = [lower[:place].count(name) for place, name in enumerate(lower)]
    return {n: f"{low}-{count}" if count else low for n, low, count in zip(names, lower, counts, strict=True)}


def page() -> str:
    """The whole page."""
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(expect.__all__), "each public name stands in one group"
    anchors = _anchors(grouped)
    contents = [
        f"| {group} | {', '.join(f'[`{n}`](#{anchors[n]})' for n in names)} |"
        for group, names in GROUPS.items()
    ]
    parts = [INTRODUCTION, "\n".join(["| about | |", "|---|---|", *contents, ""])]
    for group, names in GROUPS.items():
        parts += [f"## {group}\n", *(f"{entry(name)}\n" for name in names)]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
