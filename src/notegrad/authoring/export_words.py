"""The two cells with which otter ends a handout, in the course's language: how to hand in, and the export.

Otter writes them in English. Only its own sentences are replaced: an author's instructions stay, and so does
the call.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

from notegrad.authoring.notebook_bytes import text
from notegrad.messages import translate

# otter's heading and paragraph; what follows them is the author's
_HOW = re.compile(r"\A## Submission\n\n[^\n]+(?P<instructions>\n\n.+)?\Z", re.DOTALL)
_CALL = re.compile(r"\A(?:# Save [^\n]*\n)?(?P<call>\w+\.export\([^\n]*\))\Z")


def with_export_words(notebook: bytes, language: str) -> bytes:
    """The student's notebook with those cells in a language; as it was where otter made none."""
    document: Any = json.loads(notebook)
    for how, export in pairwise(document["cells"]):
        said, call = _HOW.match(text(how["source"])), _CALL.match(text(export["source"]))
        if said and call:
            # what an author says of handing in takes the place of what we would say
            words = (said["instructions"] or "").strip() or translate("handout_end_how", language)
            how["source"] = f"## {translate('handout_end_title', language)}\n\n{words}"
            export["source"] = f"# {translate('handout_end_comment', language)}\n{call['call']}"
    return json.dumps(document).encode()
