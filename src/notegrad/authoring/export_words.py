"""The two cells with which otter ends a handout, in the course's language: how to hand in, and the export.

Otter writes them in English. Only its own sentences are replaced: an author's instructions stay, and so does
the call.
"""

from __future__ import annotations

import json
import re
from typing import Any

from notegrad.authoring.notebook_bytes import text
from notegrad.messages import translate

_HOW = re.compile(
    r"\A## Submission\n\nMake sure you have run all cells in your notebook in order before running the cell below,"
    r" so that all images/graphs appear in the output\. The cell below will generate a zip file for you to submit\."
    r"(?: \*\*Please save before exporting!\*\*)?(?P<instructions>\n\n.+)?",
    re.DOTALL,
)
_SAVE = "# Save your notebook first, then run this cell to export your submission.\n"


def with_export_words(notebook: bytes, language: str) -> bytes:
    """The student's notebook with those cells in a language; as it was where otter made none."""
    document: Any = json.loads(notebook)
    for cell in document["cells"]:
        source = text(cell["source"])
        if cell["cell_type"] == "markdown" and (found := _HOW.match(source)):
            # what an author says of handing in takes the place of what we would say
            said = (found["instructions"] or "").strip() or translate("handout_end_how", language)
            cell["source"] = f"## {translate('handout_end_title', language)}\n\n{said}{source[found.end() :]}"
        elif cell["cell_type"] == "code" and source.startswith(_SAVE):
            cell["source"] = f"# {translate('handout_end_comment', language)}\n{source.removeprefix(_SAVE)}"
    return json.dumps(document).encode()
