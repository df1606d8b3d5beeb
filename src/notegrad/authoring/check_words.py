"""A cell of the handout makes `grader.check` speak the course's language, and tell of hidden tests.

It needs otter-grader alone. Otter and notegrad leave the cell out when they grade (its tag says so), so that
no score depends on it; otter's own answer stays at hand as `.otter` of what is shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from notegrad.authoring.notebook_bytes import FOLDED
from notegrad.authoring.testfiles import TestSource
from notegrad.intake.notebooks import IGNORE_CELL_TAG
from notegrad.messages import translate

_MAKES_GRADER = re.compile(r"^[ \t]*(\w+)[ \t]*=[ \t]*otter\.Notebook\(", re.MULTILINE)
_FUNCTION = "_say_checks"

_CODE = """\
# @title {comment}
def {function}(grader, hidden):
    judge = getattr(grader.check, "otter", grader.check)

    class Verdict:
        def __init__(self, question, otter):
            self.question, self.otter = question, otter

        def __repr__(self):
            results = self.otter.test_case_results
            passed = sum(bool(each.passed) for each in results)
            lines = [{visible}.format(question=self.question, passed=passed, total=len(results))]
            for each in results:
                said = (each.message or "").strip().splitlines()
                why = said[-1].strip().removeprefix("AssertionError:").strip() if said else ""
                why = each.test_case.failure_message or why or {wordless}
                if not each.passed:
                    lines.append({failed}.format(name=each.test_case.name, why=why))
                elif each.test_case.success_message:
                    lines.append({passed}.format(why=each.test_case.success_message))
            return "\\n".join(lines + hidden.get(self.question, []))

    def check(question, global_env=None):
        found = judge(question, global_env=globals() if global_env is None else global_env)
        is_known = isinstance(getattr(found, "test_case_results", None), list)
        return Verdict(question, found) if is_known else found

    check.otter = judge
    grader.check = check


{function}({grader}, {hidden})
"""


def hidden_counts(tests: tuple[TestSource, ...]) -> dict[str, int]:
    """How many hidden test cases each question has."""
    return {test.question: sum(case.hidden for case in test.cases) for test in tests}


def with_words(notebook: bytes, hidden: Mapping[str, int], language: str) -> bytes:
    """The student's notebook with that cell behind the one that makes the grader; as it was without one."""
    document: Any = json.loads(notebook)
    for number, cell in enumerate(document["cells"]):
        source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
        found = _MAKES_GRADER.search(source) if cell["cell_type"] == "code" else None
        if found:
            document["cells"].insert(number + 1, _cell(found[1], hidden, language))
            return json.dumps(document).encode()
    return notebook


def _cell(grader: str, hidden: Mapping[str, int], language: str) -> dict[str, Any]:
    said = {
        name: [translate("check_hidden", language, count=count)] for name, count in hidden.items() if count
    }
    lines = ",\n".join(f"    {name!r}: {sentences!r}" for name, sentences in sorted(said.items()))
    fields = {name: f"{{{name}}}" for name in ("question", "passed", "total", "name", "why")}
    code = _CODE.format(
        comment=translate("check_comment", language),
        function=_FUNCTION,
        visible=repr(translate("check_visible", language, **fields)),
        failed=repr(translate("check_failed", language, **fields)),
        passed=repr(translate("check_passed", language, **fields)),
        wordless=repr(translate("check_wordless", language)),
        grader=grader,
        hidden=f"{{\n{lines},\n}}" if lines else "{}",
    )
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"deletable": False, "editable": False, "tags": [IGNORE_CELL_TAG], **FOLDED},
        "outputs": [],
        "source": code,
    }
