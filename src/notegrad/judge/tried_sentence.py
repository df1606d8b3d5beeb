"""One sentence tells what a hidden test called the function with, so that a student can try the same."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from notegrad.judge.hidden_messages import UNSAID
from notegrad.messages import Message, translate
from notegrad.probes.tried_calls import Tried

MAX_TOLD = 4

_LAYOUTS = {
    "transposed": "tried_transposed",
    "expanded": "tried_expanded",
    "strided": "tried_strided",
    "part": "tried_part",
}
_PLAIN = {
    "int": "tried_int",
    "float": "tried_float",
    "bool": "tried_bool",
    "str": "tried_str",
    "list": "tried_list",
    "tuple": "tried_tuple",
    "dict": "tried_dict",
    "NoneType": "tried_none",
    "function": "tried_function",
    "builtin_function_or_method": "tried_function",
    "dtype": "tried_dtype",
}


def said_of_call(arguments: Sequence[Tried], language: str) -> str:
    """The sentence; empty where no tensor and no array was given, whose form and layout is what matters."""
    if not any(argument.dtype for argument in arguments):
        return ""
    told = []
    for said, equal in itertools.groupby(_said(argument, language) for argument in arguments[:MAX_TOLD]):
        count = len(list(equal))
        told.append(translate("tried_times", language, count=count, argument=said) if count > 1 else said)
    told += [UNSAID] if len(arguments) > MAX_TOLD else []
    return translate("tried", language, arguments=translate("tried_next", language).join(told))


def _said(argument: Tried, language: str) -> str:
    if not argument.dtype:
        key = _PLAIN.get(argument.kind, "tried_of_library" if argument.of_library else "tried_other")
        return translate(key, language, kind=argument.kind)
    key = "tried_of_several" if argument.count else f"tried_{argument.kind}"
    said = translate(
        key,
        language,
        shape=argument.shape,
        dtype=argument.dtype,
        count=argument.count,
        kind=Message(_PLAIN.get(argument.kind, "tried_other")),
    )
    details = [translate(_LAYOUTS[argument.layout], language)] if argument.layout in _LAYOUTS else []
    details += [translate("tried_gradient", language)] if argument.wants_gradient else []
    details += [translate("tried_device", language, device=argument.device)] if argument.device else []
    return ", ".join([said, *details])
