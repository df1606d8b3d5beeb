"""Words of the grader's own, which nobody outside of it can understand, reach no sentence."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from notegrad.judge.plain_words import plain
from notegrad.judge.verdict import from_inside, not_judged
from notegrad.records import TestCase

FRAME = (
    '  File "/opt/venv/lib/python3.11/site-packages/notegrad/judge/case_run.py", line 70, in run\n    f()\n'
)
PARTS = st.sampled_from(
    [
        FRAME,
        "Traceback (most recent call last):\n",
        "AttributeError: 'Stub' object has no attribute 'weight'\n",
        "<notegrad.mirror.sides.stubs.Stub object at 0x7f00aa>\n",
        "notegrad.mirror.objects.exceptions.StudentError: no\n",
        "ValueError: ValueError: ValueError: 3 is odd\n",
        "Expected:\n    2\nGot:\n    3\n",
        "my_notegrad.py, Stubborn and a File of 3 lines\n",
    ]
)
OURS = re.compile(r"\bStub\b|StudentError|(?<!_)notegrad[./]|(\w+Error): \1|site-packages")


@given(st.lists(PARTS, max_size=12), st.booleans())
def test_no_sentence_has_a_word_that_only_the_grader_knows(parts: list[str], hidden: bool) -> None:
    """Neither student nor staff read of stubs, of our error types or paths, or a type twice."""
    said = "".join(parts)
    case = TestCase(name="q1", number=1, points=1.0, hidden=hidden)
    for result in (from_inside(case, said, passed=False), not_judged(case, said, "en")):
        assert OURS.search(result.message) is None
        assert OURS.search(result.detail) is None


def test_what_is_not_ours_stays() -> None:
    """Values, expected and seen, a student's own names, and the error itself are all there."""
    text = "Failed example:\n    f(2)\nExpected:\n    2\nGot:\n    3\nStubborn ValueError: 3: 4"
    assert plain(text) == text
    assert plain(FRAME + "KeyError: 'a'") == "KeyError: 'a'"
    assert plain("ValueError: ValueError: 3 is odd") == "ValueError: 3 is odd"
