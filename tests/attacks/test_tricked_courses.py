"""Whole courses handed in with wrong answers and a trick around each: the trick earns not a tenth of a point."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from notegrad.grading import Grader
from notegrad.intake.hand_in import read_notebook
from notegrad.records import GradingResult
from tests.support.compose import compose, read_answers, read_student_notebook
from tests.support.confined_graders import bundle_of, confined_grader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

COURSES = ("tp1-tenseurs", "tp2-memoire", "tp3-algebre-lineaire", "tp4-derivation", "tp5-reseau")
LESS_THAN_A_TENTH = 0.099
ANSWER = re.compile(r"(?:def|class) (\w+)")
PRELUDE = """import functools as _ft, sys as _sys, threading as _th
import torch as _t
from torch.utils._python_dispatch import _disable_current_modes as _no_modes
def _found(v):
    if isinstance(v, _t.Tensor): yield v
    elif isinstance(v, (list, tuple)):
        for w in v: yield from _found(w)
"""
# Each defines the body of `_around(f, a, k)`, which answers in place of the student's function `f`.
TRICKS = {
    "no tracing": """
    _sys.settrace(None)
    return f(*a, **k)
""",
    "silent while traced": """
    if _sys.gettrace() or _sys.getprofile():
        return _t.zeros_like(a[0]) if a and isinstance(a[0], _t.Tensor) else None
    return f(*a, **k)
""",
    "another thread": """
    box = []
    def run():
        try: box.append(f(*a, **k))
        except BaseException as e: box.append(e)
    t = _th.Thread(target=run); t.start(); t.join()
    if isinstance(box[0], BaseException): raise box[0]
    return box[0]
""",
    "no modes": """
    with _no_modes():
        return f(*a, **k)
""",
    "gradients off": """
    _t.set_grad_enabled(False)
    return f(*a, **k)
""",
    "weights zeroed": """
    r = f(*a, **k)
    if isinstance(r, _t.Tensor) and r.requires_grad:
        r.register_hook(lambda g: g.zero_())
    return r
""",
    "meta": """
    for v in _found(a):
        if v.is_meta:
            return _t.empty_like(v)
    return f(*a, **k)
""",
    "views made up": """
    r = f(*a, **k)
    if not isinstance(r, _t.Tensor) or r.dim() == 0 or r.numel() == 0 or r.is_meta: return r
    for v in _found(a):
        if v.is_meta or v.dtype != r.dtype: continue
        flat = v.detach().as_strided((v.untyped_storage().nbytes() // v.element_size(),), (1,), 0)
        places = [(flat == w).nonzero().flatten() for w in r.detach().flatten()]
        if any(len(p) == 0 for p in places): continue
        at = _t.stack([p[0] for p in places]).reshape(r.shape)
        first = int(at.flatten()[0])
        strides = [int(at.select(d, 1).flatten()[0]) - first if r.shape[d] > 1 else 0 for d in range(r.dim())]
        try: return v.as_strided(tuple(r.shape), tuple(strides), first)
        except RuntimeError: continue
    return r
""",
    "versions put back": """
    before = [(v, v._version) for v in _found(a)]
    r = f(*a, **k)
    for v, n in before:
        if v._version != n: _t._C._autograd._unsafe_set_version_counter((v,), (n,))
    return r
""",
    "contents put back": """
    before = [(v, v.detach().clone()) for v in _found(a) if not v.is_meta]
    r = f(*a, **k)
    for v, w in before:
        v.data.copy_(w)
    return r
""",
    "a library's file name": """
    here = f.__code__.replace(co_filename=_t.__file__)
    return type(f)(here, f.__globals__, f.__name__, f.__defaults__, f.__closure__)(*a, **k)
""",
    "everything over lists": """
    _sys.settrace(None)
    box = []
    def run():
        with _no_modes():
            try: box.append(f(*a, **k))
            except BaseException as e: box.append(e)
    t = _th.Thread(target=run); t.start(); t.join()
    if isinstance(box[0], BaseException): raise box[0]
    r = box[0]
    if isinstance(r, _t.Tensor) and not r.is_meta and not r.requires_grad:
        return _t.tensor(r.tolist(), dtype=r.dtype)
    return r
""",
}

# What a trick does may be what the question asks for: a copy is detached, has memory of its own, or is no copy but a
# view through which the gradient flows, by these.
CURES = {
    "gradients off": {("tp2-memoire", "q07")},
    "everything over lists": {("tp2-memoire", "q10")},
    "views made up": {("tp3-algebre-lineaire", "q00")},
}


@pytest.fixture(scope="module", params=COURSES)
def course(request: pytest.FixtureRequest) -> Iterator[tuple[str, Grader]]:
    with confined_grader(bundle_of(request.param)) as grader:
        yield request.param, grader


@pytest.fixture(scope="module")
def without_trick(course: tuple[str, Grader]) -> GradingResult:
    return handed_in(*course, trick=None)


def handed_in(slug: str, grader: Grader, trick: str | None) -> GradingResult:
    """The result of the wrong answers that lose least, each with the trick around it."""
    codes = {}
    for question, answers in read_answers(slug).items():
        wrong = min((a for a in answers if a.fails and a.is_steady), key=lambda a: len(a.fails))
        name = next(found[1] for line in wrong.code.splitlines() if (found := ANSWER.match(line)))
        codes[question] = wrong.code
        if trick is not None:
            codes[question] += (
                f"\n\n_plain_{name} = {name}\n@_ft.wraps(_plain_{name})\ndef {name}(*a, **k):\n"
            )
            codes[question] += f"    return _around(_plain_{name}, a, k)"
    notebook = compose(read_student_notebook(slug), codes, lessons=False)
    if trick is not None:
        cell = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "id": "trick"}
        notebook["cells"].insert(1, {**cell, "source": f"{PRELUDE}\ndef _around(f, a, k):{TRICKS[trick]}"})
    return grader.grade(read_notebook(json.dumps(notebook).encode(), id="s", student="s"))


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_earns_nothing(course: tuple[str, Grader], without_trick: GradingResult, trick: str) -> None:
    """The same wrong answers have the same points, or fewer, with a trick around each of them."""
    with_trick = handed_in(*course, trick=trick)
    assert with_trick.status == without_trick.status == "graded"
    cured = {question for slug, question in CURES.get(trick, ()) if slug == course[0]}
    more = {
        now.question.name: (before.score, now.score)
        for before, now in zip(without_trick.questions, with_trick.questions, strict=True)
        if now.score > before.score + LESS_THAN_A_TENTH and now.question.name not in cured
    }
    assert not more
