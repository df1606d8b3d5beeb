"""A test that changes or watches libraries on its own side is noticed: the student is elsewhere.

`mock.patch("numpy.linalg.inv")` and `torch.softmax = banned` forbid nothing in the student's process, and a
mode, a tracer or `catch_warnings(record=True)` sees none of its work. Otter, in one process, judges by that.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterable, Sequence

from notegrad.judge import library_names
from notegrad.judge.helper_modules import helper_modules
from notegrad.judge.made_files import MadeFiles
from notegrad.judge.missing_files import looks_for_files
from notegrad.judge.parsed_tests import nodes_of, once_a_source, python_of
from notegrad.judge.process_settings import changed_setting, process_settings
from notegrad.messages import translate
from notegrad.mirror import Mirror
from notegrad.mirror.globals.modes import count_modes
from notegrad.records import Record

_REPLACING = re.compile(
    r"\b(?:patch|monkeypatch|setattr|delattr)\b"
    # `super().` and `self` are of a class of the test's own: this sets an attribute of its objects
    r"|(?<!\bsuper\(\))\.__(?:set|del)attr__\((?!\s*self\b)"
    # a module's names under another name, to be written later
    r"|=\s*(?:vars\((?!self\b)[^()]+\)|(?!self\b)[\w.]+\.__dict__)\s*(?:;|$)"
    r"|(?:__dict__|\bvars\([^()]*\))\s*(?:\[[^\]]*\]\s*=(?!=)|\.(?:update|setdefault|pop|__setitem__)\()",
    re.MULTILINE,
)
_OF_PROCESS = re.compile(
    r"\b(?:gcf|gca|get_fignums|assertLogs|chdir|addHandler|getrefcount)\(|\bos\.(?:environ|getenv|putenv)\b"
    r"|\bcaplog\b|\bweakref\.|\bmultiprocessing\b|\bProcessPoolExecutor\b|\bos\.fork\b"
    r"|\bgeterr\(|\bget_printoptions\(|\b(?:get|describe)_option\(|\bpd\.options\b|\brcParams\b"
    r"|\bgetrecursionlimit\(|\bgetcontext\(|\bwarnings\.filters\b|\b[gs]etlocale\(|\bgetLogger\(|\bgc\.is"
    r"|\b(?:active_count|enumerate_threads|current_thread)\(|\bthreading\.enumerate\(|\bsys\.modules\b"
    r"|\bis_anomaly_enabled\(|\bare_deterministic_algorithms_enabled\(|\bget_(?:num|num_interop)_threads\("
    r"|\btorch\.backends\.\w|\bget_float32_matmul_precision\(|\bgetsignal\("
    r"|(?:\b(?:list|len|set|tuple|sorted)\(|\bin |[!=]=\s*)sys\.path\b(?!\.\w)|\bsys\.path\s*(?:[!=]=|\[)"
    r"|\b(?:getcwd|cwd)\((?=.*\b(?:getcwd|cwd)\()",
    re.DOTALL,
)
"""The figure and axes that pyplot draws on, the log, the surroundings of a process, who holds its objects.

Also what libraries are set to there: an answer that sets it does so over there. `sys.path.append` is no such
question, nor is a folder that a path is made of.
"""

_WORD = re.compile(r"\w+")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+")
_ALL_NAMES = re.compile(r"\b(?:dir|vars|getmembers)\(|__dict__")


class NotOutsideError(BaseException):
    """Ends a test that needs what cannot be done outside; no `except Exception` of the test's stops it."""


class OwnSide:
    """Looks, before each call of the student's, at what the test has done to its own libraries."""

    def __init__(self, source: str, language: str) -> None:
        """`source`: the test's, which says whether it replaces anything at all."""
        self._language = language
        self._may, self._looks_for_files = may_replace(source), looks_for_files(source)
        self._replaces = self._may.any_name or bool(self._may.names)
        if self._replaces:
            library_names.remember(self._may.modules)  # what is not known yet is as it should be
        self.files = MadeFiles(source)
        self._asked_of_process = asked_of_process(source)
        self._helper = helper_modules(source).changed
        self._shows = _shows()
        self._tracers = (sys.gettrace(), sys.getprofile())
        self._modes = count_modes()
        self._settings = process_settings()
        self.reason = ""
        """Why the test case cannot be judged outside; empty where it can."""

    def look(self, mirror: Mirror, values: Sequence[object]) -> None:
        """Raise NotOutsideError where the test's own side is not as the student's; keep the reason.

        `values` are what the student's function will be given.
        """
        name = _replaced(self._may) if self._replaces else ""
        what = self._records()
        if name:
            self.reason = translate("test_replaces", self._language, name=name)
        elif what:
            self.reason = self._recorded(what)
        elif self._helper:
            self.reason = translate("test_replaces", self._language, name=self._helper)
        elif setting := changed_setting(self._settings):
            self.reason = translate("test_sets", self._language, name=setting)
        elif self._looks_for_files:  # before an answer has written any
            self.need_files([])
        elif file := self.files.place(mirror, values):
            self.need_files([file])
        if self.reason:
            raise NotOutsideError(self.reason)

    def need_files(self, names: list[str]) -> None:
        """Keep the reason where a test opened files that the bundle lacks, or asked what there is."""
        if self._asked_of_process:  # also where it called nothing
            self.reason = self.reason or self._recorded(self._asked_of_process)
        if self._looks_for_files or names:
            name = names[0][:200] if names else "…"
            self.reason = self.reason or translate("test_needs_file", self._language, name=name)

    def need_pickles(self, names: list[str]) -> None:
        """Keep the reason where a test was about to read a pickle that names more than data."""
        if names:
            self.reason = self.reason or translate("test_unpickles", self._language, name=names[0])

    def _recorded(self, what: str) -> str:
        return translate("test_records", self._language, what=what)

    def _records(self) -> str:
        if self._asked_of_process:
            return self._asked_of_process
        if _shows() is not self._shows:
            return "warnings.catch_warnings(record=True)"
        if (sys.gettrace(), sys.getprofile()) != self._tracers:
            return "sys.settrace"
        return "TorchFunctionMode, TorchDispatchMode" if count_modes() > self._modes else ""


def _shows() -> object:
    """What warnings are given to, which `catch_warnings(record=True)` replaces."""
    return vars(warnings)["_showwarnmsg_impl"]


@once_a_source
def asked_of_process(source: str) -> str:
    """What a test asks, or sets, of a state that each process has for itself; "" for nothing."""
    found = _OF_PROCESS.search(source)
    return found.group().rstrip("(") if found else ""


class MayReplace(Record, frozen=True, kw_only=True):
    """The names that a test may give something else to: by assignment, or by patching; `any_name`: all.

    `modules`: dotted names in the test, which may be those of modules.
    """

    names: frozenset[str] = frozenset()
    any_name: bool = False
    modules: tuple[str, ...] = ()


@once_a_source
def may_replace(source: str) -> MayReplace:
    """What a test, a function's file or a doctest, may replace.

    Libraries, torch among them, replace names of their own as they go: a name that the test does not even
    mention is not its doing.
    """
    try:
        nodes = nodes_of(python_of(source))
    except SyntaxError:
        return MayReplace(any_name=True)
    stored = {n.attr for n in nodes if isinstance(n, ast.Attribute) and not isinstance(n.ctx, ast.Load)}
    if _REPLACING.search(source) is None:
        return MayReplace(names=frozenset(stored), modules=_modules_of(nodes, ()))
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    mentioned = {word for said in texts for word in _WORD.findall(said)}
    mentioned |= {n.arg for n in nodes if isinstance(n, ast.keyword) and n.arg is not None}
    return MayReplace(
        names=frozenset(stored | mentioned),
        any_name=_ALL_NAMES.search(source) is not None,
        modules=_modules_of(nodes, texts),
    )


def _modules_of(nodes: Iterable[ast.AST], texts: Iterable[str]) -> tuple[str, ...]:
    """The modules that a test imports, and the dotted names of its texts, as `mock.patch` is given them."""
    found = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    found += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    found += [text.rpartition(".")[0] for text in texts if _DOTTED.fullmatch(text)]
    return tuple(dict.fromkeys(found))


def _replaced(by: MayReplace) -> str:
    """The public name of a library that stands for something else than at first; "" for none."""
    return library_names.replaced(None if by.any_name else by.names)
