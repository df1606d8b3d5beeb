"""All feedback pages in one zip, named so that Moodle or Canvas gives each student their own.

Moodle ("Upload multiple feedback files in a zip") finds the participant in the names of folders, Canvas
("Upload Submissions") the user and the attachment in the names of files: both as they stood in the
export.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence

from notegrad.errors import InputError
from notegrad.messages import Message
from notegrad.records import GradingResult, Platform, RosterEntry
from notegrad.results.gradebooks.standings import Standing

PAGE = "retour.html"
_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the same pages give the same bytes
_READABLE = 0o100644 << 16


def moodle_folder(student: RosterEntry) -> str:
    """The name of the folder by which Moodle finds a participant whom its worksheet named by number."""
    name = " ".join(re.sub(r"[_/\\]", " ", student.name).split()) or "Participant"
    return f"{name}_{student.key}_assignsubmission_file"


def to_feedback_zip(
    standings: Sequence[Standing],
    platform: Platform,
    page: Callable[[GradingResult], bytes],
) -> bytes:
    """A zip with the page of each result that was graded; a group's once, since it has one folder.

    Raises InputError for platforms that take no such zip.
    """
    if platform not in ("moodle", "canvas"):
        raise InputError(Message("no_zip_taken", platform=platform))
    separator = "/" if platform == "moodle" else "_"
    labels = {s.handed.label: s.scored for s in standings if s.handed and s.scored and s.handed.label}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for label, result in sorted(labels.items()):
            info = zipfile.ZipInfo(f"{label}{separator}{PAGE}", _NO_DATE)
            info.external_attr, info.compress_type = _READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(info, page(result))
    return buffer.getvalue()
