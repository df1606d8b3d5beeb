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

_ASKS_TYPE = re.compile(r"\b(?:type|vars|dir)\(|\binspect\.|__(?:class|dict|name|qualname|mro|bases)__")
_ASKS_FUNCTION = re.compile(r"\binspect\.|\b__(?:code|annotations|defaults|kwdefaults|closure)__")
_STUB = re.compile(r"\bStub\b")


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
    if mirror.opaque:
        return translate("inside_opaque", language, type=mirror.opaque[:200])
    if _ASKS_FUNCTION.search(source):
        return translate("inside_kind", language, type="function")
    is_of_stub = error is not None and not is_remote(error) and _STUB.search(str(error)) is not None
    if is_of_stub:
        return translate("inside_kind", language, type="function")
    return ""
