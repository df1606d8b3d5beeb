"""Doubts about a verdict from outside: what the mirror shows of some objects is not what they are.

Where a bundle's cases are judged `auto`, such a case is judged inside instead. What raises a doubt lies
in the test, or in what an answer gave to it: an answer can bring its own cases inside, and nobody else's.
"""

from __future__ import annotations

import re

from notegrad.messages import translate
from notegrad.mirror import Mirror
from notegrad.mirror.objects.exceptions import is_remote
from notegrad.records import TestCaseResult

_TYPE_OF = r"type\((?:[^()]|\([^()]*\))*\)"
_ASKS_TYPE = re.compile(
    rf"\b{_TYPE_OF}\s+is\b|\bis\s+(?:not\s+)?{_TYPE_OF}|\b__class__\s+is\b|\bis\s+(?:not\s+)?\w+\.__class__"
    r"|\bdir\(|\binspect\.get(?!\w*args)|__(?:mro|bases|subclasses|init_subclass)__"
)
_ASKS_SUBCLASS = re.compile(r"\bissubclass\(|\.mro\(")
_ASKS_FUNCTION = re.compile(
    r"\binspect\.get(?!\w*args)|\bget_type_hints\b|\.default\b|\.(?:return_)?annotation\b"
    r"|\b__(?:code|annotations|defaults|kwdefaults|closure|globals|wrapped)__"
)


def doubt_of(
    result: TestCaseResult, mirror: Mirror, source: str, error: BaseException | None, language: str
) -> str:
    """Why a case had better be judged inside; empty where its verdict is as good as otter's.

    `source`: the test's. `error`: what ended it, where that is known.
    """
    if mirror.shipped:
        return translate("inside_shipped", language, type=mirror.shipped[:200])
    if mirror.asked_kind or (mirror.opaque and _ASKS_TYPE.search(source)):
        return translate("inside_kind", language, type=(mirror.opaque or "function")[:200])
    if result.outcome == "passed":
        return ""
    unshown = (
        mirror.strange
        or mirror.lost
        or (mirror.opaque if mirror.refused or _is_of_stub(error, mirror) else "")
    )
    if unshown:
        return translate("inside_opaque", language, type=unshown[:200])
    if _ASKS_FUNCTION.search(source) or (mirror.opaque and _ASKS_SUBCLASS.search(source)):
        return translate("inside_kind", language, type="function")
    return ""


def _is_of_stub(error: BaseException | None, mirror: Mirror) -> bool:
    """Whether an error of this side speaks of an object that stays over there."""
    if error is None or is_remote(error) or isinstance(error, AssertionError):
        return False
    said = str(error)
    return any(f"'{kind}'" in said or f" {kind} " in said for kind in mirror.kinds)
