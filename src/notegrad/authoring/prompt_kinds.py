"""Kinds of properties that a prompt announces and tests try, and the words by which each side is known."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Mapping, Sequence

from notegrad.authoring.master_check import CheckedQuestion
from notegrad.records import Record

NOT = "!"
"""Stands before words that say that a property is not asked: they are taken out of a prompt first."""

ANY_AXES = "any_axes"  # that inputs may have more axes than the tests try
FORM = "form"  # that a misconception is about type, dtype or shape

# Words of the two languages; a course adds its own in `otter_config.yml`, under `prompts`.
DEFAULT_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "fr": {
        "untouched": (
            "ne change pas", "ne changent pas", "sans changer", "sans les changer", "ne modifie",
            "sans modifier",
            "reste intact", "restent intacts", "n'est pas modifie", "ne sont pas modifies",
            "ne doit pas changer",
            "rester intact", "rester exactement", "sans toucher a", "ne doivent pas changer",
            "ne touche",
        ),
        "no_loop": ("sans boucle", "aucune boucle", "ni boucle", "pas de boucle", "ni for", "sans for"),
        "any_device": (
            "carte graphique", "gpu", "appareil", 'device="meta"', "sans nombres", "accelerateur",
        ),
        "non_contiguous": (
            "contigu", "transpose", "etre des vues", "etre une vue", "etre la vue", "pas quelconques",
            "rangement quelconque", "rangee n'importe comment", "une ligne sur deux",
            "memoire quelconque",
        ),
        "differentiable": (
            "gradient", "derive", "differentiable", "backward", "graphe",
            "!aucun gradient", "!pas de gradient", "!sans gradient",
        ),
        "own_memory": (
            "memoire neuve", "memoire a lui", "memoire a elle", "sa propre memoire", "tenseur neuf",
            "copie",
            "ne partage", "nouvelle memoire", "son propre stockage", "sa memoire a",
        ),
        ANY_AXES: (
            "nombre quelconque d'axes", "au moins un axe", "forme quelconque", "de toute forme",
            "d'axes",
        ),
        FORM: (
            "type", "dtype", "entier", "flottant", "float", "int", "bool", "forme", "shape", "axe",
            "dimension", "liste",
            "tuple", "numpy", "ndarray", "item", "scalaire", "nombre", "colonne", "ligne", "keepdim",
            "vecteur",
            "gradient", "graphe", "detach", "requires_grad", "none", "return", "chaine", "texte", "size",
        ),
    },
    "en": {
        "untouched": (
            "does not change", "do not change", "must not change", "not modify", "without changing",
            "without modifying", "unchanged", "stay as they", "stays as it", "left alone",
            "not be changed",
        ),
        "no_loop": ("no loop", "without a loop", "without loops", "no for", "without a for"),
        "any_device": (
            "any device", "gpu", 'device="meta"', "accelerator", "on every device", "graphics card",
        ),
        "non_contiguous": (
            "contiguous", "transposed", "be a view", "be views", "any memory layout", "any strides",
        ),
        "differentiable": (
            "gradient", "differentiable", "backward", "derivative", "graph", "!no gradient",
            "!without gradient",
        ),
        "own_memory": (
            "own memory", "new memory", "fresh memory", "new tensor", "a copy", "share no memory",
            "not share",
        ),
        ANY_AXES: ("any number of axes", "any number of dimensions", "any shape", "at least one axis"),
        FORM: (
            "type", "dtype", "integer", "float", "int", "bool", "shape", "axis", "axes", "dimension",
            "list", "tuple",
            "numpy", "ndarray", "item", "scalar", "number", "column", "row", "keepdim", "vector",
            "gradient", "graph",
            "detach", "requires_grad", "none", "return", "string", "text", "size",
        ),
    },
}  # fmt: skip

# What tests call for nothing else but a kind, and what may serve it or something else: names of
# `notegrad.expect`, of torch and NumPy, and parameters.
_TRIES: dict[str, frozenset[str]] = {
    "untouched": frozenset({"assert_inputs_untouched"}),
    "no_loop": frozenset({"assert_no_loop"}),
    "any_device": frozenset({"works_on_meta", "works_on_accelerator"}),
    "non_contiguous": frozenset({"layouts", "as_strided"}),
    "differentiable": frozenset({"assert_gradients", "backward", "gradcheck"}),
    "own_memory": frozenset({"assert_fresh", "assert_writable", "allocated_bytes"}),
}
_MAY_TRY: dict[str, frozenset[str]] = {
    "untouched": frozenset({"snapshot", "_version"}),
    "no_loop": frozenset({"operations"}),
    "any_device": frozenset({"device"}),
    "non_contiguous": frozenset({"is_contiguous", "transpose", "permute", "t", "T", "mT"}),
    "differentiable": frozenset({"grad", "requires_grad", "grad_fn", "assert_leaf", "assert_no_graph"}),
    "own_memory": frozenset(
        {"shares_storage", "shares_memory", "assert_same_storage", "data_ptr", "untyped_storage", "_base"}
    ),
}
KINDS = tuple(_TRIES)


class PromptProperty(Record, frozen=True, kw_only=True):
    """One kind of property of a question: whether its prompt announces it, and whether its tests try it.

    Where a test may try it or something else, it counts for what was announced, and not against what was not.
    """

    kind: str
    announced: bool
    tried: bool


def properties_of(
    question: CheckedQuestion, language: str, own: Mapping[str, Sequence[str]]
) -> tuple[PromptProperty, ...]:
    """Return each kind that a question's prompt announces or its tests try; `own` are a course's words."""
    names = frozenset(name for case in question.cases for name in _called(case.code))
    found = []
    for kind in KINDS:
        announced = is_announced(question.prompt, kind, language, own)
        tried = bool(names & _TRIES[kind]) or (announced and bool(names & _MAY_TRY[kind]))
        if announced or tried:
            found.append(PromptProperty(kind=kind, announced=announced, tried=tried))
    return tuple(found)


def is_announced(prompt: str, kind: str, language: str, own: Mapping[str, Sequence[str]]) -> bool:
    """Whether a prompt has a word of a kind; code and what to explore do not count."""
    words = [_plain(word) for word in (*DEFAULT_WORDS[language][kind], *own.get(kind, ()))]
    said = _plain(re.sub(r"```.*?```", " ", prompt, flags=re.DOTALL))
    for word in words:
        if word.startswith(NOT):
            said = said.replace(word[1:], " ")
    return any(re.search(rf"(?<!\w){re.escape(word)}", said) for word in words if not word.startswith(NOT))


def _called(code: str) -> set[str]:
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except (SyntaxError, ValueError):
        return set()
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in nodes if isinstance(node, ast.keyword | ast.arg) and node.arg}
    return names | {node.id for node in nodes if isinstance(node, ast.Name)}


def _plain(text: str) -> str:
    """A text in small letters, without accents, emphasis and typographic apostrophes, on one line."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c) and c not in "*_").split())
