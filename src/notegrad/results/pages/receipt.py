"""The receipt on a student's page: which file this is about, when it came, and until when what is hidden."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePosixPath

from notegrad.messages import translate
from notegrad.records import GradingResult, Record, Submission, Visibility
from notegrad.results.pages.page import line
from notegrad.results.pages.visibility import Moment, ShownQuestion

FINGERPRINT_DIGITS = 16  # hexadecimal; to be compared by eye

_UNTIL: dict[Visibility, str] = {
    "after_published": "page_hidden_until_published",
    "after_due_date": "page_hidden_until_due",
    "hidden": "page_hidden_for_good",
}


class Receipt(Record, frozen=True, kw_only=True):
    """Facts of a hand-in for its student; an empty one is not known, and not shown.

    `fingerprint` names what was graded: equal ones are of equal hand-ins. `attempt` counts from 1. `due` is
    the day from which hidden test cases show, where the course says `after_due_date`.
    """

    file: str = ""
    notebook: str = ""
    received_at: str = ""
    fingerprint: str = ""
    attempt: int = 0
    due: str = ""


def receipt_of(submission: Submission, *, due: str = "") -> Receipt:
    """The receipt of a submission with the notebook that counts, as far as the hand-in itself tells."""
    place = submission.source.split(" > ")
    file = PurePosixPath(place[1] if len(place) > 2 else place[0]).name
    return Receipt(
        file=file or submission.path,
        notebook=submission.path,
        received_at=submission.received_at or "",
        fingerprint=content_fingerprint(submission),
        attempt=submission.attempt,
        due=due,
    )


def content_fingerprint(submission: Submission) -> str:
    """The first digits of the SHA-256 of code cells and files; empty where nothing could be read."""
    if not submission.cells:
        return ""
    digest = hashlib.sha256()
    cells = (("", cell.encode("utf-8", "surrogatepass")) for cell in submission.cells)
    for name, content in (*cells, *submission.files):
        place = name.encode("utf-8", "surrogatepass")
        digest.update(b"%d %d " % (len(place), len(content)) + place + content)
    return digest.hexdigest()[:FINGERPRINT_DIGITS]


def receipt_list(
    receipt: Receipt,
    submission: Submission | None,
    result: GradingResult,
    withheld: int,
    until: str,
    language: str,
) -> str:
    """The receipt as a list; `until` says when the `withheld` test cases show."""
    among = submission.among if submission else 1
    notebook = result.notebook or receipt.notebook
    several = translate("page_receipt_among", language, path=line(notebook), count=among)
    file = PurePosixPath(receipt.file).name
    is_told = not notebook or PurePosixPath(notebook).name == file
    rows = (
        ("page_receipt_file", line(file)),
        ("page_receipt_notebook", several if among > 1 else "" if is_told else line(notebook)),
        ("page_receipt_received", line(receipt.received_at)),
        ("page_receipt_attempt", str(receipt.attempt) if receipt.attempt else ""),
        (
            "page_receipt_fingerprint",
            f"<code>{line(receipt.fingerprint)}</code>" if receipt.fingerprint else "",
        ),
        ("page_receipt_hidden", f"{withheld} ({until})" if withheld and until else ""),
    )
    entries = "".join(
        f"<div><dt>{translate(key, language)}</dt><dd>{value}</dd></div>" for key, value in rows if value
    )
    return f'<dl class="receipt">{entries}</dl>' if entries else ""


def hidden_until(
    questions: Sequence[ShownQuestion], visibility: Visibility, moment: Moment, due: str, language: str
) -> tuple[int, str]:
    """How many test cases are not shown at that moment, and until when."""
    withheld = sum(question.withheld for question in questions)
    key = _UNTIL.get(visibility, "")
    if not withheld or not key:
        return withheld, ""
    if moment == "published" and visibility != "hidden":
        return 0, ""
    if key == "page_hidden_until_due" and due:
        return withheld, translate("page_hidden_until_date", language, due=line(due))
    return withheld, translate(key, language)
