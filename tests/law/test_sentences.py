"""The law of sentences: what a person reads is a key of the catalogues, and no text in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import notegrad
from notegrad.messages import ENGLISH, FRENCH, Message, translate
from notegrad.messages.typography import faults, french

SOURCE = Path(notegrad.__file__).parent
ACCENT = re.compile("[àâäéèêëîïôöûùüçœÀÂÉÈÊËÎÏÔÛÙÇŒ«»’“”]")
ENGLISH_WORDS = re.compile(r"(?:\b[A-Za-z][a-z']+[ ,]+){3,}[a-z']+")

DATA = {
    "authoring/case_cells.py": "marks of otter as an author may misspell them",
    "authoring/case_names.py": "lines of Python that a slip proposes",
    "authoring/prompt_kinds.py": "words that prompts are looked through for",
    "authoring/solution_marks.py": "what Python says",
    "intake/class_list/heads.py": "heads of other people's lists",
    "intake/class_list/roster.py": "heads of other people's lists",
    "intake/exports/blackboard.py": "words of another platform's files",
    "intake/exports/zip_names.py": "letters by which an encoding is known",
    "intake/written_dates.py": "names of months in other people's lists",
    "judge/limit_sentences.py": "what the kernel and libraries say",
    "marks/extensions.py": "heads of a teacher's list",
    "marks/moments.py": "words of dates in other people's lists",
    "mirror/autograd/histories.py": "what torch says of a graph that is freed",
    "probes/accelerator.py": "what torch says on a GPU",
    "probes/installed_modules.py": "what Python says",
    "results/report/misconceptions.py": "marks of quotation that are taken out",
    "results/report/report_style.py": "CSS",
    "server/django_settings.py": "the name of a language in that language",
    "server/looks.py": "CSS",
    "server/operation/operation_page.py": "the format of Prometheus, which is English",
    "server/staff/staff_forms.py": "the name of a language in that language",
    "server/templatetags/saying.py": "a format of dates",
    "verify/mended_answer.py": "a program",
    "verify/trying/traced_answer.py": "a program",
    "authoring/check_words.py": "a program",
}
"""Files whose literals are no sentences of ours, and what they are instead."""

PROGRAMS = {
    "grading/retries.py": "the table of docs/architecture.md",
    "lti": "what a platform did wrong: for the log of its administrator",
    "mirror": "why a value cannot cross: named in the record for staff",
    "sandbox": "what the kernel refuses: walls and graders import no catalogue",
    "server/queue": "for the log",
    "server/warm_graders.py": "what happened to a grader: for the log",
    "verify/trying/trier_client.py": "what happened to a grader",
}
"""Where texts stay among programs: logs, journals, records for staff, in English."""

INTERNAL = frozenset(
    {
        *("AssertionError", "AttributeError", "FinalFaultError", "LookupError", "LostJobError"),
        *("NotImplementedError", "OSError", "RuntimeError", "SandboxError", "TypeError", "ValueError"),
        *("ObservationError", "ReadOnlyError", "BrokenError", "ContextVar", "ModuleType", "warning", "word"),
    }
)
"""Calls whose texts are for programs and logs."""

BUILT = {
    "about_": "help of a command, by its module",
    "line_": "a line of help, by the command",
    "help_": "help of an option, looked up as click asks for it",
    "click_": "a word of click's, looked up by what click says",
    "action_": "what was done, in the audit of the upload page",
    "cell_": "the cause that ended a cell, or its state",
    "doctor_fix_": "what mends a protection",
    "expect_": "an expectation, by what it asks",
    "export_": "what is wrong with a path",
    "submission_": "what is wrong with a path",
    "missing_": "a function or a variable, and why it is missing",
    "outcome_": "how a test case ended",
    "protection_": "a protection, by its name",
    "tried_": "an argument of a call, by its kind",
    "verify_": "the head of a column",
    "class_": "a filter of the class, by what it shows",
    "extensions_state_": "what becomes of a line of a list",
    "page_withheld": "a page's line on what is held back, with `_ever` where that is for good",
    "phase_": "where an assignment is in its dates",
    "regrade_": "what became of a regrade",
    "roster_": "what becomes of a line of a list",
    "shown_": "the state of an attempt",
    "yaml_want_": "what a key takes",
}
"""Beginnings of keys that the code builds from parts, and from what."""


def literals() -> Iterator[tuple[str, int, str, str]]:
    """File, line, text and the name of the call around it, of every literal that is no docstring."""
    for path in sorted(SOURCE.rglob("*.py")):
        where = path.relative_to(SOURCE).as_posix()
        if where.startswith("messages/") or "/migrations/" in where or "/starter_course/" in where:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree):
            text = text_of(node, parents)
            if text is not None:
                yield where, getattr(node, "lineno", 0), text, call_around(node, parents)


def text_of(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "X" for v in node.values)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    parent = parents.get(node)
    if not is_text or isinstance(parent, (ast.Expr, ast.JoinedStr, ast.FormattedValue)):
        return None
    return str(node.value)


def call_around(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> str:
    while node in parents and not isinstance(node, ast.stmt):
        node = parents[node]
        if isinstance(node, ast.Call):
            return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
    return ""


def is_sentence(text: str) -> bool:
    return ACCENT.search(text) is not None or ENGLISH_WORDS.search(text) is not None


def is_elsewhere(where: str) -> bool:
    return where in DATA or any(where == place or where.startswith(f"{place}/") for place in PROGRAMS)


def test_no_sentence_stands_outside_the_catalogues():
    """A French literal, or an English sentence that a person would read, is found wherever it is written."""
    found = [
        f"{where}:{line}: {text[:80]}"
        for where, line, text, call in literals()
        if is_sentence(text) and not is_elsewhere(where) and call not in INTERNAL
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("text", ["Le résultat est faux.", "there is no such question here", "l’élève"])
def test_a_sentence_is_seen(text):
    """The control: French and English sentences in code are taken for what they are."""
    assert is_sentence(text)


def test_exceptions_are_needed():
    """No file is let off that has no such literal any more."""
    seen = {where for where, _, text, _ in literals() if is_sentence(text)}
    assert [where for where in DATA if where not in seen and where != "authoring/check_words.py"] == []
    assert [
        place for place in PROGRAMS if not any(w == place or w.startswith(f"{place}/") for w in seen)
    ] == []


def test_every_key_is_said():
    """A key that no code names is one that nobody reads; those that are built from parts are listed."""
    texts = {
        node.value
        for path in SOURCE.rglob("*.py")
        if path.parent.name != "messages"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    pages = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.html"))
    inside = {
        node
        for path in (SOURCE / "messages").glob("*.py")
        for node in re.findall(r'Message\(\s*"(\w+)"', path.read_text("utf-8"))
    }
    built = tuple(text for text in texts if text.endswith("_")) + tuple(BUILT)
    unsaid = [
        key
        for key in FRENCH
        if key not in texts and key not in inside and key not in pages and not key.startswith(built)
    ]
    assert unsaid == []


def test_french_is_set_as_french_is_printed():
    """Every French sentence has no-break spaces before : ; ! ? » and behind «, and curved apostrophes."""
    found = {key: faults(text) for key, text in FRENCH.items() if faults(text)}
    assert found == {}


def test_facts_within_a_sentence_are_set_too():
    """A message within a message keeps the typography of its language; facts are left as they are."""
    said = translate("expect_after", "fr", said=Message("expect_dtype", name="l'x", actual="a", expected="b"))
    assert said == "Après l’appel, l'x est de dtype a au lieu de b."


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'élève : « oui » ; non !", "l’élève\xa0: «\xa0oui\xa0»\u202f; non\u202f!"),
        ("pip install 'notegrad[server]'", "pip install 'notegrad[server]'"),
        ("name: q1", "name: q1"),
        ("{name} : {why}", "{name}\xa0: {why}"),
    ],
)
def test_typography(typed, printed):
    """What is typed plainly is set; code within a sentence stays code."""
    assert french(typed) == printed


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [(0, "point", "points"), (1, "point", "point"), (1.5, "point", "points"), (2, "points", "points")],
)
def test_plurals_follow_each_language(count, fr, en):
    """French says one of all below two, English of one alone."""
    assert translate("points_of", "fr", points=count).endswith(f" {fr}")
    assert translate("points_of", "en", points=count).endswith(f" {en}")


def test_no_sentence_leaves_the_plural_open():
    """Nobody reads “1 point(s)”."""
    assert [
        key for texts in (FRENCH, ENGLISH) for key, text in texts.items() if re.search(r"\(e?s\)|\(x\)", text)
    ] == []
