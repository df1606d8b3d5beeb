"""Conversion of a master from one format to another: notebook, MyST or percent text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from notegrad.authoring.assignment_keys import read_assignment_keys
from notegrad.authoring.master import Master, find_master, read_master, shown
from notegrad.authoring.master_cells import read_cells
from notegrad.authoring.notebook_bytes import normalise
from notegrad.authoring.outline import read_outline
from notegrad.authoring.plain_text.text_cells import TextSlipError
from notegrad.authoring.plain_text.text_master import write_text
from notegrad.course.config import Config
from notegrad.errors import BuildError
from notegrad.messages import Message, translate
from notegrad.records import Record

Format = Literal["ipynb", "md", "py"]
OLD_SUFFIX = ".old"


class Converted(Record, frozen=True, kw_only=True):
    """The new master and what became of the old one; `lost` are cells whose outer blank lines are gone."""

    path: Path
    old: Path
    lost: tuple[int, ...] = ()


def convert(config: Config, slug: str, to: Format | None = None) -> Converted:
    """Write an assignment's master in another format; the former one stays beside it, called `.old`.

    Without `to`, a notebook becomes MyST text, and a text a notebook. Raises BuildError where the master
    cannot be read, a text cannot hold it, or a file is in the way.
    """
    language = config.settings(slug).language
    path = find_master(config.root, slug)
    target = path.with_suffix(f".{to or ('md' if path.suffix == '.ipynb' else 'ipynb')}")
    if target == path:
        raise BuildError(translate("convert_same", language, path=shown(path)))
    master = read_master(path, language)
    content, lost = _content(master, target.suffix, language)
    old = path.with_name(path.name + OLD_SUFFIX)
    if old.exists() and old.read_bytes() != path.read_bytes():
        raise BuildError(translate("convert_in_the_way", language, path=shown(old)))
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    path.replace(old)
    part.replace(target)
    return Converted(path=target, old=old, lost=lost)


def _content(master: Master, suffix: str, language: str) -> tuple[bytes, tuple[int, ...]]:
    if suffix == ".ipynb":
        return normalise(json.dumps(master.notebook).encode()), ()
    _refuse_outputs_of_doctests(master, language)
    try:
        written = write_text(master.notebook, suffix)
    except TextSlipError as error:  # its number is that of a cell
        said = translate(error.key, language, number=error.number)
        raise BuildError(Message("path_said", path=shown(master.path), said=said)) from None
    return written.text.encode(), written.lost


def _refuse_outputs_of_doctests(master: Master, language: str) -> None:
    """Raise BuildError for a test whose expected result is an output that Jupyter has saved."""
    outline = read_outline(read_cells(master.notebook))
    if not read_assignment_keys(outline.configs, master.path.parent).ok_format:
        return
    cells = master.notebook["cells"]
    for question in outline.questions:
        for cell in question.tests:
            if cells[cell.number - 1].get("outputs"):
                said = translate("text_doctest_output", language, number=cell.number)
                raise BuildError(Message("path_said", path=shown(master.path), said=said))
