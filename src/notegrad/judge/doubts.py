"""Doubts about a verdict from outside: what the mirror shows of some objects is not what they are.

Where a bundle's cases are judged `auto`, such a case is judged inside instead. What raises a doubt lies
in the test, or in what an answer gave to it: an answer can bring its own cases inside, and nobody else's.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Collection

from notegrad.judge.helper_modules import helper_modules, is_state_of
from notegrad.judge.library_names import PACKAGES
from notegrad.messages import translate
from notegrad.mirror import Mirror
from notegrad.mirror.objects.exceptions import is_remote
from notegrad.probes.clocks import READS_CLOCK
from notegrad.probes.left_behind import anything
from notegrad.records import TestCaseResult

_TYPE_OF = r"type\((?:[^()]|\([^()]*\))*\)"
_ASKS_TYPE = re.compile(
    rf"\b{_TYPE_OF}\s+is\b|\bis\s+(?:not\s+)?{_TYPE_OF}|\b__class__\s+is\b|\bis\s+(?:not\s+)?\w+\.__class__"
    r"|\bdir\(|\binspect\.get(?!\w*args)|__(?:mro|bases|subclasses|init_subclass|slots)__"
)
_ASKS_SUBCLASS = re.compile(
    r"\bissubclass\(|\.mro\(|(?<!super\(\))\.__(?:init|new|format|reduce|reduce_ex|sizeof)__\b"
)
_ASKS_FUNCTION = re.compile(
    r"\binspect\.get(?!\w*args)|\bget_type_hints\b|\.default\b|\.(?:return_)?annotation\b"
    r"|\b__(?:code|annotations|defaults|kwdefaults|closure|globals|wrapped)__"
)
_ASKS_ERROR = re.compile(
    r"__(?:cause|context|suppress_context|notes|traceback|mro|bases?|subclasses)__|\.mro\(|\btraceback\."
    r"|\b(?:exc_info|sub_?group|split_group)\(|\bexcept\*|\.exceptions\b"
)
"""What a test may ask of an exception that does not cross, and of its class."""

_CATCHES = re.compile(r"\bexcept\b|\b[rR]aises|\bTraceback\b|\bsuppress\(")
_NO_TYPE = "match pattern"  # which must be a type
_STOPPED = re.compile(r"^\s+(?:TypeError|AttributeError|NotImplementedError): .*$", re.MULTILINE)
_LACKS = re.compile(r"AttributeError: '(DataFrame|Series|Tensor|Parameter|ndarray)'")
_ASKS_IDENTITY = re.compile(r"\bis\s+(?!(?:not\s+)?(?:None|True|False)\b)|\bassertIs\b")
_ASKS_GRAPH = re.compile(r"\bnext_functions\b|\b_saved_\w|\bsaved_tensors\b|\bgrad_fn\.(?:register|metadata)")
_SHOWS_NODE = re.compile(r"\bgrad_fn\b(?!\s*(?:is\b|==|!=))")
_ASKS_STATE = re.compile(
    r"\b(?:is_grad_enabled|get_default_dtype|get_default_device|get_rng_state|initial_seed|get_state|getstate)\("
)
"""What a test asks of the state that a call may leave, and that is put back here after each."""

_LOOK_INTO_GRAPHS = frozenset({"next_functions", "detect_anomaly", "set_detect_anomaly"})
"""Words of an answer that walks the graph of what the test gives it, of which half lies here."""

_OF_OWN_SIDE = re.compile(
    r"\b(?:set_)?printoptions\b|\b(?:set_option|option_context|rc_context)\b|\brcParams\b|\bis_inference\b"
    r"|\bregister_\w*hook\b|\bgc\.\w+|\bThread(?:PoolExecutor)?\b"
)
"""What a test sets or watches on its own side, and what may be the cause where it does not pass."""

_SETS_FILTERS = frozenset({"simplefilter", "filterwarnings"})
_WARNS = re.compile(r"\b(?:warn|catch_warnings)\(")
"""What a test says under the filters of warnings, which are each process's own."""

_SHOWS_KIND = re.compile(r">>>|\btype\(|\b__class__\b|\brepr\(")
"""What tells a value from one of a class that derives from its own."""


def doubt_of(
    result: TestCaseResult,
    mirror: Mirror,
    source: str,
    error: BaseException | None,
    language: str,
    words: Collection[str] = (),
) -> str:
    """Why a case had better be judged inside; empty where its verdict is as good as otter's.

    `source`: the test's. `error`: what ended it, where that is known. `words` of the notebook's code.
    """
    if mirror.shipped:
        return translate("inside_shipped", language, type=mirror.shipped[:200])
    if mirror.hooked:
        return translate("inside_hook", language)
    if doubt := _doubt_of_state(source, words, language):
        return doubt
    helpers = helper_modules(source)
    if any(is_state_of(name) for name in helpers.used) or (helpers.names and result.outcome != "passed"):
        return translate("inside_helper", language, name=", ".join(helpers.names)[:200])
    if mirror.message_number and _ASKS_GRAPH.search(source):
        return translate("inside_graph", language)
    if mirror.asked_kind or (mirror.opaque and _ASKS_TYPE.search(source)):
        return translate("inside_kind", language, type=(mirror.opaque or "function")[:200])
    if mirror.raised and _ASKS_ERROR.search(source):
        return translate("inside_kind", language, type=mirror.raised[:200])
    if result.outcome == "passed":
        return doubt_of_pass(mirror, source, language)
    if not _LOOK_INTO_GRAPHS.isdisjoint(words):
        return translate("inside_graph_asked", language)
    return _doubt_of_failure(result, mirror, source, error, language)


def _doubt_of_state(source: str, words: Collection[str], language: str) -> str:
    """Why a case may have seen another state than a cell or a call left; empty otherwise."""
    found = _ASKS_STATE.search(source)
    if found and anything():
        return translate("inside_state", language, name=found.group()[:-1])
    if _WARNS.search(source) and not _SETS_FILTERS.isdisjoint(words):
        return translate("inside_state", language, name="warnings.filters")
    return ""


def doubt_of_pass(mirror: Mirror, source: str, language: str) -> str:
    """Why a case may have passed for what the mirror does not show; empty where it has not.

    What refuses to compare is not equal, what is hidden is not there, and what derives from a tuple came as
    one. An answer gains nothing by raising this doubt: without it the case has passed.
    """
    if mirror.refused:
        return translate("inside_kind", language, type=(mirror.opaque or "function")[:200])
    is_lost = mirror.lost and _SHOWS_KIND.search(source)
    return translate("inside_kind", language, type=mirror.lost[:200]) if is_lost else ""


def _doubt_of_failure(
    result: TestCaseResult, mirror: Mirror, source: str, error: BaseException | None, language: str
) -> str:
    opaque = mirror.opaque or "function"
    is_of_test = mirror.raised and re.search(rf"\bclass {re.escape(mirror.raised)}\b", source)
    unshown = (
        mirror.strange
        or mirror.lost
        or (mirror.raised if is_of_test else "")  # raised over there by a function of the test's
        or (mirror.inexact if _CATCHES.search(source) else "")
        or (opaque if mirror.refused or (mirror.opaque and _is_of_stub(error, mirror)) else "")
        or (mirror.in_libraries if _ASKS_IDENTITY.search(source) else "")  # `f() is operator.add`
        or _stopped_on(result.detail, error, mirror)
    )
    if unshown:
        return translate("inside_opaque", language, type=unshown[:200])
    if _SHOWS_NODE.search(source):
        return translate("inside_graph", language)
    if found := _OF_OWN_SIDE.search(source):
        return translate("inside_own", language, name=found.group())
    if mirror.message_number and READS_CLOCK.search(source):
        return translate("inside_clock", language)
    if _ASKS_FUNCTION.search(source) or (mirror.opaque and _ASKS_SUBCLASS.search(source)):
        return translate("inside_kind", language, type="function")
    return ""


def _is_of_stub(error: BaseException | None, mirror: Mirror) -> bool:
    """Whether an error of this side is on an object that stays over there, as a library's own may be."""
    if error is None or is_remote(error):
        return False
    if _is_of_library(error):
        return True
    said = str(error)
    is_assertion = isinstance(error, AssertionError)
    return not is_assertion and any(f"'{kind}'" in said or f" {kind} " in said for kind in mirror.kinds)


def _stopped_on(detail: str, error: BaseException | None, mirror: Mirror) -> str:
    """The type of a stub, or of a library's object, with which this side did not know what to do."""
    if error is not None and is_remote(error):
        return ""
    if _NO_TYPE in detail:  # `case Point(x, y):`, of a class over there
        return "type"
    lines = [] if error is None else [f"{type(error).__name__}: {error}"]
    if error is None:  # of a doctest, whose own errors and those of the answer look alike
        there = f"{mirror.raised}:"
        lines += [line for line in _STOPPED.findall(detail) if not line.lstrip().startswith(there)]
    for line in lines:
        if line.startswith("AssertionError"):
            continue
        if found := _LACKS.search(line):  # the notebook may have given its class another attribute
            return str(found[1])
        if kind := next((each for each in (*mirror.kinds, mirror.raised) if f"'{each}'" in line), ""):
            return kind
    return ""


def _is_of_library(error: BaseException) -> bool:
    """Whether a library stopped, which the test gave an object to; what compares values may."""
    frames = list(traceback.walk_tb(error.__traceback__))
    module = str(frames[-1][0].f_globals.get("__name__")) if frames else ""
    is_comparison = "testing" in module or "gradcheck" in module
    return module.partition(".")[0] in PACKAGES and not is_comparison
