"""Adjustments change a bundle's settings for one run: by options, or by a course's file for foreign zips."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import yaml

from notegrad.course.bundle import Bundle
from notegrad.course.config import load_config
from notegrad.errors import InputError
from notegrad.messages import Message, suggestion
from notegrad.records import Limits, Record
from notegrad.settings import JudgePlace, Language

_OF_THE_BUNDLE = ("seed", "judge")  # what a file of ours does not say, otter's zip does


class Adjustments(Record, frozen=True, kw_only=True):
    """The options of a command that change settings; `limits` are texts such as `cell_wall_s=60`."""

    judge: JudgePlace | None = None
    limits: tuple[str, ...] = ()
    language: Language | None = None
    config_path: Path | None = None


def adjusted(bundle: Bundle, options: Adjustments) -> Bundle:
    """The bundle with settings as asked; itself where nothing is.

    A course's file holds for bundles that notegrad did not build: ours have its settings in them. Raises
    ConfigError for a file, InputError for a limit, that cannot be used.
    """
    settings = bundle.settings
    if options.config_path is not None and settings.handout is None:
        config = load_config(options.config_path)
        said = _said(options.config_path, settings.slug)
        kept = {key: getattr(settings, key) for key in _OF_THE_BUNDLE if key not in said}
        title = (
            config.settings(settings.slug).title if settings.slug in config.assignments else settings.title
        )
        settings = msgspec.structs.replace(config.settings(settings.slug), title=title, **kept)
    if options.judge is not None:
        settings = msgspec.structs.replace(settings, judge=options.judge, questions={})
    if options.language is not None:
        settings = msgspec.structs.replace(settings, language=options.language)
    if options.limits:
        settings = msgspec.structs.replace(settings, limits=_limits(settings.limits, options.limits))
    return bundle if settings == bundle.settings else msgspec.structs.replace(bundle, settings=settings)


def _said(path: Path, slug: str) -> frozenset[str]:
    """The keys that a course's file, which was found to be good, has for an assignment."""
    data: dict[str, Any] = yaml.safe_load(path.read_text("utf-8")) or {}
    return frozenset({*data, *((data.get("assignments") or {}).get(slug) or {})})


def _limits(limits: Limits, texts: Sequence[str]) -> Limits:
    known = msgspec.structs.asdict(limits)
    for text in (part.strip() for each in texts for part in each.split(",")):
        name, _, value = text.partition("=")
        if name not in known:
            raise InputError(Message("limit_unknown", text=text, name=name, name2=suggestion(name, known)))
        try:
            known[name] = type(known[name])(value)
            is_good = 0 < known[name] < float("inf")
        except ValueError:
            is_good = False
        if not is_good:
            such = "60" if isinstance(getattr(limits, name), float) else "a whole number"
            raise InputError(Message("limit_no_number", text=text, name=name, such=such))
    return Limits(**known)
