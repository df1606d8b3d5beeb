"""Takes what is worth an account out of log lines: the tokens in the addresses of links."""

from __future__ import annotations

import re

_LINK = re.compile(r"(/(?:invitation|account/email|lti/register)/)[^/?\s'\"]+")


def without_tokens(line: str) -> str:
    """The line, without the tokens of links in it."""
    return _LINK.sub(r"\1…", line)
