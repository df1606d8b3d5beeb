"""The feedback page of one student: what it shows, to whom, and that nothing on it is markup of the student's."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notegrad.marks.final_mark import final_mark, marked
from notegrad.marks.overrides import OverrideEntry
from notegrad.records import Candidate, CellRun, GradingResult, RunReport, Submission
from notegrad.results.pages.code_listing import MAX_CELLS
from notegrad.results.pages.feedback import to_feedback
from notegrad.results.pages.receipt import receipt_of
from tests.support.class_results import graded, judged, question

Q1 = question("q1", [0.5, 1.5], [False, True])
Q2 = question("q2", [1.0, 1.0], [True, True])
CELLS = (
    "import torch",
    "def f_q1(x):\n    return x + 1",
    'grader.check("q1")',
    "f_q2 = lambda x: x",
    "1 / 0",
)
SUBMISSION = Submission(id="a", student="Alice", cells=CELLS)


def result(**changes: object) -> GradingResult:
    runs = [CellRun(index=i, status="ok", stdout_tail="") for i in range(4)]
    runs.append(CellRun(index=4, status="error", error="ZeroDivisionError: division by zero"))
    questions = [
        judged(Q1, ["passed", "failed"], ["Bien.", "Secret du test caché."]),
        judged(Q2, ["errored", "errored"], ["Votre code a levé X.", "Votre code a levé X."]),
    ]
    return msgspec.structs.replace(graded("a", questions, runs), **changes)


class Reader(HTMLParser):
    """The page's elements with the names of their attributes, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.targets: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(page.decode())
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag != "span" or dict(attributes).get("class") not in {"k", "s", "n", "c", "d", "b"}:  # colours
            self.elements.append((tag, tuple(name for name, _ in attributes)))
        self.targets += [value for name, value in attributes if name in ("href", "src")]
        self.ids += [value for name, value in attributes if name == "id"]

    def handle_data(self, data):
        self.text += data


def text(page: bytes) -> str:
    return Reader(page).text


def test_before_publication_nothing_of_a_hidden_test_is_told():
    """Neither its message, nor its outcome, nor a score from which these could be computed."""
    page = to_feedback(result(), SUBMISSION).decode()
    assert "Bien." in page
    assert "Secret" not in page
    assert "0,5" in page
    assert "test 2" not in page
    assert "3 tests cachés" in page
    other = msgspec.structs.replace(
        result(),
        questions=(judged(Q1, ["passed", "passed"], ["Bien."]), judged(Q2, ["passed", "timeout"])),
        score=3.0,
    )
    assert to_feedback(other, SUBMISSION).decode() == page


@pytest.mark.parametrize(
    ("visibility", "moment", "shown"),
    [
        ("visible", "before_due_date", True),
        ("after_due_date", "before_due_date", False),
        ("after_due_date", "after_due_date", True),
        ("after_published", "after_due_date", False),
        ("after_published", "published", True),
        ("hidden", "published", False),
    ],
)
def test_hidden_tests_show_when_the_course_says(visibility, moment, shown):
    """Each visibility begins at its moment, and `hidden` never does."""
    page = to_feedback(result(), SUBMISSION, moment=moment, hidden_visibility=visibility).decode()
    assert ("Secret du test caché." in page) is shown
    assert ("Note</span>" in page) is (shown or moment == "published")


def test_tests_of_a_question_without_points_are_counted():
    """A challenge shows how many of its tests pass, where points would be none of none."""
    challenge = judged(question("q9", [0.0, 0.0], [False, False]), ["passed", "failed"])
    shown = msgspec.structs.replace(result(), questions=(*result().questions, challenge))
    page = text(to_feedback(shown, SUBMISSION, moment="published"))
    assert "1 / 2 tests" in page
    assert "0 / 0" not in page


def test_what_is_for_staff_is_never_there():
    """Details of failed assertions, where hidden tests are quoted, are on no page."""
    assert b"detail for staff" not in to_feedback(result(), SUBMISSION, moment="published")


def test_the_code_is_that_of_the_notebook_that_counts():
    """Where several notebooks of a hand-in are graded, remarks stand beside the code that they are on."""
    other = Candidate(path="b.ipynb", cells=("def f_q1(x):\n    return 'the other'",))
    several = Submission(id="a", student="Alice", cells=CELLS, path="a.ipynb", others=(other,))
    assert b"the other" not in to_feedback(result(notebook="a.ipynb"), several)
    page = to_feedback(result(notebook="b.ipynb"), several)
    assert b"the other" in page and b"x + 1" not in page


def test_each_cell_has_its_outcome_and_its_question():
    """The cell that defines what a question asks for, and the one that checks it, carry its verdict."""
    page = to_feedback(result(), SUBMISSION, moment="published").decode()
    cells = re.findall(r'<article class="cell.*?</article>', page, re.DOTALL)
    assert len(cells) == 5
    assert "réponse à q1" in cells[1]
    assert "0,5 / 2" in cells[1]
    assert "vérifie q1" in cells[2]
    assert "réponse à q2" in cells[3]
    assert "ZeroDivisionError: division by zero" in cells[4]
    assert "erreur" in cells[4]
    assert 'href="#c2"' in page


def test_the_answer_is_the_definition_that_was_judged():
    """A later redefinition below the check is not what the question was judged on."""
    cells = (
        "def f_q1(x): return 1",
        "def f_q1(x): return 2",
        "grader.check('q1')",
        "def f_q1(x): return 3",
    )
    page = to_feedback(result(), Submission(id="a", student="", cells=cells), moment="published").decode()
    answering = re.findall(r'id="c(\d)" [^>]*>\s*<header>(?:(?!</header>).)*réponse à q1', page, re.DOTALL)
    assert answering == ["2"]


def test_the_same_sentence_is_said_once():
    """Test cases of one question with the same outcome and message are one entry that names them all."""
    page = text(to_feedback(result(), SUBMISSION, moment="published"))
    assert page.count("Votre code a levé X.") == 1
    assert "tests 1, 2" in page


def test_what_was_not_graded_is_no_zero():
    """A failure of ours shows its reason and no number that could be taken for a score."""
    page = text(to_feedback(result(status="not_graded", score=0.0, reason="Une panne."), moment="published"))
    assert "Une panne." in page
    assert "ce n’est pas un zéro" in page
    assert "0 / 4" not in page


def test_what_has_no_verdict_is_no_zero():
    """A question whose test could not be judged is pending; it is not said to have no points, and is not red."""
    unjudged = judged(Q1, ["passed", "not_judged"])
    page = to_feedback(result(questions=(unjudged,)), SUBMISSION, moment="published").decode()
    assert '<article class="question pending"' in page
    assert "en attente" in page
    assert "aucun point" not in page
    assert '<span class="pill pending">0,5 / 2</span>' in page


@pytest.mark.parametrize("hidden_outcome", ["passed", "failed"])
def test_pending_tells_nothing_of_a_withheld_test(hidden_outcome):
    """Whether a question is pending before publication depends on the test cases that are shown."""
    asked = question("q1", [0.0, 1.0], [False, True])
    page = to_feedback(result(questions=(judged(asked, ["not_judged", hidden_outcome]),)), SUBMISSION)
    assert '<article class="question pending"' in page.decode()


@pytest.mark.parametrize("name", ["q1", "whole"])
def test_what_somebody_has_marked_is_pending_no_more(name):
    """A mark given by hand, for the question or for the whole, decides over a question without a verdict."""
    machine = result(questions=(judged(Q1, ["passed", "not_judged"]),))
    entry = OverrideEntry(student="a", question=name, points=0.25, why="relu", by="Y", when="2026-10-25")
    found = marked(machine, final_mark(machine, None, (entry,), None), "fr")
    assert "en attente" not in to_feedback(found, SUBMISSION, moment="published").decode()


def test_an_unreadable_file_has_its_reason_once():
    """One sentence says what to do; test cases that never ran do not repeat it."""
    reason = "Ce fichier est vide."
    questions = tuple(judged(q, ["skipped", "skipped"], [reason, reason]) for q in (Q1, Q2))
    page = text(to_feedback(result(status="unreadable", reason=reason, questions=questions, run=None)))
    assert page.count(reason) == 1


def test_a_page_can_be_made_without_the_notebook():
    """From a record alone: scores, sentences and what became of the cells, without their code."""
    page = to_feedback(result(), None, moment="published").decode()
    assert "Le code n’est pas repris ici." in page
    assert "ZeroDivisionError" in page


def test_the_score_is_also_said_on_the_scale():
    """A course that marks out of 20 says so beside its points."""
    assert "soit 2,5 sur 20" in text(to_feedback(result(), moment="published", scale=20.0))


def test_english_pages_are_english():
    """The second language has all words, and its own decimal mark."""
    page = to_feedback(result(), SUBMISSION, moment="published", language="en").decode()
    assert '<html lang="en">' in page
    assert "Your notebook" in page
    assert "0.5 / 2" in page


MARKUP = st.text(alphabet=st.sampled_from("<>&\"'=/!-;:{}()`\\#abcs \n\t\r\x00\x1b\x07\u202e\u2066\ufeff\ud800é𝒳")) | st.sampled_from(
    [
        "</pre></code><script>alert(1)</script>",
        "<svg onload=alert(1)><style>*{display:none}</style>",
        "--><img src=x onerror=alert(1)>",
        "]]></style></title><base href='//evil'>",
        "\x1b]8;;http://evil\x07x\x1b]8;;\x07",
        "&lt;script&gt;&#60;b&#62;",
        "javascript:alert(1)",
        "\u202egnp.exe",
    ]
)  # fmt: skip


@settings(max_examples=150)
@given(st.lists(MARKUP, min_size=8, max_size=8))
def test_nothing_that_a_student_chooses_is_markup(evil):
    """Names, code, output, errors and messages of any characters leave the page's elements as they are."""

    def page(a: str, b: str, c: str, d: str, e: str, f: str, g: str, h: str) -> Reader:
        runs = [
            CellRun(index=0, status="error", error=f"x{a}", stdout_tail=f"x{b}"),
            CellRun(index=1, status="timeout", error=f"x{c}"),
        ]
        questions = [
            judged(Q1, ["passed", "failed"], [f"x{d}", f"y{e}"]),
            judged(Q2, ["errored", "timeout"], [f"x{f}", "z"]),
        ]
        made = graded("a", questions, runs, student=f"x{g}", status="crashed", reason=f"x{h}")
        sources = (f"x{a}", f"# {b}\ny{g}")
        return Reader(
            to_feedback(
                made, Submission(id="a", student="", cells=sources), title=f"x{c}", moment="published"
            )
        )

    plain, attacked = page(*["x"] * 8), page(*evil)
    assert attacked.elements == plain.elements
    assert attacked.ids == plain.ids
    assert set(attacked.targets) == set(plain.targets)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", attacked.text)


def test_what_is_invisible_in_code_is_named():
    """A direction override in code, which makes it read otherwise than it runs, is shown where it stands."""
    cells = ("x = 1 # \u202e fin\x00",)
    assert "‹U+202E› fin␀" in text(to_feedback(result(), Submission(id="a", student="", cells=cells)))


def test_the_page_asks_for_nothing_and_allows_nothing():
    """No script, no address but places on the page, and a policy that refuses both, by the style's digest."""
    page = to_feedback(result(), SUBMISSION, moment="published")
    read = Reader(page)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in read.elements}
    assert not any(name == "style" or name.startswith("on") for _, names in read.elements for name in names)
    assert all(target.startswith("#") for target in read.targets)
    assert {target[1:] for target in read.targets} <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))
    assert b"default-src 'none'; style-src 'sha256-" in page


def test_a_monstrous_notebook_makes_a_page_of_bounded_size_in_bounded_time():
    """Lines of 10^5 characters, thousands of cells and outputs: the page stays one that a browser opens."""
    monsters = ["(" * 100_000, '"""' * 30_000, "\x00" * 50_000, "a." * 40_000, "x\n" * 90_000]
    cells = (*monsters * 8, *["x = [" * 10] * 1_960)  # as much as intake lets through
    runs = [
        CellRun(index=i, status="error", error="é" * 2_000, stdout_tail="<" * 20_000) for i in range(2_000)
    ]
    made = msgspec.structs.replace(result(), run=RunReport(status="ok", cells=tuple(runs)))
    started = time.process_time()
    page = to_feedback(made, Submission(id="a", student="", cells=cells), moment="published")
    assert time.process_time() - started < 30  # below a second
    assert len(page) < 12_000_000
    assert page.count(b'<article class="cell') == MAX_CELLS


PROMPT = """### Question 1 · Le détecteur (2 points)

Écrivez `f_q1(x)` avec $n \\times m$, comme dans [le cours](https://example.org) <b>gras</b>.

| a | b |
|---|---|
| 1 | ![image](https://example.org/a.png) |
"""


def test_a_question_has_its_title_and_prompt():
    """The author's Markdown is shown with its signs, and brings neither markup, nor links, nor pictures."""
    page = to_feedback(result(), SUBMISSION, moment="published", prompts={"q1": PROMPT})
    said = text(page)
    assert "q1 Le détecteur" in said
    assert "avec n × m, comme dans le cours <b>gras</b>." in said
    assert b"example.org" not in page
    assert not {"img", "b"} & {tag for tag, _ in Reader(page).elements}


def test_the_receipt_says_what_was_graded_and_until_when_what_is_hidden():
    """File, notebook of several, time, attempt, fingerprint; hidden tests and their day, until they show."""
    handed = msgspec.structs.replace(
        SUBMISSION,
        source="export.zip > Alice_1 > tp.zip > a/b.ipynb",
        path="a/b.ipynb",
        among=3,
        attempt=2,
        received_at="2026-03-01 10:00",
    )
    said = text(to_feedback(result(), handed))
    for fact in (
        "Alice_1",
        "a/b.ipynb, l’un des 3",
        "2026-03-01 10:00",
        "3 (jusqu’à la publication des notes)",
    ):
        assert fact in said, fact
    print_of = receipt_of(handed).fingerprint
    assert len(print_of) == 16 and print_of in said
    assert receipt_of(msgspec.structs.replace(handed, cells=("x",))).fingerprint != print_of
    due = receipt_of(handed, due="2026-04-01 23:59")
    assert "3 (jusqu’au 2026-04-01 23:59)" in text(
        to_feedback(result(), handed, hidden_visibility="after_due_date", receipt=due)
    )
    assert "Tests encore cachés" not in text(to_feedback(result(), handed, moment="published"))


def test_the_failing_line_is_marked_where_it_stands():
    """The line that raised in a call is marked in the answer's cell, and the one that stopped a cell in its own."""
    questions = [
        judged(Q1, ["passed", "errored"], ["", "Votre code a levé X."]),
        judged(Q2, ["passed", "passed"]),
    ]
    cases = tuple(msgspec.structs.replace(c, where="return x + 1") for c in questions[0].test_cases)
    questions[0] = msgspec.structs.replace(questions[0], test_cases=cases)
    runs = [CellRun(index=4, status="error", error="ZeroDivisionError", line=1)]
    page = to_feedback(graded("a", questions, runs), SUBMISSION, moment="published").decode()
    marked = re.findall(r"<mark [^>]*>(.*?)</mark>", page)
    assert [re.sub("<[^>]*>", "", line).strip() for line in marked] == ["return x + 1", "1 / 0"]
    assert 'href="#q1c2l2"' in page
    hidden = to_feedback(graded("a", questions, runs), SUBMISSION).decode()
    assert hidden.count("<mark") == 1  # a hidden test case tells no line either


def test_the_same_result_gives_the_same_bytes():
    """Pages can be compared, and kept under version control."""
    assert to_feedback(result(), SUBMISSION) == to_feedback(result(), SUBMISSION)


def test_found_and_wanted_stand_apart():
    """Both texts of a pair stand under the sentence, escaped, and only where the verdict has a pair."""
    first = result().questions[0]
    failed = msgspec.structs.replace(first.test_cases[1], actual="<2.0>", expected="3.0")
    changed = msgspec.structs.replace(first, test_cases=(first.test_cases[0], failed))
    with_pair = result(questions=(changed, result().questions[1]))
    page = Reader(to_feedback(with_pair, SUBMISSION, hidden_visibility="visible"))
    assert page.text.count("trouvé") == 1
    assert "<2.0>" in page.text
    assert "trouvé" not in Reader(to_feedback(result(), SUBMISSION, hidden_visibility="visible")).text
